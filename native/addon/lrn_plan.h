#pragma once

#include "addon/plan.h"

namespace deep_inside {

class LrnPlanHandle : public PlanHandle<LrnPlanHandle, LrnPlan> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000006, 0x14200000};
  static constexpr const char* kName = "LrnPlan";
  static Napi::Function define(Napi::Env env);

  explicit LrnPlanHandle(const Napi::CallbackInfo& info) : PlanHandle(info) {}

 private:
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value backward(const Napi::CallbackInfo& info);
};

}  // namespace deep_inside
