#include "addon/recording.h"

#include "addon/arguments.h"

namespace deep_inside {

Napi::Function RecordingHandle::define(Napi::Env env) {
  return defineAll(env, {method<&RecordingHandle::replay>("replay")});
}

RecordingHandle::RecordingHandle(const Napi::CallbackInfo& info)
    : Handle(info), content_(std::move(*contentOf<RecordingContent>(info))) {}

Napi::Value RecordingHandle::replay(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "recording.replay");
  if (device.capturing()) fail(info.Env(), Code::Capture, "recording.replay: not while recording another sequence");
  const bool given = info.Length() > 0 && !info[0].IsUndefined();
  const int64_t times = given ? integerOf(info.Env(), info[0], "recording.replay", "times", 1) : 1;
  device.replay(content_.recording, times);
  return info.Env().Undefined();
}

}  // namespace deep_inside
