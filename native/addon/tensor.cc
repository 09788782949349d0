#include "addon/tensor.h"

#include "addon/promise.h"

namespace deep_inside {

namespace {

napi_typedarray_type hostType(DType dtype) { return dtype == DType::Int32 ? napi_int32_array : napi_float32_array; }
const char* hostName(DType dtype) { return dtype == DType::Int32 ? "Int32Array" : "Float32Array"; }

void* dataOf(const Napi::TypedArray& array) {
  return static_cast<char*>(array.ArrayBuffer().Data()) + array.ByteOffset();
}

Napi::TypedArray newArray(Napi::Env env, DType dtype, size_t elements) {
  if (dtype == DType::Int32) return Napi::Int32Array::New(env, elements);
  return Napi::Float32Array::New(env, elements);
}

/**
 * Where a read puts its result. A fresh array is filled by the device, since JS sees it only when it is full; the
 * user's own could be detached meanwhile, so it is filled from a copy on the JS thread.
 */
struct ReadTarget {
  Napi::Reference<Napi::TypedArray> array;
  std::vector<char> copy;

  /** The reference must go on the JS thread. */
  Napi::TypedArray take() {
    const Napi::TypedArray value = array.Value();
    array.Reset();
    return value;
  }
};

}  // namespace

Napi::Function TensorHandle::define(Napi::Env env) {
  return defineAll(env,
                   {InstanceAccessor<&TensorHandle::shape>("shape"), InstanceAccessor<&TensorHandle::dtype>("dtype"),
                    InstanceAccessor<&TensorHandle::layout>("layout"), InstanceMethod<&TensorHandle::write>("write"),
                    InstanceMethod<&TensorHandle::read>("read")});
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

Napi::TypedArray TensorHandle::hostArray(const Napi::Value& value, const std::string& where, const char* name) const {
  const auto elements = static_cast<size_t>(elementsOf(tensor().shape));
  const bool fits = value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == hostType(tensor().dtype) &&
                    value.As<Napi::TypedArray>().ElementLength() == elements;
  if (!fits) {
    fail(value.Env(), Code::Argument,
         where + ": " + name + " must be a " + hostName(tensor().dtype) + " of " + std::to_string(elements) +
             " elements for " + toString(tensor().shape) + ", got " + shown(value));
  }
  return value.As<Napi::TypedArray>();
}

Napi::Value TensorHandle::write(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "tensor.write");
  if (device.capturing()) fail(info.Env(), Code::Capture, "tensor.write: not while recording; write before the replay");
  device.write(tensor(), dataOf(hostArray(info[0], "tensor.write", "source")));
  return info.Env().Undefined();
}

Napi::Value TensorHandle::read(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Device& device = alive(env, *this, "tensor.read");
  if (device.capturing()) fail(env, Code::Capture, "tensor.read: not while recording; read after the replay");
  const bool given = info.Length() > 0 && !info[0].IsUndefined();
  const size_t elements = static_cast<size_t>(elementsOf(tensor().shape));
  const Napi::TypedArray array =
      given ? hostArray(info[0], "tensor.read", "into") : newArray(env, tensor().dtype, elements);
  auto target = std::make_shared<ReadTarget>();
  target->array = Napi::Reference<Napi::TypedArray>::New(array, 1);
  target->array.SuppressDestruct();
  if (given) target->copy.resize(elements * 4);

  const auto pending = PendingPromise::create(env);
  const auto resolve = [target, given, elements](Napi::Env env) -> Napi::Value {
    const Napi::TypedArray result = target->take();
    if (given && result.ElementLength() != elements) {
      fail(env, Code::Argument, "tensor.read: the array to read into was detached");
    }
    if (given) std::copy(target->copy.begin(), target->copy.end(), static_cast<char*>(dataOf(result)));
    return result;
  };
  const auto open = content_.open;
  const auto onFailure = [target, open](Napi::Env) {
    target->take();
    if (open->device) open->device->acknowledgeFault();
  };
  device.read(tensor(), given ? target->copy.data() : dataOf(array),
              [pending, resolve, onFailure](const Status& status) {
                PendingPromise::settle(pending, status, resolve, onFailure);
              });
  return pending->promise();
}

}  // namespace deep_inside
