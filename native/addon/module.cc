#include <napi.h>

#include "addon/average_pool_plan.h"
#include "addon/device.h"
#include "addon/environment.h"
#include "addon/lrn_plan.h"
#include "addon/max_pool_plan.h"
#include "addon/recording.h"
#include "addon/weighted_plan.h"
#include "addon/weights.h"

namespace deep_inside {

Napi::Function DeviceHandle::define(Napi::Env env) {
  return defineAll(env, {InstanceAccessor<&DeviceHandle::kind>("kind"),
                         InstanceAccessor<&DeviceHandle::name>("name"),
                         InstanceAccessor<&DeviceHandle::threads>("threads"),
                         InstanceMethod<&DeviceHandle::memory>("memory"),
                         InstanceMethod<&DeviceHandle::tensor>("tensor"),
                         InstanceMethod<&DeviceHandle::weights>("weights"),
                         InstanceMethod<&DeviceHandle::capture>("capture"),
                         InstanceMethod<&DeviceHandle::sync>("sync"),
                         InstanceMethod<&DeviceHandle::planConv2d>("planConv2d"),
                         InstanceMethod<&DeviceHandle::planLinear>("planLinear"),
                         InstanceMethod<&DeviceHandle::planMaxPool>("planMaxPool"),
                         InstanceMethod<&DeviceHandle::planAveragePool>("planAveragePool"),
                         InstanceMethod<&DeviceHandle::planLrn>("planLrn"),
                         InstanceMethod<&DeviceHandle::relu>("relu"),
                         InstanceMethod<&DeviceHandle::reluBackward>("reluBackward"),
                         InstanceMethod<&DeviceHandle::add>("add"),
                         InstanceMethod<&DeviceHandle::axpy>("axpy"),
                         InstanceMethod<&DeviceHandle::fill>("fill"),
                         InstanceMethod<&DeviceHandle::concat>("concat"),
                         InstanceMethod<&DeviceHandle::split>("split"),
                         InstanceMethod<&DeviceHandle::scaleShift>("scaleShift"),
                         InstanceMethod<&DeviceHandle::softmax>("softmax"),
                         InstanceMethod<&DeviceHandle::softmaxBackward>("softmaxBackward"),
                         InstanceMethod<&DeviceHandle::reorder>("reorder"),
                         InstanceMethod<&DeviceHandle::seed>("seed"),
                         InstanceMethod<&DeviceHandle::maxAbsOverChannels>("maxAbsOverChannels")});
}

namespace {

template <class T>
Napi::FunctionReference classOf(Napi::Env env) {
  Napi::FunctionReference reference = Napi::Persistent(T::define(env));
  reference.SuppressDestruct();
  return reference;
}

Napi::Value setErrorClass(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) fail(info.Env(), Code::Argument, "setErrorClass: errorClass must be a class");
  Environment& environment = Environment::of(info.Env());
  environment.errorClass = Napi::Persistent(info[0].As<Napi::Function>());
  environment.errorClass.SuppressDestruct();
  return info.Env().Undefined();
}

Napi::Value versions(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), backendVersions()); }

}  // namespace

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment(env);
  env.SetInstanceData(environment);
  // Hooks run in the reverse order, so this one finds the thread-safe function still working.
  env.AddCleanupHook([environment] { environment->shutDown(); });
  environment->device = classOf<DeviceHandle>(env);
  environment->tensor = classOf<TensorHandle>(env);
  environment->weights = classOf<WeightsHandle>(env);
  environment->weightedPlan = classOf<WeightedPlanHandle>(env);
  environment->maxPoolPlan = classOf<MaxPoolPlanHandle>(env);
  environment->averagePoolPlan = classOf<AveragePoolPlanHandle>(env);
  environment->lrnPlan = classOf<LrnPlanHandle>(env);
  environment->recording = classOf<RecordingHandle>(env);
  exports["open"] = Napi::Function::New(env, DeviceHandle::openFromJs, "open");
  exports["setErrorClass"] = Napi::Function::New(env, setErrorClass, "setErrorClass");
  exports["versions"] = Napi::Function::New(env, versions, "versions");
  return exports;
}

}  // namespace deep_inside

static Napi::Object initialiseModule(Napi::Env env, Napi::Object exports) {
  return deep_inside::initialise(env, exports);
}

NODE_API_MODULE(deep_inside, initialiseModule)
