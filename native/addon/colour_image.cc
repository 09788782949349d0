#include "addon/colour_image.h"

#include "addon/background.h"
#include "addon/capacity_arrays.h"

namespace deep_inside {

namespace {

using Pixels = std::shared_ptr<ColourPixels>;

/** Work on the pixels, which leaves what it makes in a Result, and the promise of that. */
template <class Result, class Work>
Napi::Promise promiseOf(Napi::Env env, const Pixels& pixels, const char* where, Work work,
                        Napi::Value (*toValue)(Napi::Env, const Result&)) {
  auto result = std::make_shared<Result>();
  return Background::start(
      env, [=, work = std::move(work)] { *result = work(); },
      [=](Napi::Env at) {
        if (pixels->wanted) return toValue(at, *result);
        throw Error(Code::Disposed, std::string(where) + ": the ColourImage was disposed of before the end");
      });
}

std::vector<Colour> chosenOf(const ColourPixels& pixels, const Bytes& mask) {
  return chosenColours(pixels.colours.data(), mask.data(), static_cast<int64_t>(mask.size()));
}

}  // namespace

Napi::Function ColourImageHandle::define(Napi::Env env) {
  return defineAll(env, {method<&ColourImageHandle::fit>("fit"), method<&ColourImageHandle::refit>("refit"),
                         method<&ColourImageHandle::meanContrast>("meanContrast"),
                         method<&ColourImageHandle::capacities>("capacities")});
}

Napi::Value ColourImageHandle::fromJs(const Napi::CallbackInfo& info) {
  const ColourOptions given(info, "colourImage", {"shape", "image"});
  const Shape shape = given.shape("shape", 2);
  auto pixels = std::make_shared<ColourPixels>();
  pixels->rows = shape[0], pixels->cols = shape[1];
  pixels->colours = given.bytes("image", pixels->count() * 3);
  Environment& environment = Environment::of(info.Env());
  environment.adopt(std::shared_ptr<Wanted>(pixels, &pixels->wanted));
  return environment.colourImage.New({Napi::External<Pixels>::New(info.Env(), &pixels)});
}

Pixels ColourImageHandle::alive(Napi::Env env, const char* where) const {
  if (!disposed()) return pixels_;
  fail(env, Code::Disposed, std::string(where) + ": the ColourImage must not be used after dispose; make a new one");
}

Napi::Value ColourImageHandle::fit(const Napi::CallbackInfo& info) {
  constexpr const char* where = "colourImage.fit";
  const Pixels pixels = alive(info.Env(), where);
  const ColourOptions given(info, where, {"chosen", "clustering", "components", "covarianceFloor", "rounds", "seed"});
  auto work = [pixels, chosen = given.bytes("chosen", pixels->count()), fit = given.fit()] {
    std::vector<Colour> colours = chosenOf(*pixels, chosen);
    return fitColourModel(colours, fit, pixels->wanted);
  };
  return promiseOf<ColourModel>(info.Env(), pixels, where, std::move(work), toJs);
}

Napi::Value ColourImageHandle::refit(const Napi::CallbackInfo& info) {
  constexpr const char* where = "colourImage.refit";
  const Pixels pixels = alive(info.Env(), where);
  const ColourOptions given(info, where, {"chosen", "model", "covarianceFloor"});
  auto work = [pixels, chosen = given.bytes("chosen", pixels->count()), model = given.model("model"),
               floor = given.covarianceFloor()] {
    const std::vector<Colour> colours = chosenOf(*pixels, chosen);
    return refitColourModel(colours, model, floor, pixels->wanted);
  };
  return promiseOf<ColourModel>(info.Env(), pixels, where, std::move(work), toJs);
}

Napi::Value ColourImageHandle::meanContrast(const Napi::CallbackInfo& info) {
  constexpr const char* where = "colourImage.meanContrast";
  const Pixels pixels = alive(info.Env(), where);
  const ColourOptions given(info, where, {"neighbours", "threads"});
  auto work = [pixels, neighbours = given.neighbours(), threads = given.threads()] {
    return deep_inside::meanContrast(pixels->grid(), neighbours, threads, pixels->wanted);
  };
  return promiseOf<double>(
      info.Env(), pixels, where, std::move(work),
      [](Napi::Env env, const double& mean) -> Napi::Value { return Napi::Number::New(env, mean); });
}

Napi::Value ColourImageHandle::capacities(const Napi::CallbackInfo& info) {
  constexpr const char* where = "colourImage.capacities";
  const Pixels pixels = alive(info.Env(), where);
  const ColourOptions given(info, where,
                            {"clampedForeground", "clampedBackground", "foreground", "background", "uniform", "cap",
                             "gamma", "beta", "neighbours", "scale", "threads"});
  const Energy energy = given.energy();
  const auto arrays = std::make_shared<CapacityArrays>(info.Env(), pixels->count(), given.neighbours());
  auto work = [pixels, arrays, energy, threads = given.threads(),
               foreground = given.bytesOrNull("clampedForeground", pixels->count()),
               background = given.bytesOrNull("clampedBackground", pixels->count())] {
    const auto maskOf = [](const Bytes& bytes) { return bytes.empty() ? nullptr : bytes.data(); };
    const Clamps clamps{maskOf(foreground), maskOf(background)};
    gridCapacities(pixels->grid(), clamps, energy, threads, arrays->to, pixels->wanted);
    return arrays;
  };
  using Arrays = std::shared_ptr<CapacityArrays>;
  return promiseOf<Arrays>(info.Env(), pixels, where, std::move(work),
                           [](Napi::Env, const Arrays& made) -> Napi::Value { return made->value(); });
}

}  // namespace deep_inside
