#include "addon/weighted_plan.h"

namespace deep_inside {

Napi::Function WeightedPlanHandle::define(Napi::Env env) {
  return definePlan(
      env, {property<&WeightedPlanHandle::takesViews>("takesViews"), method<&WeightedPlanHandle::forward>("forward"),
            method<&WeightedPlanHandle::backwardData>("backwardData"),
            method<&WeightedPlanHandle::backwardFilter>("backwardFilter")});
}

Napi::Value WeightedPlanHandle::takesViews(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), views_ == Views::Taken);
}

Napi::Value WeightedPlanHandle::forward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "weighted.forward");
  const Operands args = operands(info, "weighted.forward", views_);
  demandStrands(args, device);
  const Tensor x = args.tensor(0, "x", xDemand());
  device.forward(plan(), x, args.tensor(1, "y", yDemand()));
  return info.Env().Undefined();
}

Napi::Value WeightedPlanHandle::backwardData(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "weighted.backwardData");
  const Operands args = operands(info, "weighted.backwardData", views_);
  demandStrands(args, device);
  const Tensor dy = args.tensor(0, "dy", yDemand()), dx = args.tensor(1, "dx", xDemand());
  const std::optional<Tensor> mask = maskFor(args, info[2], dx);
  device.backwardData(plan(), dy, dx, mask ? &*mask : nullptr);
  return info.Env().Undefined();
}

Napi::Value WeightedPlanHandle::backwardFilter(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "weighted.backwardFilter");
  const Operands args = operands(info, "weighted.backwardFilter");
  if (plan()->filterGradient == FilterGradient::None) {
    args.refuse(Code::Argument, "the plan must have been made with backwardFilter: true, got one without");
  }
  demandStrands(args, device);
  const Tensor x = args.tensor(0, "x", xDemand()), dy = args.tensor(1, "dy", yDemand());
  const Weights& weights = plan()->weights();
  const Tensor dw = args.tensor(2, "dw", {weights.shape()});
  const auto db = args.tensorOrNull(3, "db", {{weights.shape()[0]}});
  if (db && !weights.hasBias()) args.refuse(Code::Argument, "db must be null, since these weights have no bias");
  device.backwardFilter(plan(), x, dy, dw, db ? &*db : nullptr);
  return info.Env().Undefined();
}

void WeightedPlanHandle::demandStrands(const Operands& args, const Device& device) const {
  const int64_t planned = plan()->strands, recorded = device.strands();
  if (planned == recorded) return;
  args.refuse(Code::Capture, "the plan is for recordings of " + std::to_string(planned) + " strands, got one of " +
                                 std::to_string(recorded) + "; plan and capture with the same number");
}

std::optional<Tensor> WeightedPlanHandle::maskFor(const Operands& args, const Napi::Value& given,
                                                  const Tensor& dx) const {
  if (given.IsUndefined() || given.IsNull()) return std::nullopt;
  const Tensor mask = args.tensorOf(given, "mask");
  Demand demand = xDemand();
  if (!mask.shape.empty() && dx.shape[0] % mask.shape[0] == 0) demand.shape[0] = mask.shape[0];
  args.demand(mask, "mask", demand);
  return mask;
}

}  // namespace deep_inside
