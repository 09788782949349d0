#pragma once

#include "addon/plan.h"

namespace deep_inside {

class WeightedPlanHandle : public PlanHandle<WeightedPlanHandle, WeightedPlan> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000003, 0x3e1647ed};
  static constexpr const char* kName = "WeightedPlan";
  static Napi::Function define(Napi::Env env);

  explicit WeightedPlanHandle(const Napi::CallbackInfo& info)
      : PlanHandle(info), views_(plan()->takesViews ? Views::Taken : Views::Refused) {}

 private:
  Napi::Value takesViews(const Napi::CallbackInfo& info);
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value backwardData(const Napi::CallbackInfo& info);
  Napi::Value backwardFilter(const Napi::CallbackInfo& info);
  /** The plan's must be those of what is being recorded. */
  void demandStrands(const Operands& args, const Device& device) const;
  /** The third argument, which may have m times fewer images than dx. */
  std::optional<Tensor> maskFor(const Operands& args, const Napi::Value& given, const Tensor& dx) const;

  Views views_;
};

}  // namespace deep_inside
