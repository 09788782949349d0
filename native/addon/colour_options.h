#pragma once

#include "addon/arguments.h"
#include "mixture/fit.h"
#include "mixture/grid_capacities.h"

namespace deep_inside {

using Bytes = std::vector<uint8_t>;

/** The options of one function about colours, and what is read of them in the same way by several. */
class ColourOptions : public Options {
 public:
  ColourOptions(const Napi::CallbackInfo& info, const char* where, std::initializer_list<const char*> known)
      : Options(info, where, known), env_(info.Env()), where_(where) {}

  /** A copy, since JS may detach the array. */
  Bytes bytes(const char* key, size_t length) const;
  /** Empty for null. */
  Bytes bytesOrNull(const char* key, size_t length) const;
  ColourModel model(const char* key) const;
  Fit fit() const;
  Energy energy() const;
  double covarianceFloor() const;
  int threads() const;
  int neighbours() const;

 private:
  int64_t integer(const char* key, int64_t low, int64_t high) const;
  double number(const char* key, double low, double below, const char* expected) const;
  Napi::TypedArray typed(const char* key, napi_typedarray_type type, const char* expected) const;
  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

  Napi::Env env_;
  std::string where_;
};

/** The inverse of ColourOptions::model. */
Napi::Value toJs(Napi::Env env, const ColourModel& model);

}  // namespace deep_inside
