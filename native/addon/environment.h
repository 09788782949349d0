#pragma once

#include <napi.h>

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/device.h"
#include "mixture/wanted.h"

namespace deep_inside {

class Environment;

/** An open device as its handles see it; shared by all of them, and on the JS thread only. */
struct OpenDevice {
  OpenDevice(Environment& environment, std::shared_ptr<Device> opened)
      : device(std::move(opened)), kind(device->kind()), environment_(environment) {}
  /** Nobody is left to see what is still queued. */
  ~OpenDevice();

  std::shared_ptr<Device> device;  // null after dispose, and when the process ends
  const std::string kind;

 private:
  Environment& environment_;
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
  bool expects(uint64_t number) const { return expected_.count(number) > 0; }
  const Expected& expected(uint64_t number) const { return expected_.at(number); }
  Expected arrived(uint64_t number);
  /** From any thread: runs `deliver` on the JS thread. */
  void post(Deliver deliver);

  void adopt(const std::shared_ptr<OpenDevice>& device);
  /** Of work on libuv's pool, which a process that ends waits for. */
  void adopt(const std::shared_ptr<Wanted>& wanted);
  /** Closes a device, and lets go of it once what is queued has run. */
  void retire(std::shared_ptr<Device> device);
  /** Tells the garbage collector how much native memory the devices hold, if that has changed by much. */
  void reportMemory();
  /** Drops queued work and waits for what runs, and no result is wanted any more: for the end of the process. */
  void endDevices();
  /** At the end of the environment. */
  void shutDown();

  Napi::FunctionReference errorClass, device, tensor, weights, weightedPlan, maxPoolPlan, averagePoolPlan, lrnPlan,
      maxFlowPlan, recording, colourImage;

 private:
  Napi::Env env_;
  Napi::ThreadSafeFunction queue_;
  uint64_t promises_ = 0;
  std::map<uint64_t, Expected> expected_;
  int64_t reported_ = 0;
  std::vector<std::weak_ptr<OpenDevice>> devices_;
  std::vector<std::weak_ptr<Wanted>> wanted_;
  std::map<const Device*, std::shared_ptr<Device>> retired_;
};

}  // namespace deep_inside
