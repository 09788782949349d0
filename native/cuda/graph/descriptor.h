#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "cuda/cudnn.h"

namespace deep_inside::cuda::graph {

/** How cuDNN names the type of an attribute. */
template <class T>
constexpr cudnnBackendAttributeType_t typeOf() {
  if constexpr (std::is_same_v<T, int64_t>) return CUDNN_TYPE_INT64;
  if constexpr (std::is_same_v<T, float>) return CUDNN_TYPE_FLOAT;
  if constexpr (std::is_same_v<T, bool>) return CUDNN_TYPE_BOOLEAN;
  if constexpr (std::is_same_v<T, char>) return CUDNN_TYPE_CHAR;
  if constexpr (std::is_same_v<T, void*>) return CUDNN_TYPE_VOID_PTR;
  if constexpr (std::is_same_v<T, cudnnHandle_t>) return CUDNN_TYPE_HANDLE;
  if constexpr (std::is_same_v<T, cudnnDataType_t>) return CUDNN_TYPE_DATA_TYPE;
  if constexpr (std::is_same_v<T, cudnnConvolutionMode_t>) return CUDNN_TYPE_CONVOLUTION_MODE;
  if constexpr (std::is_same_v<T, cudnnPointwiseMode_t>) return CUDNN_TYPE_POINTWISE_MODE;
  if constexpr (std::is_same_v<T, cudnnBackendHeurMode_t>) return CUDNN_TYPE_HEUR_MODE;
  if constexpr (std::is_same_v<T, cudnnBackendNumericalNote_t>) return CUDNN_TYPE_NUMERICAL_NOTE;
  if constexpr (std::is_same_v<T, cudnnBackendBehaviorNote_t>) return CUDNN_TYPE_BEHAVIOR_NOTE;
}

/** A share of a descriptor of cuDNN's graph API, which keeps those that it was made of or found by. */
class Descriptor {
 public:
  explicit Descriptor(cudnnBackendDescriptorType_t type);

  template <class T>
  Descriptor& set(cudnnBackendAttributeName_t name, const T& value) {
    return put(name, typeOf<T>(), 1, &value);
  }
  template <class T>
  Descriptor& set(cudnnBackendAttributeName_t name, const std::vector<T>& values) {
    return put(name, typeOf<T>(), static_cast<int64_t>(values.size()), values.data());
  }
  Descriptor& set(cudnnBackendAttributeName_t name, const Descriptor& part) { return set(name, std::vector{part}); }
  Descriptor& set(cudnnBackendAttributeName_t name, const std::vector<Descriptor>& parts);
  /** After this it is of use to others, and no longer changes. `what` it is, for a message. */
  Descriptor& finalize(const char* what);

  /** All values of an attribute. */
  template <class T>
  std::vector<T> get(cudnnBackendAttributeName_t name) const {
    std::vector<T> values(most(name, typeOf<T>()));
    values.resize(take(name, typeOf<T>(), values.size(), values.data()));
    return values;
  }
  /** The same for descriptors of a type, as many as there are but no more than `limit`. */
  std::vector<Descriptor> get(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type, size_t limit) const;

  cudnnBackendDescriptor_t raw() const { return content_->raw; }

 private:
  struct Content {
    ~Content() { cudnnBackendDestroyDescriptor(raw); }
    cudnnBackendDescriptor_t raw = nullptr;
    std::vector<Descriptor> parts;
  };

  Descriptor& put(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count, const void* from);
  /** There are never more values, but there may be fewer. */
  size_t most(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const;
  /** Fills `to` with up to `most` values, and says how many they are. */
  size_t take(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, size_t most, void* to) const;

  std::shared_ptr<Content> content_;
};

}  // namespace deep_inside::cuda::graph
