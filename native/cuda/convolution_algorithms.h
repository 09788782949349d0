#pragma once

#include "core/plans.h"
#include "cuda/cudnn.h"

namespace deep_inside::cuda {

struct ConvolutionParts {
  cudnnTensorDescriptor_t x;
  cudnnFilterDescriptor_t w;
  cudnnConvolutionDescriptor_t convolution;
  cudnnTensorDescriptor_t y;
};

template <class Algorithm>
struct ChosenAlgorithm {
  Algorithm algorithm{};
  size_t bytes = 0;  // of workspace
};

/** How precisely a direction multiplies, and whether Winograd's algorithm is wanted: anything else is of no account. */
struct ConvolutionWish {
  Precision precision;
  Algorithm algorithm;
};

/**
 * The one that cuDNN expects to be the fastest of those that give the same bits every time, multiply as precisely as
 * wanted (bfloat16 counts as TensorFloat-32) without a transform, unless one is wished for and there is one, and need no
 * excessive workspace. Throws ERR_UNSUPPORTED where there is none.
 */
ChosenAlgorithm<cudnnConvolutionFwdAlgo_t> forwardAlgorithm(cudnnHandle_t handle, const ConvolutionParts& parts,
                                                            const ConvolutionWish& wish);
ChosenAlgorithm<cudnnConvolutionBwdDataAlgo_t> backwardDataAlgorithm(cudnnHandle_t handle,
                                                                     const ConvolutionParts& parts,
                                                                     const ConvolutionWish& wish);
ChosenAlgorithm<cudnnConvolutionBwdFilterAlgo_t> backwardFilterAlgorithm(cudnnHandle_t handle,
                                                                         const ConvolutionParts& parts,
                                                                         Precision precision);

/** Whether cudnnConvolutionBiasActivationForward is documented to take them together. */
bool canFuse(cudnnConvolutionFwdAlgo_t algorithm, Activation activation);

}  // namespace deep_inside::cuda
