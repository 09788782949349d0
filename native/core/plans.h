#pragma once

#include <memory>

#include "core/tensor.h"
#include "kernels/average_pool.h"
#include "kernels/lrn.h"
#include "kernels/relu_rule.h"

namespace deep_inside {

enum class Activation { None, Relu };

/**
 * How far the products of convolutions and matrices may be rounded, where that is faster; sums, activations and
 * gradients stay float32. A device computes more exactly where it has nothing faster to offer.
 */
enum class Precision { Float32, Tf32, BFloat16 };

/** Whether a plan can compute the gradient of its weights, for which it takes more memory and planning. */
enum class FilterGradient { None, Planned };

/** How a direction of a convolution is computed; what does not fit the shape, or the backend has not, is Automatic. */
enum class Algorithm { Automatic, Direct, Winograd, Columns, Pointwise };

struct ConvolutionGeometry {
  Shape x, w;  // [n, c, h, w], [k, c / groups, r, s]
  Pair stride;
  Pad pad;
  Pair dilation;  // 1: neighbouring pixels
  int64_t groups;
  Activation activation;
  Algorithm forward = Algorithm::Automatic, backwardData = Algorithm::Automatic;
  int64_t xBlock = 0, yBlock = 0;  // wanted layouts; 0: the plan chooses
  Precision precision = Precision::Float32;
  FilterGradient filterGradient = FilterGradient::None;

  /** [n, k, p, q]; not checked for emptiness. */
  Shape output() const;
};

struct LinearGeometry {
  Shape x;  // [n, features]
  Activation activation;
  Precision precision = Precision::Float32;
  FilterGradient filterGradient = FilterGradient::None;
};

struct PoolGeometry {
  Shape x;
  int64_t block;
  Pair kernel, stride;
  Pad pad;
  Pair outputSize;

  Shape output() const { return {x[0], x[1], outputSize.rows, outputSize.cols}; }
  Window window() const;
};

/** Values of a layer, packed as its plans ask. Backends derive from it. */
class Weights {
 public:
  Weights(Shape shape, bool hasBias) : shape_(std::move(shape)), hasBias_(hasBias) {}
  virtual ~Weights() = default;
  const Shape& shape() const { return shape_; }
  bool hasBias() const { return hasBias_; }

 private:
  Shape shape_;
  bool hasBias_;
};

/**
 * A prepared operation: the shapes and layouts that its tensors must have. Running it allocates nothing. One that was
 * planned for strands runs in recordings of as many; x and y are what each has.
 */
struct Plan {
  Shape x, y;
  int64_t strands = 1;
  int64_t xBlock = 1, yBlock = 1;
  virtual ~Plan() = default;
};

class WeightedPlan : public Plan {
 public:
  /** Whether operands may be views of channels of several images. */
  bool takesViews = false;
  FilterGradient filterGradient = FilterGradient::None;

  /** Takes what it needs of the device; before it is used, on the thread that enqueues. Throws ERR_MEMORY. */
  virtual void finish() {}

  virtual const Weights& weights() const = 0;
  virtual void forward(const Tensor& x, const Tensor& y) = 0;
  /** `mask` may have no storage: everything is wanted. Else what it kills need not be computed. */
  virtual void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) = 0;
  /** Of a plan with FilterGradient::Planned. dw, of the weights' shape, and db, which may have no storage, are dense. */
  virtual void backwardFilter(const Tensor& x, const Tensor& dy, const Tensor& dw, const Tensor& db) = 0;
};

struct MaxPoolPlan : Plan {
  Planes in;
  Window window;
};

struct AveragePoolPlan : Plan {
  Planes in;
  Window window;
  Divisor divisor;
};

struct LrnPlan : Plan {
  Planes at;
  Lrn lrn;
};

struct GridGeometry {
  int64_t rows, cols;
  int64_t neighbours;  // 4 or 8
};

/** Capacities as of maxflow/grid.h: int32 [rows, cols]; the last two have no storage for 4 neighbours. */
struct GridTensors {
  Tensor source, sink, right, down, downRight, downLeft;
};

/** A minimum cut of grids of one geometry, with the memory that it takes. Backends derive from it. */
class MaxFlowPlan {
 public:
  explicit MaxFlowPlan(const GridGeometry& geometry) : geometry_(geometry) {}
  virtual ~MaxFlowPlan() = default;
  const GridGeometry& geometry() const { return geometry_; }

 private:
  GridGeometry geometry_;
};

}  // namespace deep_inside
