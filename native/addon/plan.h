#pragma once

#include "addon/arguments.h"
#include "addon/handle.h"
#include "core/plans.h"

namespace deep_inside {

template <class P>
struct PlanContent {
  std::shared_ptr<OpenDevice> open;
  std::shared_ptr<P> plan;
};

template <class P>
Napi::Value handleOf(const Napi::FunctionReference& constructor, const std::shared_ptr<OpenDevice>& open,
                     std::shared_ptr<P> plan) {
  PlanContent<P> content{open, std::move(plan)};
  return constructor.New({Napi::External<PlanContent<P>>::New(constructor.Env(), &content)});
}

/** Base of the classes of planned operations: what they all tell, and the checks that they share. */
template <class Self, class P>
class PlanHandle : public Handle<Self> {
 public:
  using Content = PlanContent<P>;

  explicit PlanHandle(const Napi::CallbackInfo& info)
      : Handle<Self>(info), content_(std::move(*Handle<Self>::template contentOf<Content>(info))) {
    output_ = ofAllStrands(content_.plan->y);
    xBlock_ = content_.plan->xBlock;
    yBlock_ = content_.plan->yBlock;
  }

  const OpenDevice& open() const { return *content_.open; }
  void letGo() { content_.plan.reset(); }

 protected:
  static Napi::Function definePlan(Napi::Env env, std::initializer_list<Napi::ClassPropertyDescriptor<Self>> members) {
    std::vector<Napi::ClassPropertyDescriptor<Self>> all(members);
    using Method = Napi::Value (Self::*)(const Napi::CallbackInfo&);
    all.push_back(Self::InstanceAccessor("output", static_cast<Method>(&PlanHandle::output), nullptr));
    all.push_back(Self::InstanceAccessor("x", static_cast<Method>(&PlanHandle::x), nullptr));
    all.push_back(Self::InstanceAccessor("y", static_cast<Method>(&PlanHandle::y), nullptr));
    return Handle<Self>::defineAll(env, std::move(all));
  }

  const std::shared_ptr<P>& plan() const { return content_.plan; }
  Operands operands(const Napi::CallbackInfo& info, const char* where, Views views = Views::Refused) const {
    return {info, content_.open, where, views};
  }
  Demand xDemand() const { return {ofAllStrands(plan()->x), DType::Float32, xBlock_}; }
  Demand yDemand() const { return {output_, DType::Float32, yBlock_}; }

 private:
  Shape ofAllStrands(Shape shape) const {
    shape[0] *= plan()->strands;
    return shape;
  }
  Napi::Value output(const Napi::CallbackInfo& info) {
    Napi::Array shape = Napi::Array::New(info.Env(), output_.size());
    for (uint32_t i = 0; i < output_.size(); ++i) shape[i] = static_cast<double>(output_[i]);
    return shape;
  }
  Napi::Value x(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(xBlock_)); }
  Napi::Value y(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(yBlock_)); }

  Content content_;
  Shape output_;
  int64_t xBlock_, yBlock_;
};

}  // namespace deep_inside
