#include "addon/tensor.h"

#include "addon/arguments.h"
#include "addon/promise.h"

namespace deep_inside {

namespace {

/** By JS's own constructor: where there is no memory Node-API's functions end the process, and this one throws. */
Napi::Object newArray(Napi::Env env, DType dtype, const Shape& shape) {
  const char* name = dtype == DType::Int32 ? "Int32Array" : "Float32Array";
  const auto elements = static_cast<double>(elementsOf(shape));
  try {
    return env.Global().Get(name).As<Napi::Function>().New({Napi::Number::New(env, elements)});
  } catch (const Napi::Error&) {
    fail(env, Code::Memory, std::string("tensor.read: no memory for a ") + name + " for " + toString(shape));
  }
}

}  // namespace

Napi::Function TensorHandle::define(Napi::Env env) {
  return defineAll(env, {property<&TensorHandle::shape>("shape"), property<&TensorHandle::dtype>("dtype"),
                         property<&TensorHandle::layout>("layout"), method<&TensorHandle::write>("write"),
                         method<&TensorHandle::read>("read"), method<&TensorHandle::channels>("channels")});
}

Napi::Value TensorHandle::create(Napi::Env env, TensorContent content) {
  return Environment::of(env).tensor.New({Napi::External<TensorContent>::New(env, &content)});
}

TensorHandle::TensorHandle(const Napi::CallbackInfo& info)
    : Handle(info), content_(std::move(*contentOf<TensorContent>(info))) {}

Napi::Value TensorHandle::shape(const Napi::CallbackInfo& info) {
  Napi::Array shape = Napi::Array::New(info.Env(), tensor().shape.size());
  for (uint32_t i = 0; i < tensor().shape.size(); ++i) shape[i] = static_cast<double>(tensor().shape[i]);
  return shape;
}

Napi::Value TensorHandle::dtype(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), dtypeName(tensor().dtype));
}

Napi::Value TensorHandle::layout(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(tensor().block));
}

Napi::Value TensorHandle::write(const Napi::CallbackInfo& info) {
  const std::string where = "tensor.write";
  Device& device = alive(info.Env(), *this, where);
  if (device.capturing()) fail(info.Env(), Code::Capture, where + ": not while recording; write before the replay");
  device.write(tensor(), hostDataOf(info.Env(), info[0], tensor().dtype, tensor().shape, where, "source"));
  return info.Env().Undefined();
}

Napi::Value TensorHandle::read(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string where = "tensor.read";
  Device& device = alive(env, *this, where);
  if (device.capturing()) fail(env, Code::Capture, where + ": not while recording; read after the replay");
  return info[0].IsUndefined() ? readFresh(env, device) : readInto(env, device, info[0]);
}

Napi::Value TensorHandle::channels(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string where = "tensor.channels";
  alive(env, *this, where);
  if (tensor().shape.size() != 4 || tensor().dtype != DType::Float32) {
    fail(env, Code::Shape, where + ": the tensor must be [n, c, rows, cols] float32, got " + described(like(tensor())));
  }
  const int64_t first = integerOf(env, info[0], where, "first", 0), count = integerOf(env, info[1], where, "count", 1);
  const int64_t all = tensor().shape[1], block = tensor().block;
  const bool inside = first < all && count <= all - first;
  const bool whole = first % block == 0 && (count % block == 0 || first + count == all);
  if (!inside || !whole) {
    fail(env, Code::Argument,
         where + ": channels must be some of 0 to " + std::to_string(all - 1) + " in whole blocks of " +
             std::to_string(block) + ", got " + std::to_string(count) + " from " + std::to_string(first) + " on");
  }
  return create(env, {content_.open, tensor().channels(first, count)});
}

/** JS sees a fresh array only when it is full, so the device fills it. */
Napi::Value TensorHandle::readFresh(Napi::Env env, Device& device) {
  const DType dtype = tensor().dtype;
  const Napi::Object array = newArray(env, dtype, tensor().shape);
  void* data = hostDataOf(env, array, dtype, tensor().shape, "tensor.read", "the result");
  const PendingPromise pending(env, content_.open, array);
  device.read(tensor(), data, [pending](const Status& status) {
    pending.settle(status, [](Napi::Env, const Expected& expected) { return expected.kept.Value(); });
  });
  return pending.promise();
}

/** The user's own array may be detached meanwhile, so it is filled from a copy on the JS thread. */
Napi::Value TensorHandle::readInto(Napi::Env env, Device& device, const Napi::Value& into) {
  const DType dtype = tensor().dtype;
  const Shape shape = tensor().shape;
  hostDataOf(env, into, dtype, shape, "tensor.read", "into");
  const auto copy = std::make_shared<std::vector<char>>(static_cast<size_t>(elementsOf(shape)) * bytesOf(dtype));
  const PendingPromise pending(env, content_.open, into.As<Napi::Object>());
  device.read(tensor(), copy->data(), [pending, copy, dtype, shape](const Status& status) {
    pending.settle(status, [copy, dtype, shape](Napi::Env env, const Expected& expected) {
      const Napi::Object array = expected.kept.Value();
      void* data = hostDataOf(env, array, dtype, shape, "tensor.read", "into, when the values arrived,");
      std::copy(copy->begin(), copy->end(), static_cast<char*>(data));
      return array;
    });
  });
  return pending.promise();
}

}  // namespace deep_inside
