#include "addon/promise.h"

namespace deep_inside {

std::shared_ptr<PendingPromise> PendingPromise::create(Napi::Env env) {
  Environment& environment = Environment::of(env);
  environment.expect();
  return std::shared_ptr<PendingPromise>(new PendingPromise(env, environment));
}

void PendingPromise::settle(std::shared_ptr<PendingPromise> self, const Status& status, Resolve resolve,
                            Deliver onFailure) {
  Environment& environment = self->environment_;
  environment.post(
      [self = std::move(self), status, resolve = std::move(resolve), onFailure = std::move(onFailure)](Napi::Env env) {
        Napi::HandleScope scope(env);
        Environment::of(env).arrived();
        if (status.ok()) {
          try {
            self->deferred_.Resolve(resolve(env));
          } catch (const Napi::Error& error) {
            self->deferred_.Reject(error.Value());
          }
          return;
        }
        if (onFailure) onFailure(env);
        self->deferred_.Reject(jsError(env, status).Value());
      });
}

}  // namespace deep_inside
