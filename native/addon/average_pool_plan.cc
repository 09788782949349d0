#include "addon/average_pool_plan.h"

namespace deep_inside {

Napi::Function AveragePoolPlanHandle::define(Napi::Env env) {
  return definePlan(
      env, {method<&AveragePoolPlanHandle::forward>("forward"), method<&AveragePoolPlanHandle::backward>("backward")});
}

Napi::Value AveragePoolPlanHandle::forward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "averagePool.forward");
  const Operands args = operands(info, "averagePool.forward");
  const Tensor x = args.tensor(0, "x", xDemand());
  device.averagePool(*plan(), x, args.tensor(1, "y", yDemand()));
  return info.Env().Undefined();
}

Napi::Value AveragePoolPlanHandle::backward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "averagePool.backward");
  const Operands args = operands(info, "averagePool.backward");
  const Tensor dy = args.multiple(0, "dy", yDemand());
  device.averagePoolBackward(*plan(), dy, args.tensor(1, "dx", withImagesOf(dy, xDemand())));
  return info.Env().Undefined();
}

}  // namespace deep_inside
