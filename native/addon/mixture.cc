#include "addon/mixture.h"

#include <cmath>
#include <limits>

#include "addon/arguments.h"
#include "addon/background.h"
#include "mixture/fit.h"
#include "mixture/grid_capacities.h"

namespace deep_inside {

namespace {

constexpr int64_t kMostComponents = 64;
constexpr size_t kNumbers = 10;  // of a component: weight, mean, covariance

using Bytes = std::vector<uint8_t>;

/** The options of one function, and what is read of them in the same way by several. */
class Given : public Options {
 public:
  Given(const Napi::CallbackInfo& info, const char* where, std::initializer_list<const char*> known)
      : Options(info, where, known), env_(info.Env()), where_(where) {}

  int64_t integer(const char* key, int64_t low, int64_t high) const {
    const int64_t value = Options::integer(key, low);
    if (value > high) refuse(key, "an integer from " + std::to_string(low) + " to " + std::to_string(high));
    return value;
  }

  double number(const char* key, double low, double below, const char* expected) const {
    const double value = finite(key);
    if (!(value >= low && value < below)) refuse(key, expected);
    return value;
  }

  /** A copy, since JS may detach the array. */
  Bytes bytes(const char* key, size_t length) const {
    const Napi::TypedArray array = typed(key, napi_uint8_array, "a Uint8Array");
    if (array.ElementLength() != length) refuse(key, "a Uint8Array of " + std::to_string(length) + " elements");
    const uint8_t* data = array.As<Napi::Uint8Array>().Data();
    return Bytes(data, data + length);
  }

  ColourModel model(const char* key) const {
    const auto numbers = typed(key, napi_float64_array, "a Float64Array").As<Napi::Float64Array>();
    const size_t count = numbers.ElementLength() / kNumbers;
    bool fits = count >= 1 && count <= kMostComponents && numbers.ElementLength() == count * kNumbers;
    for (size_t i = 0; i < numbers.ElementLength(); ++i) fits = fits && std::isfinite(numbers[i]);
    if (!fits) refuse(key, "the finite numbers of 1 to 64 components, 10 each");
    ColourModel model(count);
    for (size_t k = 0; k < count; ++k) {
      const double* from = numbers.Data() + k * kNumbers;
      model[k].weight = from[0];
      for (int i = 0; i < 3; ++i) model[k].mean[i] = from[1 + i];
      for (int i = 0; i < 6; ++i) model[k].covariance[i] = from[4 + i];
    }
    return model;
  }

  double covarianceFloor() const { return number("covarianceFloor", 1e-9, 1, "a number from 1e-9 to below 1"); }
  int threads() const { return static_cast<int>(integer("threads", 1, 1024)); }
  int neighbours() const {
    const int64_t value = Options::integer("neighbours", 4);
    if (value != 4 && value != 8) refuse("neighbours", "4 or 8");
    return static_cast<int>(value);
  }

 private:
  Napi::TypedArray typed(const char* key, napi_typedarray_type type, const char* expected) const {
    const Napi::Value value = get(key);
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) refuse(key, expected);
    return value.As<Napi::TypedArray>();
  }

  [[noreturn]] void refuse(const char* key, const std::string& expected) const {
    fail(env_, Code::Argument, where_ + ": " + key + " must be " + expected + ", got " + shown(get(key)));
  }

  Napi::Env env_;
  std::string where_;
};

size_t pixelsOf(const Given& given, Shape& shape) {
  shape = given.shape("shape", 2);
  return static_cast<size_t>(shape[0] * shape[1]);
}

Napi::Value toJs(Napi::Env env, const ColourModel& model) {
  auto numbers = Napi::Float64Array::New(env, model.size() * kNumbers);
  for (size_t k = 0; k < model.size(); ++k) {
    double* to = numbers.Data() + k * kNumbers;
    to[0] = model[k].weight;
    for (int i = 0; i < 3; ++i) to[1 + i] = model[k].mean[i];
    for (int i = 0; i < 6; ++i) to[4 + i] = model[k].covariance[i];
  }
  return numbers;
}

/** The colours of image [pixels, 3] that are chosen. */
std::shared_ptr<std::vector<Colour>> chosenOf(const Given& given) {
  Shape shape;
  const size_t pixels = pixelsOf(given, shape);
  const Bytes image = given.bytes("image", pixels * 3), chosen = given.bytes("chosen", pixels);
  return std::make_shared<std::vector<Colour>>(
      chosenColours(image.data(), chosen.data(), static_cast<int64_t>(pixels)));
}

template <class Work>
Napi::Promise modelOf(Napi::Env env, const Work& work) {
  auto model = std::make_shared<ColourModel>();
  return Background::start(
      env, [work, model] { *model = work(); }, [model](Napi::Env at) { return toJs(at, *model); });
}

/** Arrays of the result, which nobody else knows until the promise is settled, so that none can be detached. */
class Arrays {
 public:
  Arrays(Napi::Env env, size_t length, int neighbours) : object_(Napi::Persistent(Napi::Object::New(env))) {
    to.source = make("source", length), to.sink = make("sink", length);
    to.right = make("right", length), to.down = make("down", length);
    to.downRight = neighbours == 8 ? make("downRight", length) : none("downRight");
    to.downLeft = neighbours == 8 ? make("downLeft", length) : none("downLeft");
  }
  Napi::Value value() const { return object_.Value(); }

