#include "addon/environment.h"

namespace deep_inside {

Environment::Environment(Napi::Env env) : env_(env) {
  queue_ = Napi::ThreadSafeFunction::New(env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}), "deep-inside",
                                         0, 1);
  queue_.Unref(env);
}

void Environment::expect() {
  if (expected_++ == 0) queue_.Ref(env_);
}

void Environment::post(Deliver deliver) {
  auto* parcel = new Deliver(std::move(deliver));
  const auto status = queue_.NonBlockingCall(parcel, [](Napi::Env env, Napi::Function, Deliver* arrived) {
    std::unique_ptr<Deliver> owned(arrived);
    if (env == nullptr) return;
    Environment& self = Environment::of(env);
    if (--self.expected_ == 0) self.queue_.Unref(env);
    (*owned)(env);
    self.reportMemory();
  });
  if (status != napi_ok) delete parcel;  // the environment is going away
}

void Environment::adopt(const std::shared_ptr<OpenDevice>& device) { devices_.insert(device); }

void Environment::reportMemory() {
  int64_t now = 0;
  for (auto it = devices_.begin(); it != devices_.end();) {
    const std::shared_ptr<Device> device = (*it)->device ? (*it)->device : (*it)->draining.lock();
    if (device) {
      now += static_cast<int64_t>(device->memory().total());
      ++it;
    } else {
      it = devices_.erase(it);
    }
  }
  if (now == reported_) return;
  Napi::MemoryManagement::AdjustExternalMemory(env_, now - reported_);
  reported_ = now;
}

void Environment::shutDown() {
  for (const auto& open : devices_) {
    const std::shared_ptr<Device> device = open->device ? open->device : open->draining.lock();
    if (device) device->abandon();
  }
  devices_.clear();
  queue_.Abort();
}

}  // namespace deep_inside
