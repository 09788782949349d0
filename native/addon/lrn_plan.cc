#include "addon/lrn_plan.h"

namespace deep_inside {

Napi::Function LrnPlanHandle::define(Napi::Env env) {
  return definePlan(env, {method<&LrnPlanHandle::forward>("forward"), method<&LrnPlanHandle::backward>("backward")});
}

Napi::Value LrnPlanHandle::forward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "lrn.forward");
  const Operands args = operands(info, "lrn.forward");
  const Tensor x = args.tensor(0, "x", xDemand()), y = args.tensor(1, "y", yDemand());
  args.demandApart(x, "x", y, "y");
  device.lrn(*plan(), x, y);
  return info.Env().Undefined();
}

Napi::Value LrnPlanHandle::backward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "lrn.backward");
  const Operands args = operands(info, "lrn.backward");
  const Tensor x = args.tensor(0, "x", xDemand());
  const Tensor dy = args.multiple(1, "dy", yDemand());
  const Tensor dx = args.tensor(2, "dx", like(dy));
  args.demandApart(x, "x", dx, "dx");
  args.demandApart(dy, "dy", dx, "dx");
  device.lrnBackward(*plan(), x, dy, dx);
  return info.Env().Undefined();
}

}  // namespace deep_inside
