#pragma once

#include <napi.h>

#include <memory>
#include <string>

#include "addon/environment.h"
#include "addon/errors.h"

namespace deep_inside {

/**
 * Base of every class that JS sees. Receivers and arguments are recognised by a type tag, so that no call with a
 * foreign object can reach native memory; `T` has `static constexpr napi_type_tag kTag` and `static constexpr const
 * char* kName`, and a method `void letGo()` that drops what it owns.
 */
template <class T>
class Handle : public Napi::ObjectWrap<T> {
 public:
  explicit Handle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<T>(info) {
    info.This().As<Napi::Object>().TypeTag(&T::kTag);
  }

  static bool isOne(const Napi::Value& value) {
    return value.IsObject() && value.As<Napi::Object>().CheckTypeTag(&T::kTag);
  }

  /** Hides ObjectWrap's, which trusts its caller; node-addon-api calls this one for every receiver. */
  static T* Unwrap(Napi::Object object) {
    if (!isOne(object)) {
      fail(object.Env(), Code::Argument, std::string(T::kName) + ": the method was called on " + shown(object));
    }
    return Napi::ObjectWrap<T>::Unwrap(object);
  }

  bool disposed() const { return disposed_; }

  void dispose() {
    if (disposed_) return;
    disposed_ = true;
    static_cast<T*>(this)->letGo();
    Environment::of(this->Env()).reportMemory();
  }

 protected:
  using Method = Napi::Value (T::*)(const Napi::CallbackInfo&);

  /** A member of the class that JS sees; what its body throws becomes a JS error and never reaches Node-API's C code. */
  template <Method body>
  static Napi::ClassPropertyDescriptor<T> method(const char* name) {
    return T::InstanceMethod(name, static_cast<Method>(&Handle::template guarded<body>));
  }
  template <Method body>
  static Napi::ClassPropertyDescriptor<T> property(const char* name) {
    return T::InstanceAccessor(name, static_cast<Method>(&Handle::template guarded<body>), nullptr);
  }

  /** Constructors are called with an External from native code; from JS there is nothing to pass. */
  template <class Content>
  static Content* contentOf(const Napi::CallbackInfo& info) {
    if (info.Length() != 1 || !info[0].IsExternal()) {
      fail(info.Env(), Code::Argument,
           std::string(T::kName) + " cannot be constructed; a function of the module or a device makes one");
    }
    return info[0].As<Napi::External<Content>>().Data();
  }

  /** Defines the class with the members that all handles share, among them Symbol.dispose where there is one. */
  static Napi::Function defineAll(Napi::Env env, std::vector<Napi::ClassPropertyDescriptor<T>> all) {
    all.push_back(T::InstanceMethod("dispose", static_cast<Method>(&Handle::disposeFromJs)));
    all.push_back(T::InstanceAccessor("disposed", static_cast<Method>(&Handle::disposedFromJs), nullptr));
    Napi::Function constructor = T::DefineClass(env, T::kName, all);
    const Napi::Value symbol = env.Global().Get("Symbol").As<Napi::Object>().Get("dispose");
    if (symbol.IsSymbol()) {
      auto prototype = constructor.Get("prototype").As<Napi::Object>();
      prototype.Set(symbol, prototype.Get("dispose"));
    }
    return constructor;
  }

 private:
  template <Method body>
  Napi::Value guarded(const Napi::CallbackInfo& info) {
    Napi::Value result;
    const auto thrown = thrownBy(info.Env(), [&] { result = (static_cast<T*>(this)->*body)(info); });
    if (thrown) throw *thrown;
    return result;
  }

  Napi::Value disposeFromJs(const Napi::CallbackInfo& info) {
    dispose();
    return info.Env().Undefined();
  }
  Napi::Value disposedFromJs(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), disposed_); }

  bool disposed_ = false;
};

/** The open device; throws where it is disposed of. */
inline Device& aliveDevice(Napi::Env env, const OpenDevice& open, const std::string& where) {
  if (open.device) return *open.device;
  fail(env, Code::Disposed, where + ": the " + open.kind + " device must not be used after dispose; open another");
}

/** Throws unless the handle and its device are alive. */
template <class T>
Device& alive(Napi::Env env, const T& handle, const std::string& where) {
  Device& device = aliveDevice(env, handle.open(), where);
  if (handle.disposed())
    fail(env, Code::Disposed, where + ": the " + T::kName + " must not be used after dispose; make a new one");
  return device;
}

}  // namespace deep_inside