  Capacities to;

 private:
  int32_t* make(const char* name, size_t length) {
    auto array = Napi::Int32Array::New(object_.Env(), length);
    object_.Set(name, array);
    return array.Data();
  }
  int32_t* none(const char* name) {
    object_.Set(name, object_.Env().Null());
    return nullptr;
  }

  Napi::ObjectReference object_;
};

Energy energyOf(const Given& given) {
  Energy energy;
  energy.foreground = given.model("foreground");
  energy.background = given.model("background");
  energy.uniform = given.number("uniform", 0, 1, "a number from 0 to below 1");
  energy.cap = given.get("cap").IsNull() ? std::numeric_limits<double>::infinity()
                                         : given.number("cap", 0, 1e9, "null or a number from 0 to below 1e9");
  energy.scale = given.number("scale", 0, 1e6, "a number from 0 to below 1e6");
  constexpr double most = 1 << 23;
  energy.gamma = given.number("gamma", 0, most / std::max(energy.scale, 1e-9), "from 0 to less than 2^23 / scale");
  energy.beta = given.number("beta", 0, 1e30, "a number from 0 to below 1e30");
  return energy;
}

}  // namespace

Napi::Value fitColourModelFromJs(const Napi::CallbackInfo& info) {
  const Given given(info, "fitColourModel",
                    {"shape", "image", "chosen", "clustering", "components", "covarianceFloor", "rounds", "seed"});
  Fit fit;
  fit.clustering =
      given.choice("clustering", {"binary-split", "k-means"}) == 0 ? Clustering::BinarySplit : Clustering::KMeans;
  fit.components = static_cast<int>(given.integer("components", 1, kMostComponents));
  fit.covarianceFloor = given.covarianceFloor();
  fit.rounds = static_cast<int>(given.integer("rounds", 1, 1000));
  fit.seed = static_cast<uint64_t>(given.Options::integer("seed", 0));
  return modelOf(info.Env(), [colours = chosenOf(given), fit] { return fitColourModel(*colours, fit); });
}

Napi::Value refitColourModelFromJs(const Napi::CallbackInfo& info) {
  const Given given(info, "refitColourModel", {"shape", "image", "chosen", "model", "covarianceFloor"});
  return modelOf(info.Env(), [colours = chosenOf(given), model = given.model("model"),
                              floor = given.covarianceFloor()] { return refitColourModel(*colours, model, floor); });
}

Napi::Value meanContrastFromJs(const Napi::CallbackInfo& info) {
  const Given given(info, "meanContrast", {"shape", "image", "neighbours", "threads"});
  Shape shape;
  const size_t pixels = pixelsOf(given, shape);
  auto mean = std::make_shared<double>();
  return Background::start(
      info.Env(),
      [image = given.bytes("image", pixels * 3), shape, neighbours = given.neighbours(), threads = given.threads(),
       mean] {
        *mean = meanContrast({image.data(), shape[0], shape[1]}, neighbours, threads);
      },
      [mean](Napi::Env env) { return Napi::Number::New(env, *mean); });
}

Napi::Value gridCapacitiesFromJs(const Napi::CallbackInfo& info) {
  const Given given(info, "gridCapacities",
                    {"shape", "image", "clamps", "foreground", "background", "uniform", "cap", "gamma", "beta",
                     "neighbours", "scale", "threads"});
  Shape shape;
  const size_t pixels = pixelsOf(given, shape);
  const Bytes clamps = given.get("clamps").IsNull() ? Bytes() : given.bytes("clamps", pixels);
  const auto arrays = std::make_shared<Arrays>(info.Env(), pixels, given.neighbours());
  return Background::start(
      info.Env(),
      [image = given.bytes("image", pixels * 3), clamps, shape, energy = energyOf(given), threads = given.threads(),
       arrays] {
        const uint8_t* clamped = clamps.empty() ? nullptr : clamps.data();
        gridCapacities({image.data(), shape[0], shape[1]}, clamped, energy, threads, arrays->to);
      },
      [arrays](Napi::Env) { return arrays->value(); });
}

}  // namespace deep_inside
