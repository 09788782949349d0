#pragma once

#include "addon/colour_options.h"
#include "addon/handle.h"
#include "mixture/wanted.h"

namespace deep_inside {

/** A copy of an image, which its handle and the work on it share. */
struct ColourPixels {
  int64_t rows, cols;
  Bytes colours;  // [rows, cols, 3]
  Wanted wanted{true};

  ColourGrid grid() const { return {colours.data(), rows, cols}; }
  size_t count() const { return static_cast<size_t>(rows * cols); }
};

/** The colour models of native/mixture, computed of one image. */
class ColourImageHandle : public Handle<ColourImageHandle> {
 public:
  static constexpr napi_type_tag kTag = {0xdee9115d0000000b, 0x51c08f27};
  static constexpr const char* kName = "ColourImage";
  static Napi::Function define(Napi::Env env);
  static Napi::Value fromJs(const Napi::CallbackInfo& info);

  explicit ColourImageHandle(const Napi::CallbackInfo& info)
      : Handle(info), pixels_(*contentOf<std::shared_ptr<ColourPixels>>(info)) {}

  /** Nobody waits for what goes on. */
  void letGo() {
    pixels_->wanted = false;
    pixels_.reset();
  }

 private:
  Napi::Value fit(const Napi::CallbackInfo& info);
  Napi::Value refit(const Napi::CallbackInfo& info);
  Napi::Value meanContrast(const Napi::CallbackInfo& info);
  Napi::Value capacities(const Napi::CallbackInfo& info);

  std::shared_ptr<ColourPixels> alive(Napi::Env env, const char* where) const;

  std::shared_ptr<ColourPixels> pixels_;
};

}  // namespace deep_inside
