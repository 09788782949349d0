#pragma once

#include "addon/handle.h"
#include "core/tensor.h"

namespace deep_inside {

struct TensorContent {
  std::shared_ptr<OpenDevice> open;
  Tensor tensor;
};

class TensorHandle : public Handle<TensorHandle> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000001, 0x7e50a1c1};
  static constexpr const char* kName = "Tensor";
  static Napi::Function define(Napi::Env env);
  static Napi::Value create(Napi::Env env, TensorContent content);

  explicit TensorHandle(const Napi::CallbackInfo& info);
  const OpenDevice& open() const { return *content_.open; }
  const Tensor& tensor() const { return content_.tensor; }
  void letGo() { content_.tensor.storage.reset(); }

 private:
  Napi::Value shape(const Napi::CallbackInfo& info);
  Napi::Value dtype(const Napi::CallbackInfo& info);
  Napi::Value layout(const Napi::CallbackInfo& info);
  Napi::Value write(const Napi::CallbackInfo& info);
  Napi::Value read(const Napi::CallbackInfo& info);
  Napi::Value channels(const Napi::CallbackInfo& info);
  Napi::Value readFresh(Napi::Env env, Device& device);
  Napi::Value readInto(Napi::Env env, Device& device, const Napi::Value& into);

  TensorContent content_;
};

}  // namespace deep_inside
