#include "addon/arguments.h"

#include <cmath>
#include <limits>

#include "addon/option_names.h"

namespace deep_inside {

namespace {

/** 2^40 elements: 4 TiB, more than any machine this runs on has. */
constexpr int64_t kMostElements = int64_t{1} << 40;

[[noreturn]] void expected(Napi::Env env, const std::string& where, const std::string& what, const std::string& wanted,
                           const Napi::Value& got) {
  fail(env, Code::Argument, where + ": " + what + " must be " + wanted + ", got " + shown(got));
}

/** Strides, paddings and windows in pixels stay below it, so that no product of two of them overflows. */
constexpr double kLargestStep = 2147483647.0;
constexpr double kLargestInteger = 9007199254740991.0;

bool isInteger(const Napi::Value& value, int64_t low, double high = kLargestInteger) {
  if (!value.IsNumber()) return false;
  const double number = value.As<Napi::Number>().DoubleValue();
  return std::floor(number) == number && number >= static_cast<double>(low) && number <= high;
}

}  // namespace

int64_t integerOf(Napi::Env env, const Napi::Value& value, const std::string& where, const std::string& what,
                  int64_t low) {
  if (!isInteger(value, low)) expected(env, where, what, "an integer of at least " + std::to_string(low), value);
  return value.As<Napi::Number>().Int64Value();
}

double finiteOf(Napi::Env env, const Napi::Value& value, const std::string& where, const std::string& what) {
  constexpr double largest = std::numeric_limits<float>::max();
  const bool finite = value.IsNumber() && std::abs(value.As<Napi::Number>().DoubleValue()) <= largest;
  if (!finite) expected(env, where, what, "a finite number in float32's range, up to 3.4028234663852886e+38", value);
  return value.As<Napi::Number>().DoubleValue();
}

Shape shapeOf(Napi::Env env, const Napi::Value& value, const std::string& where, const std::string& what) {
  const char* wanted = "an array of 1 to 4 positive integers";
  if (!value.IsArray()) expected(env, where, what, wanted, value);
  const auto array = value.As<Napi::Array>();
  if (array.Length() < 1 || array.Length() > 4) expected(env, where, what, wanted, value);
  Shape shape;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value side = array.Get(i);
    if (!isInteger(side, 1)) expected(env, where, what, wanted, value);
    shape.push_back(side.As<Napi::Number>().Int64Value());
  }
  demandPossible(env, shape, where, what);
  return shape;
}

void demandPossible(Napi::Env env, const Shape& shape, const std::string& where, const std::string& what) {
  int64_t elements = 1;
  for (const int64_t side : shape) {
    if (side > kMostElements / elements) {
      fail(env, Code::Memory, where + ": " + what + " " + toString(shape) + " has more than 2^40 elements; use less");
    }
    elements *= side;
  }
}

int64_t layoutOf(Napi::Env env, const Napi::Value& value, const Shape& shape, const std::string& where) {
  const int64_t block = integerOf(env, value, where, "layout", 1);
  if (block == 1 || (shape.size() == 4 && (block == 8 || block == 16 || block == shape[1]))) return block;
  if (shape.size() != 4) {
    fail(env, Code::Shape, where + ": only a tensor of 4 dimensions has a layout, got " + toString(shape));
  }
  expected(env, where, "layout", "what a plan gave: 1, 8, 16 or the number of channels", value);
}

void* hostDataOf(Napi::Env env, const Napi::Value& value, DType dtype, const Shape& shape, const std::string& where,
                 const std::string& what) {
  const napi_typedarray_type wanted = dtype == DType::Int32 ? napi_int32_array : napi_float32_array;
  napi_typedarray_type type{};
  size_t length = 0;
  void* data = nullptr;
  const bool array =
      value.IsTypedArray() && napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) == napi_ok;
  if (array && type == wanted && length == static_cast<size_t>(elementsOf(shape))) return data;
  const std::string name = dtype == DType::Int32 ? "an Int32Array" : "a Float32Array";
  expected(env, where, what, name + " of " + std::to_string(elementsOf(shape)) + " elements for " + toString(shape),
           value);
}

DType dtypeOf(Napi::Env env, const Napi::Value& value, const std::string& where) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  for (const DType dtype : {DType::Float32, DType::BFloat16, DType::Int32}) {
    if (name == dtypeName(dtype)) return dtype;
  }
  expected(env, where, "dtype", "one of 'float32', 'bfloat16', 'int32'", value);
}

Options::Options(const Napi::CallbackInfo& info, std::string where, std::initializer_list<const char*> known)
    : env_(info.Env()), where_(std::move(where)) {
  if (!info[0].IsObject()) expected(env_, where_, "options", "an object", info[0]);
  object_ = info[0].As<Napi::Object>();
  demandKnownNames(object_, known, where_);
}

int64_t Options::integer(const char* key, int64_t low) const { return integerOf(env_, get(key), where_, key, low); }
double Options::finite(const char* key) const { return finiteOf(env_, get(key), where_, key); }

Shape Options::shape(const char* key, size_t rank) const {
  const Shape shape = shapeOf(env_, get(key), where_, key);
  if (shape.size() != rank) {
    fail(env_, Code::Shape,
         where_ + ": " + key + " must have " + std::to_string(rank) + " dimensions, got " + toString(shape));
  }
  return shape;
}

