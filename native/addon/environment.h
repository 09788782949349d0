#pragma once

#include <napi.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/device.h"

namespace deep_inside {

/** An open device as its handles see it; shared by all of them. */
struct OpenDevice {
  explicit OpenDevice(std::shared_ptr<Device> opened) : device(std::move(opened)), kind(device->kind()) {}
  /** Nobody is left to see what is still queued. */
  ~OpenDevice() {
    if (device) device->abandon();
  }

  std::shared_ptr<Device> device;    // null after dispose
  std::shared_ptr<Device> draining;  // after dispose, until what was queued before has run
  const std::string kind;
};

using Deliver = std::function<void(Napi::Env)>;

/** What the environment keeps for a promise that is not settled yet. */
struct Expected {
  Napi::Promise::Deferred deferred;
  std::shared_ptr<OpenDevice> open;
  Napi::ObjectReference kept;
};

/**
 * What the addon knows per environment (the main thread or one worker_thread): constructors, the error class, open
 * devices, and the way back from the devices' threads. Lives as instance data; everything but `post` belongs to the
 * JS thread.
 */
class Environment {
 public:
  explicit Environment(Napi::Env env);
  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  /** Begins a promise about work of `open`; the process stays alive until it has arrived. */
  uint64_t expect(const std::shared_ptr<OpenDevice>& open, Napi::Object kept);
  Napi::Promise promise(uint64_t number) const { return expected_.at(number).deferred.Promise(); }
  Expected arrived(uint64_t number);
  /** From any thread: runs `deliver` on the JS thread. */
  void post(Deliver deliver);

  /** Closes a device, and lets go of it once what is queued has run. */
  void drain(const std::shared_ptr<OpenDevice>& open);
  void adopt(const std::shared_ptr<OpenDevice>& device);
  /** Tells the garbage collector how much native memory the devices hold. */
  void reportMemory();
  /** At the end of the environment: drops queued work and waits for what runs. */
  void shutDown();

  Napi::FunctionReference errorClass, device, tensor, weights, weightedPlan, maxPoolPlan, averagePoolPlan, lrnPlan,
      recording;

 private:
  Napi::Env env_;
  Napi::ThreadSafeFunction queue_;
  uint64_t promises_ = 0;
  std::map<uint64_t, Expected> expected_;
  std::set<std::shared_ptr<OpenDevice>> draining_;
  int64_t reported_ = 0;
  std::vector<std::weak_ptr<OpenDevice>> devices_;
};

}  // namespace deep_inside
