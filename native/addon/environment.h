#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <set>

#include "core/device.h"

namespace deep_inside {

/** An open device as its handles see it: gone once it was disposed of. */
struct OpenDevice {
  explicit OpenDevice(std::shared_ptr<Device> opened) : device(std::move(opened)), kind(device->kind()) {}

  std::shared_ptr<Device> device;  // null after dispose
  const std::string kind;
  std::weak_ptr<Device> draining;  // after dispose, as long as handles or queued work keep it alive
};

using Deliver = std::function<void(Napi::Env)>;

/**
 * What the addon knows per environment (the main thread or one worker_thread): constructors, the error class, open
 * devices, and the way back from the devices' threads. Lives as instance data; everything but `post` belongs to the
 * JS thread.
 */
class Environment {
 public:
  explicit Environment(Napi::Env env);
  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  /** A promise is outstanding: the process stays alive until `post` delivered its outcome. */
  void expect();
  /** From any thread: runs `deliver` on the JS thread, once per `expect`. */
  void post(Deliver deliver);

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
  int expected_ = 0;
  int64_t reported_ = 0;
  std::set<std::shared_ptr<OpenDevice>> devices_;
};

}  // namespace deep_inside
