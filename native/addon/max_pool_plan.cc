#include "addon/max_pool_plan.h"

namespace deep_inside {

Napi::Function MaxPoolPlanHandle::define(Napi::Env env) {
  return definePlan(env,
                    {method<&MaxPoolPlanHandle::forward>("forward"), method<&MaxPoolPlanHandle::unpool>("unpool")});
}

Napi::Value MaxPoolPlanHandle::forward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "maxPool.forward");
  const Operands args = operands(info, "maxPool.forward");
  const Tensor x = args.tensor(0, "x", xDemand());
  const Tensor y = args.tensor(1, "y", yDemand());
  device.maxPool(*plan(), x, y, args.tensor(2, "switches", switchesDemand()));
  return info.Env().Undefined();
}

Napi::Value MaxPoolPlanHandle::unpool(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "maxPool.unpool");
  const Operands args = operands(info, "maxPool.unpool");
  const Tensor dy = args.multiple(0, "dy", yDemand());
  const Tensor switches = args.tensor(1, "switches", switchesDemand());
  device.unpool(*plan(), dy, switches, args.tensor(2, "dx", withImagesOf(dy, xDemand())));
  return info.Env().Undefined();
}

}  // namespace deep_inside
