#pragma once

#include <memory>

#include "core/plans.h"

namespace deep_inside {

/** Values of a layer, dense as they came, shared by all its plans: they stay where they are. */
class CudaWeights : public Weights {
 public:
  /** `bias` may be null. */
  CudaWeights(const Shape& shape, std::shared_ptr<Storage> values, std::shared_ptr<Storage> bias)
      : Weights(shape, bias != nullptr), values_(std::move(values)), bias_(std::move(bias)) {}

  float* values() const { return static_cast<float*>(values_->data()); }
  /** The values of one output. */
  int64_t row() const { return elementsOf(shape()) / shape()[0]; }
  /** [outputs], or null. */
  float* bias() const { return bias_ ? static_cast<float*>(bias_->data()) : nullptr; }

 private:
  std::shared_ptr<Storage> values_;
  std::shared_ptr<Storage> bias_;
};

}  // namespace deep_inside
