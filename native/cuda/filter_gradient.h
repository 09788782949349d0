#pragma once

#include "cuda/described_convolution.h"
#include "cuda/handles.h"

namespace deep_inside::cuda {

/**
 * The gradients of the filters and the bias of a convolution, by cuDNN: dense, deterministic, multiplied in float32, or
 * in TensorFloat-32 where the precision of the geometry allows it.
 */
class ConvolutionFilterGradient {
 public:
  /** `asked` is asked for an algorithm. Throws ERR_UNSUPPORTED where there is none. */
  ConvolutionFilterGradient(const ConvolutionGeometry& geometry, cudnnHandle_t asked);

  /** Of the workspace. */
  size_t bytes() const { return described_.framedBytes() + chosen_.bytes; }

  /** Overwrites dw and, where it has storage, db. */
  void run(const Tensor& x, const Tensor& dy, const Tensor& dw, const Tensor& db, const Handles& handles,
           const Workspace& workspace) const;

 private:
  DescribedConvolution described_;
  ChosenAlgorithm<cudnnConvolutionBwdFilterAlgo_t> chosen_;
};

}  // namespace deep_inside::cuda
