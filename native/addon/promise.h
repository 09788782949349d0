#pragma once

#include <napi.h>

#include <functional>
#include <memory>

#include "addon/environment.h"
#include "addon/errors.h"

namespace deep_inside {

/** Makes a JS value of the outcome, on the JS thread. */
using Resolve = std::function<Napi::Value(Napi::Env, const Expected&)>;

/** A part of the work that only the JS thread can do. */
using Step = std::function<void(Napi::Env, const Expected&)>;

/**
 * A promise about work of a device, to be settled once, from any thread. It only names an entry that the environment
 * keeps on the JS thread, together with the device and what else the promise needs: so the copies that a device's own
 * thread holds never own anything that must go on the JS thread.
 */
class PendingPromise {
 public:
  /** `kept` stays referenced until the promise is settled; may be empty. */
  PendingPromise(Napi::Env env, const std::shared_ptr<OpenDevice>& open, Napi::Object kept = {})
      : environment_(&Environment::of(env)), number_(environment_->expect(open, kept)) {}

  /** Right after the work was enqueued. */
  Napi::Promise promise() const { return environment_->promise(number_); }
  /** A failure counts as the device's fault, which the rejection acknowledges. */
  void settle(const Status& status, Resolve resolve) const;
  /** Runs `step` on the JS thread unless the promise is settled by then; what it throws rejects the promise. */
  void meanwhile(Step step) const;
  /** For planning, whose failures are no faults of the device. */
  void settlePlan(const Status& status, Resolve resolve) const;

 private:
  Environment* environment_;
  uint64_t number_;
};

}  // namespace deep_inside
