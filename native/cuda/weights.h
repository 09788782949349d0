#pragma once

#include <memory>

#include "core/plans.h"
#include "cuda/packed_filters.h"
#include "kernels/weight_matrix.h"
#include "kernels/weight_update.h"

namespace deep_inside {

/**
 * Values of a layer, shared by all its plans: they stay where they are. Those of a convolution lie dense as they came,
 * those of a linear layer, whose shape is [outputs, features], as a WeightMatrix: [features][step].
 */
class CudaWeights : public Weights {
 public:
  /** `values` has room for `floatsOf(shape)`; `bias` may be null. */
  CudaWeights(const Shape& shape, std::shared_ptr<Storage> values, std::shared_ptr<Storage> bias)
      : Weights(shape, bias != nullptr), values_(std::move(values)), bias_(std::move(bias)) {}

  static int64_t floatsOf(const Shape& shape) {
    return shape.size() == 2 ? shape[1] * wholeVectors(shape[0]) : elementsOf(shape);
  }

  float* values() const { return static_cast<float*>(values_->data()); }
  /** How many values an output has. */
  int64_t row() const { return elementsOf(shape()) / shape()[0]; }
  /** [outputs], or null. */
  float* bias() const { return bias_ ? static_cast<float*>(bias_->data()) : nullptr; }

  /** Of a convolution, [K, R, S, C / groups] of float or BFloat16: a copy, as `narrowMatrix` is of a linear layer. */
  template <class W>
  const W* channelsLast(const cuda::Handles& handles) {
    return filters_.of<W>(handles, shape(), values());
  }

  bool isMatrix() const { return shape().size() == 2; }
  /** Only of a linear layer. */
  WeightMatrix<float> matrix() const { return as<float>(*values_); }
  /** A copy, made at the first call and kept; throws ERR_MEMORY. At plan time. */
  WeightMatrix<BFloat16> narrowMatrix(const cuda::Handles& handles);

  /** Outputs first ... first + count - 1 from w [count, row], on the device. Enqueues; `refresh` belongs after it. */
  void take(cudaStream_t stream, int64_t first, int64_t count, const float* w);
  /** New values, and biases unless `b` is null, and their copies; if nothing is in `found`. Enqueues. */
  void update(cudaStream_t stream, const float* w, const float* b, const NotFinite* found);
  /** Copies of the values: none goes before the weights do. */
  int copies() const { return filters_.count() + (narrow_ ? 1 : 0); }
  /** Brings the copies of the values up to date. Enqueues. */
  void refresh(cudaStream_t stream) const;

 private:
  template <class W>
  WeightMatrix<W> as(const Storage& at) const {
    return {static_cast<const W*>(at.data()), row(), shape()[0], wholeVectors(shape()[0])};
  }

  std::shared_ptr<Storage> values_;
  std::shared_ptr<Storage> bias_;
  std::shared_ptr<Storage> narrow_;  // null until a plan asks for it
  cuda::PackedFilters filters_;
};

}  // namespace deep_inside