std::vector<int64_t> Options::integers(const char* key, size_t count, int64_t low) const {
  const Napi::Value value = get(key);
  const std::string wanted = std::to_string(count) + " integers from " + std::to_string(low) + " to 2^31 - 1";
  if (!value.IsArray() || value.As<Napi::Array>().Length() != count) expected(env_, where_, key, wanted, value);
  std::vector<int64_t> result;
  for (uint32_t i = 0; i < count; ++i) {
    const Napi::Value element = value.As<Napi::Array>().Get(i);
    if (!isInteger(element, low, kLargestStep)) expected(env_, where_, key, wanted, value);
    result.push_back(element.As<Napi::Number>().Int64Value());
  }
  return result;
}

Pair Options::pair(const char* key, int64_t low) const {
  const auto v = integers(key, 2, low);
  return {v[0], v[1]};
}

Pad Options::pad(const char* key) const {
  const auto v = integers(key, 4, 0);
  return {v[0], v[1], v[2], v[3]};
}

bool Options::flag(const char* key) const {
  const Napi::Value value = get(key);
  if (value.IsUndefined()) return false;
  if (!value.IsBoolean()) expected(env_, where_, key, "true or false", value);
  return value.As<Napi::Boolean>().Value();
}

size_t Options::choice(const char* key, std::initializer_list<const char*> choices) const {
  const Napi::Value value = get(key);
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  std::string wanted = "one of";
  size_t index = 0;
  for (const char* choice : choices) {
    if (name == choice) return index;
    wanted += std::string(index++ ? ", '" : " '") + choice + "'";
  }
  expected(env_, where_, key, wanted, value);
}

std::string described(const Demand& demand) {
  const std::string layout = demand.block == 1 ? "" : " in blocks of " + std::to_string(demand.block) + " channels";
  return toString(demand.shape) + " " + dtypeName(demand.dtype) + layout;
}

void Operands::refuse(Code code, const std::string& text) const { fail(info_.Env(), code, where_ + ": " + text); }

Tensor Operands::tensorOf(const Napi::Value& value, const std::string& name) const {
  if (!TensorHandle::isOne(value)) refuse(Code::Argument, name + " must be a Tensor, got " + shown(value));
  const TensorHandle& handle = *TensorHandle::Unwrap(value.As<Napi::Object>());
  if (handle.disposed()) refuse(Code::Disposed, name + " must not be used after dispose; make a new one");
  if (&handle.open() != open_.get()) {
    refuse(Code::Device, name + " must be a tensor of this device, got one of another (" + handle.open().kind + ")");
  }
  if (views_ == Views::Refused && !handle.tensor().isDense()) {
    refuse(Code::Shape, name + " must have one image after the other, got channels " +
                            described(like(handle.tensor())) +
                            " of a larger tensor; reorder them into one of their own");
  }
  return handle.tensor();
}

Tensor Operands::tensor(size_t index, const char* name, const Demand& wanted) const {
  const Tensor found = tensor(index, name);
  demand(found, name, wanted);
  return found;
}

Tensor Operands::multiple(size_t index, const char* name, const Demand& wanted) const {
  const Tensor found = tensor(index, name);
  if (found.shape[0] % wanted.shape[0]) {
    refuse(Code::Shape, std::string(name) + " must be " + described(wanted) +
                            " or have a multiple of its images, got " + described(like(found)));
  }
  demand(found, name, withImagesOf(found, wanted));
  return found;
}

std::optional<Tensor> Operands::tensorOrNull(size_t index, const char* name, const Demand& wanted) const {
  const Napi::Value value = info_[index];
  if (value.IsNull()) return std::nullopt;
  if (value.IsUndefined()) refuse(Code::Argument, std::string(name) + " must be a Tensor or null, got undefined");
  return tensor(index, name, wanted);
}

void Operands::demand(const Tensor& tensor, const std::string& name, const Demand& wanted) const {
  if (tensor.shape == wanted.shape && tensor.dtype == wanted.dtype && tensor.block == wanted.block) return;
  const Code code = tensor.dtype != wanted.dtype ? Code::DType : Code::Shape;
  const bool layoutOnly = code == Code::Shape && tensor.shape == wanted.shape;
  refuse(code, name + " must be " + described(wanted) + ", got " + described(like(tensor)) +
                   (layoutOnly ? "; reorder it first" : ""));
}

void Operands::demandApart(const Tensor& read, const std::string& readName, const Tensor& written,
                           const std::string& writtenName) const {
  if (!overlap(read, written)) return;
  refuse(Code::Argument, writtenName + " must have memory of its own, got a tensor that shares some with " + readName +
                             "; make another tensor");
}

void Operands::demandSameOrApart(const Tensor& read, const std::string& readName, const Tensor& written,
                                 const std::string& writtenName) const {
  const bool same = read.storage == written.storage && read.offset == written.offset &&
                    read.images().step == written.images().step && read.shape == written.shape;
  if (same || !overlap(read, written)) return;
  refuse(Code::Argument, writtenName + " must be " + readName +
                             " or have memory of its own, got a tensor that shares " +
                             "some with it; make another tensor");
}

}  // namespace deep_inside
