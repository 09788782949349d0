#include "addon/weights.h"

#include "addon/arguments.h"

namespace deep_inside {

Napi::Function WeightsHandle::define(Napi::Env env) {
  return defineAll(env, {property<&WeightsHandle::shape>("shape"), method<&WeightsHandle::update>("update")});
}

Napi::Value WeightsHandle::create(Napi::Env env, WeightsContent content) {
  return Environment::of(env).weights.New({Napi::External<WeightsContent>::New(env, &content)});
}

WeightsHandle::WeightsHandle(const Napi::CallbackInfo& info)
    : Handle(info), content_(std::move(*contentOf<WeightsContent>(info))), shape_(content_.weights->shape()) {}

Napi::Value WeightsHandle::shape(const Napi::CallbackInfo& info) {
  Napi::Array shape = Napi::Array::New(info.Env(), shape_.size());
  for (uint32_t i = 0; i < shape_.size(); ++i) shape[i] = static_cast<double>(shape_[i]);
  return shape;
}

Napi::Value WeightsHandle::update(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "weights.update");
  const Operands operands(info, content_.open, "weights.update", Views::Refused);
  const Tensor w = operands.tensor(0, "w", {shape_});
  const auto b = operands.tensorOrNull(1, "b", {{shape_[0]}});
  if (b && !weights()->hasBias()) operands.refuse(Code::Argument, "b must be null, since these weights have no bias");
  device.update(weights(), w, b ? &*b : nullptr);
  return info.Env().Undefined();
}

}  // namespace deep_inside
