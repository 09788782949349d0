#include "addon/promise.h"

namespace deep_inside {

namespace {

void deliver(Napi::Env env, const Expected& expected, const Status& status, const Resolve& resolve) {
  if (!status.ok()) return expected.deferred.Reject(jsError(env, status).Value());
  Napi::Value value;
  try {
    value = resolve(env, expected);
  } catch (const Napi::Error& error) {
    return expected.deferred.Reject(error.Value());
  }
  expected.deferred.Resolve(value);
}

}  // namespace

void PendingPromise::settle(const Status& status, Resolve resolve) const {
  environment_->post([number = number_, status, resolve = std::move(resolve)](Napi::Env env) {
    const Expected expected = Environment::of(env).arrived(number);
    if (!status.ok() && expected.open->device) expected.open->device->acknowledgeFault(status.fault);
    deliver(env, expected, status, resolve);
  });
}

void PendingPromise::meanwhile(Step step) const {
  environment_->post([number = number_, step = std::move(step)](Napi::Env env) {
    Environment& environment = Environment::of(env);
    if (!environment.expects(number)) return;
    const auto thrown = thrownBy(env, [&] { step(env, environment.expected(number)); });
    if (thrown) environment.arrived(number).deferred.Reject(thrown->Value());
  });
}

void PendingPromise::settlePlan(const Status& status, Resolve resolve) const {
  environment_->post([number = number_, status, resolve = std::move(resolve)](Napi::Env env) {
    deliver(env, Environment::of(env).arrived(number), status, resolve);
  });
}

}  // namespace deep_inside
