#include "addon/weighted_plan.h"

namespace deep_inside {

Napi::Function WeightedPlanHandle::define(Napi::Env env) {
  return definePlan(env, {method<&WeightedPlanHandle::forward>("forward"),
                          method<&WeightedPlanHandle::backwardData>("backwardData")});
}

Napi::Value WeightedPlanHandle::forward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "weighted.forward");
  const Operands args = operands(info, "weighted.forward");
  const Tensor x = args.tensor(0, "x", xDemand());
  device.forward(plan(), x, args.tensor(1, "y", yDemand()));
  return info.Env().Undefined();
}

Napi::Value WeightedPlanHandle::backwardData(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "weighted.backwardData");
  const Operands args = operands(info, "weighted.backwardData");
  const Tensor dy = args.tensor(0, "dy", yDemand());
  device.backwardData(plan(), dy, args.tensor(1, "dx", xDemand()));
  return info.Env().Undefined();
}

}  // namespace deep_inside
