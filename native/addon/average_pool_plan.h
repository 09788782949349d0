#pragma once

#include "addon/plan.h"

namespace deep_inside {

class AveragePoolPlanHandle : public PlanHandle<AveragePoolPlanHandle, AveragePoolPlan> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000005, 0xa7e2a9e0};
  static constexpr const char* kName = "AveragePoolPlan";
  static Napi::Function define(Napi::Env env);

  explicit AveragePoolPlanHandle(const Napi::CallbackInfo& info) : PlanHandle(info) {}

 private:
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value backward(const Napi::CallbackInfo& info);
};

}  // namespace deep_inside
