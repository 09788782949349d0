#include "addon/errors.h"

#include "addon/environment.h"

namespace deep_inside {

Napi::Error jsError(Napi::Env env, const Status& status) {
  const Napi::FunctionReference& errorClass = Environment::of(env).errorClass;
  if (errorClass.IsEmpty()) {
    Napi::Error plain = Napi::Error::New(env, status.text);
    plain.Set("code", Napi::String::New(env, codeName(status.code)));
    return plain;
  }
  const Napi::Value error =
      errorClass.New({Napi::String::New(env, codeName(status.code)), Napi::String::New(env, status.text)});
  return Napi::Error(env, error);
}

void fail(Napi::Env env, Code code, const std::string& text) { throw jsError(env, {code, text}); }

namespace {

/** Without asking its constructor, which may be anything. */
std::string nameOf(const Napi::TypedArray& array) {
  switch (array.TypedArrayType()) {
    case napi_int8_array: return "an Int8Array";
    case napi_uint8_array: return "a Uint8Array";
    case napi_uint8_clamped_array: return "a Uint8ClampedArray";
    case napi_int16_array: return "an Int16Array";
    case napi_uint16_array: return "a Uint16Array";
    case napi_int32_array: return "an Int32Array";
    case napi_uint32_array: return "a Uint32Array";
    case napi_float32_array: return "a Float32Array";
    case napi_float64_array: return "a Float64Array";
    case napi_bigint64_array: return "a BigInt64Array";
    case napi_biguint64_array: return "a BigUint64Array";
    default: return "a typed array";
  }
}

std::string shown(const Napi::Value& value, int depth) {
  if (value.IsSymbol()) return "a symbol";
  if (value.IsBigInt()) return "a bigint";
  if (value.IsString()) return "\"" + value.As<Napi::String>().Utf8Value() + "\"";
  if (value.IsFunction()) return "a function";
  if (value.IsArray()) {
    const auto array = value.As<Napi::Array>();
    if (array.Length() > 8 || depth == 0) return "an array of " + std::to_string(array.Length());
    std::string text = "[";
    for (uint32_t i = 0; i < array.Length(); ++i) text += (i ? ", " : "") + shown(array.Get(i), depth - 1);
    return text + "]";
  }
  if (value.IsTypedArray()) {
    const auto array = value.As<Napi::TypedArray>();
    return nameOf(array) + " of " + std::to_string(array.ElementLength()) + " elements";
  }
  if (value.IsObject()) return "an object";
  return value.ToString().Utf8Value();
}

}  // namespace

std::string shown(const Napi::Value& value) { return shown(value, 2); }

}  // namespace deep_inside
