#pragma once

#include "addon/handle.h"
#include "core/plans.h"

namespace deep_inside {

struct WeightsContent {
  std::shared_ptr<OpenDevice> open;
  std::shared_ptr<Weights> weights;
};

class WeightsHandle : public Handle<WeightsHandle> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000002, 0x3e161475};
  static constexpr const char* kName = "Weights";
  static Napi::Function define(Napi::Env env);
  static Napi::Value create(Napi::Env env, WeightsContent content);

  explicit WeightsHandle(const Napi::CallbackInfo& info);
  const OpenDevice& open() const { return *content_.open; }
  const std::shared_ptr<Weights>& weights() const { return content_.weights; }
  void letGo() { content_.weights.reset(); }

 private:
  Napi::Value shape(const Napi::CallbackInfo& info);
  Napi::Value update(const Napi::CallbackInfo& info);

  WeightsContent content_;
  Shape shape_;
};

}  // namespace deep_inside
