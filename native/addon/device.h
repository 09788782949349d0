#pragma once

#include "addon/arguments.h"
#include "addon/handle.h"

namespace deep_inside {

/** The device as JS sees it. Planning is in device_plans.cc and device_max_flow.cc, operations in device_operations.cc,
 * device_ascent.cc and device_neighbours.cc. */
class DeviceHandle : public Handle<DeviceHandle> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000008, 0xde71ce00};
  static constexpr const char* kName = "Device";
  static Napi::Function define(Napi::Env env);
  /** module.open(options) -> Promise<Device> */
  static Napi::Value openFromJs(const Napi::CallbackInfo& info);

  explicit DeviceHandle(const Napi::CallbackInfo& info);
  const OpenDevice& open() const { return *open_; }
  void letGo();

 private:
  Napi::Value kind(const Napi::CallbackInfo& info);
  Napi::Value name(const Napi::CallbackInfo& info);
  Napi::Value threads(const Napi::CallbackInfo& info);
  Napi::Value memory(const Napi::CallbackInfo& info);
  Napi::Value tensor(const Napi::CallbackInfo& info);
  Napi::Value weights(const Napi::CallbackInfo& info);
  Napi::Value capture(const Napi::CallbackInfo& info);
  Napi::Value sync(const Napi::CallbackInfo& info);

  Napi::Value planConv2d(const Napi::CallbackInfo& info);
  Napi::Value planLinear(const Napi::CallbackInfo& info);
  Napi::Value planMaxPool(const Napi::CallbackInfo& info);
  Napi::Value planAveragePool(const Napi::CallbackInfo& info);
  Napi::Value planLrn(const Napi::CallbackInfo& info);
  Napi::Value planMaxFlow(const Napi::CallbackInfo& info);

  Napi::Value relu(const Napi::CallbackInfo& info);
  Napi::Value reluBackward(const Napi::CallbackInfo& info);
  Napi::Value add(const Napi::CallbackInfo& info);
  Napi::Value axpy(const Napi::CallbackInfo& info);
  Napi::Value fill(const Napi::CallbackInfo& info);
  Napi::Value concat(const Napi::CallbackInfo& info);
  Napi::Value split(const Napi::CallbackInfo& info);
  Napi::Value scaleShift(const Napi::CallbackInfo& info);
  Napi::Value softmax(const Napi::CallbackInfo& info);
  Napi::Value softmaxBackward(const Napi::CallbackInfo& info);
  Napi::Value reorder(const Napi::CallbackInfo& info);
  Napi::Value seed(const Napi::CallbackInfo& info);
  Napi::Value maxAbsOverChannels(const Napi::CallbackInfo& info);

  Napi::Value blend(const Napi::CallbackInfo& info);
  Napi::Value addNormalised(const Napi::CallbackInfo& info);
  Napi::Value adam(const Napi::CallbackInfo& info);
  Napi::Value dot(const Napi::CallbackInfo& info);
  Napi::Value clamp(const Napi::CallbackInfo& info);
  Napi::Value mixChannels(const Napi::CallbackInfo& info);
  Napi::Value shift(const Napi::CallbackInfo& info);
  Napi::Value blur(const Napi::CallbackInfo& info);
  Napi::Value totalVariation(const Napi::CallbackInfo& info);

  /** The live device, outside of a recording; to be asked for after the arguments, whose getters may dispose of it. */
  Device& idle(const Napi::CallbackInfo& info, const std::string& where) const;
  Operands operands(const Napi::CallbackInfo& info, const char* where, Views views = Views::Refused) const {
    return {info, open_, where, views};
  }

  std::shared_ptr<OpenDevice> open_;
};

}  // namespace deep_inside
