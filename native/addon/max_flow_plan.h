#pragma once

#include "addon/plan.h"

namespace deep_inside {

class MaxFlowPlanHandle : public Handle<MaxFlowPlanHandle> {
 public:
  using Content = PlanContent<MaxFlowPlan>;
  static constexpr napi_type_tag kTag = {0xdee9115d0000000a, 0x3a8f1030};
  static constexpr const char* kName = "MaxFlowPlan";
  static Napi::Function define(Napi::Env env);

  explicit MaxFlowPlanHandle(const Napi::CallbackInfo& info)
      : Handle(info), content_(std::move(*contentOf<Content>(info))) {}
  const OpenDevice& open() const { return *content_.open; }
  void letGo() { content_.plan.reset(); }

 private:
  Napi::Value run(const Napi::CallbackInfo& info);

  Content content_;
};

}  // namespace deep_inside
