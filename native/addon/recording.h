#pragma once

#include "addon/handle.h"

namespace deep_inside {

struct RecordingContent {
  std::shared_ptr<OpenDevice> open;
  std::shared_ptr<Recording> recording;
};

class RecordingHandle : public Handle<RecordingHandle> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d00000007, 0x4ec04d00};
  static constexpr const char* kName = "Recording";
  static Napi::Function define(Napi::Env env);

  explicit RecordingHandle(const Napi::CallbackInfo& info);
  const OpenDevice& open() const { return *content_.open; }
  void letGo() { content_.recording.reset(); }

 private:
  Napi::Value replay(const Napi::CallbackInfo& info);

  RecordingContent content_;
};

}  // namespace deep_inside
