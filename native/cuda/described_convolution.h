#pragma once

#include <optional>

#include "cuda/convolution_algorithms.h"
#include "cuda/descriptors.h"
#include "kernels/surround.h"

namespace deep_inside::cuda {

/**
 * A convolution of dense float32 tensors, multiplied as its precision says, as cuDNN is told of it. cuDNN pads both sides
 * alike: where an output would see the difference, the convolution is one without padding of x inside a frame of zeros.
 */
class DescribedConvolution {
 public:
  explicit DescribedConvolution(const ConvolutionGeometry& geometry);

  ConvolutionParts parts() const { return {x_.get(), w_.get(), convolution_.get(), y_.get()}; }
  /** [1, K, 1, 1]. */
  cudnnTensorDescriptor_t bias() const { return bias_.get(); }

  const std::optional<Framing>& framing() const { return framing_; }
  /** Planes of x, each with a frame or without. */
  int64_t planes() const { return planes_; }
  /** Of workspace, for x in its frame; 0 without. A multiple of 256. */
  size_t framedBytes() const;

 private:
  int64_t planes_;
  std::optional<Framing> framing_;
  TensorDescriptor x_, y_, bias_;
  FilterDescriptor w_;
  ConvolutionDescriptor convolution_;
};

}  // namespace deep_inside::cuda
