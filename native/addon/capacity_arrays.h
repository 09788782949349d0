#pragma once

#include <napi.h>

#include "mixture/grid_capacities.h"

namespace deep_inside {

/**
 * The arrays of a grid's capacities, which nobody else knows until the promise of them is settled, so that none can be
 * detached. Their memory is not cleared: to clear 24 bytes a pixel would hold up JS.
 */
class CapacityArrays {
 public:
  CapacityArrays(Napi::Env env, size_t length, int neighbours) : object_(Napi::Persistent(Napi::Object::New(env))) {
    to.source = make("source", length), to.sink = make("sink", length);
    to.right = make("right", length), to.down = make("down", length);
    to.downRight = neighbours == 8 ? make("downRight", length) : none("downRight");
    to.downLeft = neighbours == 8 ? make("downLeft", length) : none("downLeft");
  }
  Napi::Value value() const { return object_.Value(); }

  Capacities to;

 private:
  int32_t* make(const char* name, size_t length) {
    // Of all that JS can hold only a Buffer comes uncleared.
    const auto bytes = Napi::Buffer<uint8_t>::New(object_.Env(), length * sizeof(int32_t));
    auto array = Napi::Int32Array::New(object_.Env(), length, bytes.ArrayBuffer(), bytes.ByteOffset());
    define(name, array);
    return array.Data();
  }
  int32_t* none(const char* name) {
    define(name, object_.Env().Null());
    return nullptr;
  }
  /** Unlike an assignment it calls no setter that somebody gave to all objects. */
  void define(const char* name, Napi::Value value) {
    object_.Value().DefineProperty(Napi::PropertyDescriptor::Value(name, value, napi_default_jsproperty));
  }

  Napi::ObjectReference object_;
};

}  // namespace deep_inside
