#pragma once

#include "addon/plan.h"

namespace deep_inside {

class MaxPoolPlanHandle : public PlanHandle<MaxPoolPlanHandle, MaxPoolPlan> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000004, 0x3a900174};
  static constexpr const char* kName = "MaxPoolPlan";
  static Napi::Function define(Napi::Env env);

  explicit MaxPoolPlanHandle(const Napi::CallbackInfo& info) : PlanHandle(info) {}

 private:
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value unpool(const Napi::CallbackInfo& info);
  Demand switchesDemand() const { return {plan()->y, DType::Int32, plan()->yBlock}; }
};

}  // namespace deep_inside
