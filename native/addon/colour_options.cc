#include "addon/colour_options.h"

#include <cmath>
#include <limits>

namespace deep_inside {

namespace {

constexpr int64_t kMostComponents = 64;
constexpr size_t kNumbers = 10;  // of a component: weight, mean, covariance

}  // namespace

int64_t ColourOptions::integer(const char* key, int64_t low, int64_t high) const {
  const int64_t value = Options::integer(key, low);
  if (value > high) refuse(key, "an integer from " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

double ColourOptions::number(const char* key, double low, double below, const char* expected) const {
  const double value = finite(key);
  if (!(value >= low && value < below)) refuse(key, expected);
  return value;
}

Bytes ColourOptions::bytes(const char* key, size_t length) const {
  const Napi::TypedArray array = typed(key, napi_uint8_array, "a Uint8Array");
  if (array.ElementLength() != length) refuse(key, "a Uint8Array of " + std::to_string(length) + " elements");
  const uint8_t* data = array.As<Napi::Uint8Array>().Data();
  return Bytes(data, data + length);
}

Bytes ColourOptions::bytesOrNull(const char* key, size_t length) const {
  return get(key).IsNull() ? Bytes() : bytes(key, length);
}

ColourModel ColourOptions::model(const char* key) const {
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

Fit ColourOptions::fit() const {
  Fit fit;
  fit.clustering =
      choice("clustering", {"binary-split", "k-means"}) == 0 ? Clustering::BinarySplit : Clustering::KMeans;
  fit.components = static_cast<int>(integer("components", 1, kMostComponents));
  fit.covarianceFloor = covarianceFloor();
  fit.rounds = static_cast<int>(integer("rounds", 1, 1000));
  fit.seed = static_cast<uint64_t>(Options::integer("seed", 0));
  return fit;
}

Energy ColourOptions::energy() const {
  Energy energy;
  energy.foreground = model("foreground");
  energy.background = model("background");
  energy.uniform = number("uniform", 0, 1, "a number from 0 to below 1");
  energy.cap = get("cap").IsNull() ? std::numeric_limits<double>::infinity()
                                   : number("cap", 0, 1e9, "null or a number from 0 to below 1e9");
  energy.scale = number("scale", 0, 1e6, "a number from 0 to below 1e6");
  constexpr double most = 1 << 23;
  energy.gamma = number("gamma", 0, most / std::max(energy.scale, 1e-9), "from 0 to less than 2^23 / scale");
  energy.beta = number("beta", 0, 1e30, "a number from 0 to below 1e30");
  return energy;
}

double ColourOptions::covarianceFloor() const {
  return number("covarianceFloor", 1e-9, 1, "a number from 1e-9 to below 1");
}

int ColourOptions::threads() const { return static_cast<int>(integer("threads", 1, 1024)); }

int ColourOptions::neighbours() const {
  const int64_t value = Options::integer("neighbours", 4);
  if (value != 4 && value != 8) refuse("neighbours", "4 or 8");
  return static_cast<int>(value);
}

Napi::TypedArray ColourOptions::typed(const char* key, napi_typedarray_type type, const char* expected) const {
  const Napi::Value value = get(key);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) refuse(key, expected);
  return value.As<Napi::TypedArray>();
}

void ColourOptions::refuse(const char* key, const std::string& expected) const {
  fail(env_, Code::Argument, where_ + ": " + key + " must be " + expected + ", got " + shown(get(key)));
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

}  // namespace deep_inside
