#include "addon/device.h"

#include "addon/background.h"
#include "addon/promise.h"
#include "addon/recording.h"
#include "addon/upload.h"
#include "core/finite.h"

namespace deep_inside {

namespace {

Napi::Value number(Napi::Env env, size_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

}  // namespace

Napi::Value DeviceHandle::openFromJs(const Napi::CallbackInfo& info) {
  OpenOptions options;
  if (info.Length() > 0 && info[0].IsObject()) {
    const Options given(info, "open", {"index", "threads"});
    if (!given.get("index").IsUndefined()) options.index = static_cast<int>(given.integer("index", 0));
    if (!given.get("threads").IsUndefined()) options.threads = static_cast<int>(given.integer("threads", 1));
  }
  // A GPU takes a while.
  auto opened = std::make_shared<std::shared_ptr<Device>>();
  return Background::start(
      info.Env(), [options, opened] { *opened = openDevice(options); },
      [opened](Napi::Env env) -> Napi::Value {
        Environment& environment = Environment::of(env);
        auto open = std::make_shared<OpenDevice>(environment, std::move(*opened));
        environment.adopt(open);
        return environment.device.New({Napi::External<std::shared_ptr<OpenDevice>>::New(env, &open)});
      });
}

DeviceHandle::DeviceHandle(const Napi::CallbackInfo& info)
    : Handle(info), open_(std::move(*contentOf<std::shared_ptr<OpenDevice>>(info))) {}

void DeviceHandle::letGo() {
  if (!open_->device) return;
  if (open_->device->capturing()) open_->device->endCapture();
  Environment::of(Env()).retire(std::move(open_->device));
}

Device& DeviceHandle::idle(const Napi::CallbackInfo& info, const std::string& where) const {
  Device& device = alive(info.Env(), *this, where);
  if (device.capturing()) fail(info.Env(), Code::Capture, where + ": not while recording; call it before or after");
  return device;
}

Napi::Value DeviceHandle::kind(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), open_->kind); }

Napi::Value DeviceHandle::name(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), alive(info.Env(), *this, "device.name").name());
}

Napi::Value DeviceHandle::threads(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), alive(info.Env(), *this, "device.threads").threads());
}

Napi::Value DeviceHandle::memory(const Napi::CallbackInfo& info) {
  const MemoryAccount& account = alive(info.Env(), *this, "device.memory").memory();
  Napi::Object result = Napi::Object::New(info.Env());
  result["tensors"] = number(info.Env(), account.tensors());
  result["weights"] = number(info.Env(), account.weights());
  result["workspace"] = number(info.Env(), account.workspace());
  result["peak"] = number(info.Env(), account.peak());
  return result;
}

Napi::Value DeviceHandle::tensor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Tensor tensor;
  tensor.shape = shapeOf(env, info[0], "device.tensor", "shape");
  tensor.dtype = dtypeOf(env, info[1], "device.tensor");
  if (!info[2].IsUndefined()) tensor.block = layoutOf(env, info[2], tensor.shape, "device.tensor");
  if (tensor.dtype == DType::BFloat16) {
    fail(env, Code::Unsupported, "device.tensor: bfloat16 is not supported on " + open_->kind + "; use float32");
  }
  Device& device = idle(info, "device.tensor");
  tensor.storage = device.allocate(static_cast<size_t>(tensor.storedElements()) * bytesOf(tensor.dtype));
  const Napi::Value handle = TensorHandle::create(env, {open_, std::move(tensor)});
  Environment::of(env).reportMemory();
  return handle;
}

Napi::Value DeviceHandle::weights(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string where = "device.weights";
  const Shape shape = shapeOf(env, info[1], where, "shape");
  if (shape.size() != 2 && shape.size() != 4) {
    fail(env, Code::Shape, where + ": shape must have 2 or 4 dimensions, got " + toString(shape));
  }
  const void* given =
      info[2].IsNull() ? nullptr : hostDataOf(env, info[2], DType::Float32, {shape[0]}, where, "b, unless null,");
  const auto* b = static_cast<const float*>(given);
  if (b) demandFinite(where + ": b", b, shape[0]);
  hostDataOf(env, info[0], DType::Float32, shape, where, "w");
  auto weights = idle(info, where).weights(shape, b);
  Environment::of(env).reportMemory();
  return upload(env, open_, std::move(weights), info[0], where);
}

Napi::Value DeviceHandle::capture(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Device& device = idle(info, "device.capture");
  if (!info[0].IsFunction()) {
    fail(env, Code::Argument, "device.capture: record must be a function, got " + shown(info[0]));
  }
  const int64_t strands = info[1].IsUndefined() ? 1 : integerOf(env, info[1], "device.capture", "strands", 1);
  const auto open = open_;
  device.beginCapture(strands);
  std::shared_ptr<Recording> recording;
  try {
    const Napi::Value result = info[0].As<Napi::Function>().Call({});
    if (open->device) recording = device.endCapture();
    if (result.IsPromise()) {
      fail(env, Code::Argument, "device.capture: record must not be async; what it awaits would not be recorded");
    }
  } catch (...) {
    if (open->device && device.capturing()) device.endCapture();
    throw;
  }
  if (!recording) fail(env, Code::Disposed, "device.capture: the device was disposed of while recording");
  RecordingContent content{open_, std::move(recording)};
  return Environment::of(env).recording.New({Napi::External<RecordingContent>::New(env, &content)});
}

Napi::Value DeviceHandle::sync(const Napi::CallbackInfo& info) {
  Device& device = idle(info, "device.sync");
  const PendingPromise pending(info.Env(), open_);
  device.sync([pending](const Status& status) {
    pending.settle(status, [](Napi::Env env, const Expected&) { return env.Undefined(); });
  });
  return pending.promise();
}

}  // namespace deep_inside
