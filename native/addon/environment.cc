#include "addon/environment.h"

#include <algorithm>
#include <cstdlib>

namespace deep_inside {

namespace {

/**
 * The garbage collector hears of changes of this many bytes at once. V8 begins a collection for every 64 MB that it
 * hears of, and beyond them works at it for up to 10 ms in each report. A network's first call takes memory some dozens of
 * times; what is dropped and not disposed of is collected at the same 64 MB however finely it is told.
 */
constexpr int64_t kReported = int64_t{64} << 20;

template <class T>
void forgetGone(std::vector<std::weak_ptr<T>>& all) {
  const auto gone = [](const std::weak_ptr<T>& one) { return one.expired(); };
  all.erase(std::remove_if(all.begin(), all.end(), gone), all.end());
}

}  // namespace

OpenDevice::~OpenDevice() {
  if (!device) return;
  device->drop();
  environment_.retire(std::move(device));
}

Environment::Environment(Napi::Env env) : env_(env) {
  queue_ = Napi::ThreadSafeFunction::New(env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}), "deep-inside",
                                         0, 1);
  queue_.Unref(env);
}

uint64_t Environment::expect(const std::shared_ptr<OpenDevice>& open, Napi::Object kept) {
  if (expected_.empty()) queue_.Ref(env_);
  auto reference = kept.IsEmpty() ? Napi::ObjectReference() : Napi::Persistent(kept);
  expected_.emplace(++promises_, Expected{Napi::Promise::Deferred::New(env_), open, std::move(reference)});
  return promises_;
}

Expected Environment::arrived(uint64_t number) {
  auto entry = expected_.extract(number);
  if (expected_.empty()) queue_.Unref(env_);
  return std::move(entry.mapped());
}

void Environment::retire(std::shared_ptr<Device> device) {
  // The device's own thread gets no share in it: if that were the last one, the thread would wait for itself.
  Device* const key = device.get();
  retired_.emplace(key, std::move(device));
  key->settle([this, key](const Status&) { post([this, key](Napi::Env) { retired_.erase(key); }); });
  key->close();
}

void Environment::post(Deliver deliver) {
  auto* parcel = new Deliver(std::move(deliver));
  const auto status = queue_.NonBlockingCall(parcel, [](Napi::Env env, Napi::Function, Deliver* arrived) {
    const std::unique_ptr<Deliver> owned(arrived);
    if (env == nullptr) return;
    const Napi::HandleScope scope(env);
    try {
      (*owned)(env);
      Environment::of(env).reportMemory();
    } catch (const Napi::Error&) {
      // Only a thread that is being terminated refuses to run JS; nobody is left to tell.
    }
  });
  if (status != napi_ok) delete parcel;  // the environment is going away
}

void Environment::adopt(const std::shared_ptr<OpenDevice>& device) { devices_.push_back(device); }

void Environment::adopt(const std::shared_ptr<Wanted>& wanted) {
  forgetGone(wanted_);
  wanted_.push_back(wanted);
}

void Environment::reportMemory() {
  int64_t now = 0;
  for (const auto& weak : devices_) {
    const auto open = weak.lock();
    if (open && open->device) now += static_cast<int64_t>(open->device->memory().total());
  }
  for (const auto& [key, device] : retired_) now += static_cast<int64_t>(device->memory().total());
  forgetGone(devices_);
  if (std::abs(now - reported_) < kReported) return;
  Napi::MemoryManagement::AdjustExternalMemory(env_, now - reported_);
  reported_ = now;
}

void Environment::endDevices() {
  for (const auto& weak : wanted_)
    if (const auto wanted = weak.lock()) *wanted = false;
  for (const auto& weak : devices_) {
    const auto open = weak.lock();
    if (open && open->device) retire(std::move(open->device));
  }
  for (const auto& [key, device] : retired_) device->drop();
  retired_.clear();
}

void Environment::shutDown() {
  endDevices();
  expected_.clear();
  queue_.Abort();
}

}  // namespace deep_inside
