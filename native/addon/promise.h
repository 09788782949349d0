#pragma once

#include <napi.h>

#include <functional>
#include <memory>

#include "addon/environment.h"
#include "addon/errors.h"

namespace deep_inside {

/** Makes a JS value of the outcome, on the JS thread. */
using Resolve = std::function<Napi::Value(Napi::Env)>;

/** A promise to be settled from any thread, once. Keeps the process alive until then. */
class PendingPromise {
 public:
  static std::shared_ptr<PendingPromise> create(Napi::Env env);

  Napi::Promise promise() const { return deferred_.Promise(); }
  /** From any thread. `onFailure` runs on the JS thread before the rejection. */
  static void settle(std::shared_ptr<PendingPromise> self, const Status& status, Resolve resolve,
                     Deliver onFailure = nullptr);

 private:
  PendingPromise(Napi::Env env, Environment& environment)
      : deferred_(Napi::Promise::Deferred::New(env)), environment_(environment) {}

  Napi::Promise::Deferred deferred_;
  Environment& environment_;
};

}  // namespace deep_inside
