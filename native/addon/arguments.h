#pragma once

#include <napi.h>

#include <optional>
#include <string>

#include "addon/tensor.h"

namespace deep_inside {

// Reading and checking of arguments: each throws a DeepInsideError that says where, what was expected and what came.

/** Integer of at least `low`. */
int64_t integerOf(Napi::Env env, const Napi::Value& value, const std::string& where, const std::string& what,
                  int64_t low);
/** A number that float32 can hold, up to rounding: 1e-50 is one, since it rounds to 0. */
double finiteOf(Napi::Env env, const Napi::Value& value, const std::string& where, const std::string& what);
/** Array of 1 to 4 positive integers whose product stays below 2^40. */
Shape shapeOf(Napi::Env env, const Napi::Value& value, const std::string& where, const std::string& what);
/** A number of channels side by side that tensors of this shape may have: 1, 8, 16 or all of [n, c, h, w]. */
int64_t layoutOf(Napi::Env env, const Napi::Value& value, const Shape& shape, const std::string& where);
/** The data of a Float32Array or Int32Array with as many elements as the shape; its buffer may be a shared one. */
void* hostDataOf(Napi::Env env, const Napi::Value& value, DType dtype, const Shape& shape, const std::string& where,
                 const std::string& what);
/** Refuses a product of sides that no machine has memory for, before anything overflows. */
void demandPossible(Napi::Env env, const Shape& shape, const std::string& where, const std::string& what);
DType dtypeOf(Napi::Env env, const Napi::Value& value, const std::string& where);

/** Fields of an options object, which has none but the known ones. */
class Options {
 public:
  Options(const Napi::CallbackInfo& info, std::string where, std::initializer_list<const char*> known);

  Napi::Value get(const char* key) const { return object_.Get(key); }
  int64_t integer(const char* key, int64_t low) const;
  double finite(const char* key) const;
  Shape shape(const char* key, size_t rank) const;
  Pair pair(const char* key, int64_t low) const;
  Pad pad(const char* key) const;
  /** True or false, which is also what it means to leave it out. */
  bool flag(const char* key) const;
  /** The index of the field's value among `choices`. */
  size_t choice(const char* key, std::initializer_list<const char*> choices) const;

 private:
  std::vector<int64_t> integers(const char* key, size_t count, int64_t low) const;

  Napi::Env env_;
  Napi::Object object_;
  std::string where_;
};

/** What an operation demands of a tensor. */
struct Demand {
  Shape shape;
  DType dtype = DType::Float32;
  int64_t block = 1;
};

/** Whether an operation takes views of channels of several images, which do not follow one another. */
enum class Views { Refused, Taken };

/** The arguments of one operation of an open device. */
class Operands {
 public:
  Operands(const Napi::CallbackInfo& info, std::shared_ptr<OpenDevice> open, std::string where, Views views)
      : info_(info), open_(std::move(open)), where_(std::move(where)), views_(views) {}

  const std::string& where() const { return where_; }
  /** A live tensor of this device. */
  Tensor tensor(size_t index, const char* name) const { return tensorOf(info_[index], name); }
  Tensor tensorOf(const Napi::Value& value, const std::string& name) const;
  /** As `tensor`, of exactly this shape, type and layout. */
  Tensor tensor(size_t index, const char* name, const Demand& demand) const;
  /** As `tensor`, with as many images as demanded or a multiple of them: several gradients for each image. */
  Tensor multiple(size_t index, const char* name, const Demand& demand) const;
  /** Null is said, not left out: who forgets a bias is told. */
  std::optional<Tensor> tensorOrNull(size_t index, const char* name, const Demand& demand) const;
  void demand(const Tensor& tensor, const std::string& name, const Demand& demand) const;
  /** Refuses memory in common: for operations that would read what they wrote. */
  void demandApart(const Tensor& read, const std::string& readName, const Tensor& written,
                   const std::string& writtenName) const;
  /** The same for operations that read of an element only what they write to it: the tensors may be one. */
  void demandSameOrApart(const Tensor& read, const std::string& readName, const Tensor& written,
                         const std::string& writtenName) const;
  [[noreturn]] void refuse(Code code, const std::string& text) const;

 private:
  const Napi::CallbackInfo& info_;
  std::shared_ptr<OpenDevice> open_;
  std::string where_;
  Views views_;
};

inline Demand like(const Tensor& tensor) { return {tensor.shape, tensor.dtype, tensor.block}; }
inline void demandFloat(const Operands& args, const Tensor& tensor, const char* name) {
  args.demand(tensor, name, {tensor.shape, DType::Float32, tensor.block});
}
inline Demand withImagesOf(const Tensor& tensor, Demand demand) {
  demand.shape[0] = tensor.shape[0];
  return demand;
}

std::string described(const Demand& demand);

}  // namespace deep_inside
