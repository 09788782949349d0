#include <napi.h>

#include "addon/average_pool_plan.h"
#include "addon/colour_image.h"
#include "addon/device.h"
#include "addon/environment.h"
#include "addon/lrn_plan.h"
#include "addon/max_flow_plan.h"
#include "addon/max_pool_plan.h"
#include "addon/recording.h"
#include "addon/weighted_plan.h"
#include "addon/weights.h"
#include "core/finite.h"

namespace deep_inside {

Napi::Function DeviceHandle::define(Napi::Env env) {
  return defineAll(env, {property<&DeviceHandle::kind>("kind"),
                         property<&DeviceHandle::name>("name"),
                         property<&DeviceHandle::threads>("threads"),
                         method<&DeviceHandle::memory>("memory"),
                         method<&DeviceHandle::tensor>("tensor"),
                         method<&DeviceHandle::weights>("weights"),
                         method<&DeviceHandle::capture>("capture"),
                         method<&DeviceHandle::sync>("sync"),
                         method<&DeviceHandle::planConv2d>("planConv2d"),
                         method<&DeviceHandle::planLinear>("planLinear"),
                         method<&DeviceHandle::planMaxPool>("planMaxPool"),
                         method<&DeviceHandle::planAveragePool>("planAveragePool"),
                         method<&DeviceHandle::planLrn>("planLrn"),
                         method<&DeviceHandle::planMaxFlow>("planMaxFlow"),
                         method<&DeviceHandle::relu>("relu"),
                         method<&DeviceHandle::reluBackward>("reluBackward"),
                         method<&DeviceHandle::add>("add"),
                         method<&DeviceHandle::axpy>("axpy"),
                         method<&DeviceHandle::fill>("fill"),
                         method<&DeviceHandle::concat>("concat"),
                         method<&DeviceHandle::split>("split"),
                         method<&DeviceHandle::scaleShift>("scaleShift"),
                         method<&DeviceHandle::softmax>("softmax"),
                         method<&DeviceHandle::softmaxBackward>("softmaxBackward"),
                         method<&DeviceHandle::reorder>("reorder"),
                         method<&DeviceHandle::seed>("seed"),
                         method<&DeviceHandle::maxAbsOverChannels>("maxAbsOverChannels"),
                         method<&DeviceHandle::blend>("blend"),
                         method<&DeviceHandle::addNormalised>("addNormalised"),
                         method<&DeviceHandle::adam>("adam"),
                         method<&DeviceHandle::dot>("dot"),
                         method<&DeviceHandle::clamp>("clamp"),
                         method<&DeviceHandle::mixChannels>("mixChannels"),
                         method<&DeviceHandle::shift>("shift"),
                         method<&DeviceHandle::blur>("blur"),
                         method<&DeviceHandle::totalVariation>("totalVariation")});
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

Napi::Value endDevices(const Napi::CallbackInfo& info) {
  Environment::of(info.Env()).endDevices();
  return info.Env().Undefined();
}

/** The first argument, called `values`: an array of this type. */
template <class Array>
Array valuesIn(const Napi::CallbackInfo& info, napi_typedarray_type type, const char* expected) {
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != type) {
    fail(info.Env(), Code::Argument, std::string(expected) + ", got " + shown(info[0]));
  }
  return info[0].As<Array>();
}

Napi::Value allFiniteFromJs(const Napi::CallbackInfo& info) {
  const auto values =
      valuesIn<Napi::Float32Array>(info, napi_float32_array, "allFinite: values must be a Float32Array");
  return Napi::Boolean::New(info.Env(), allFinite(values.Data(), static_cast<int64_t>(values.ElementLength())));
}

Napi::Value bitsOf(const Napi::CallbackInfo& info) {
  const auto values = valuesIn<Napi::Int32Array>(info, napi_int32_array, "bitsOf: values must be an Int32Array");
  const int32_t* const data = values.Data();
  const size_t count = values.ElementLength();
  int32_t bits = 0;
  for (size_t i = 0; i < count; ++i) bits |= data[i];
  return Napi::Number::New(info.Env(), bits);
}

/** A function of the module; what its body throws becomes a JS error and never reaches Node-API's C code. */
template <Napi::Value (*body)(const Napi::CallbackInfo&)>
Napi::Function function(Napi::Env env, const char* name) {
  return Napi::Function::New(
      env,
      [](const Napi::CallbackInfo& info) {
        Napi::Value result;
        const auto thrown = thrownBy(info.Env(), [&] { result = body(info); });
        if (thrown) throw *thrown;
        return result;
      },
      name);
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
  environment->maxFlowPlan = classOf<MaxFlowPlanHandle>(env);
  environment->recording = classOf<RecordingHandle>(env);
  environment->colourImage = classOf<ColourImageHandle>(env);
  exports["open"] = Napi::Function::New(env, DeviceHandle::openFromJs, "open");
  exports["setErrorClass"] = Napi::Function::New(env, setErrorClass, "setErrorClass");
  exports["endDevices"] = Napi::Function::New(env, endDevices, "endDevices");
  exports["allFinite"] = function<allFiniteFromJs>(env, "allFinite");
  exports["bitsOf"] = function<bitsOf>(env, "bitsOf");
  exports["colourImage"] = function<ColourImageHandle::fromJs>(env, "colourImage");
  exports["versions"] = Napi::Function::New(env, versions, "versions");
  return exports;
}

}  // namespace deep_inside

static Napi::Object initialiseModule(Napi::Env env, Napi::Object exports) {
  return deep_inside::initialise(env, exports);
}

NODE_API_MODULE(deep_inside, initialiseModule)
