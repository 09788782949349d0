#include <algorithm>
#include <string>
#include <vector>

#include "test/cuda/fake/cudnn.h"
#include "test/cuda/fake/state.h"

// cuDNN's lists of algorithms, the fastest first: among them those that are not deterministic, round to TensorFloat-32,
// transform, or do not exist for the shape.

using namespace deep_inside::test::fake;

namespace {

struct Offer {
  int algorithm;
  cudnnStatus_t status;
  cudnnDeterminism_t determinism;
  cudnnMathType_t math;
};

constexpr auto kWorks = CUDNN_STATUS_SUCCESS, kLacks = CUDNN_STATUS_NOT_SUPPORTED;
constexpr auto kSame = CUDNN_DETERMINISTIC, kVaries = CUDNN_NON_DETERMINISTIC;
constexpr auto kFull = CUDNN_DEFAULT_MATH, kTensor = CUDNN_TENSOR_OP_MATH;

std::vector<Offer> offers(Direction direction, int64_t groups) {
  if (direction == Direction::BackwardData)
    return {{CUDNN_CONVOLUTION_BWD_DATA_ALGO_0, kWorks, kVaries, kFull},
            {CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED, kWorks, kSame, kFull},
            {CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, kWorks, kSame, kTensor},
            {CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, kWorks, kSame, kFull},
            {CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT, kLacks, kSame, kFull}};
  if (direction == Direction::BackwardFilter)
    return {{CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, kWorks, kVaries, kFull},
            {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3, kWorks, kVaries, kFull},
            {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD_NONFUSED, kWorks, kSame, kFull},
            {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, kWorks, kSame, kTensor},
            {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, kWorks, kSame, kFull},
            {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT, kLacks, kSame, kFull}};
  std::vector<Offer> list{{CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED, kWorks, kSame, kFull},
                          {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, kWorks, kSame, kTensor},
                          {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, kWorks, kSame, kFull},
                          {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM, kWorks, kSame, kFull},
                          {CUDNN_CONVOLUTION_FWD_ALGO_DIRECT, kLacks, kSame, kFull}};
  // So that each way of ours is gone: with groups the only algorithm of use takes no bias without a ReLU.
  if (groups > 1) list.erase(list.begin() + 1, list.begin() + 3);
  return list;
}

cudnnStatus_t mostOf(int* count) {
  *count = 8;
  return CUDNN_STATUS_SUCCESS;
}

template <class Performance>
cudnnStatus_t list(Direction direction, const char* call, int64_t groups, int most, int* count, Performance* to) {
  if (const auto status = entered(call, CUDNN_STATUS_EXECUTION_FAILED)) return status;
  const std::vector<Offer> all = offers(direction, groups);
  *count = std::min(most, static_cast<int>(all.size()));
  for (int i = 0; i < *count; ++i) {
    const Offer& offer = all[static_cast<size_t>(i)];
    to[i] = {};
    to[i].algo = static_cast<decltype(to[i].algo)>(offer.algorithm);
    to[i].status = offer.status;
    to[i].time = static_cast<float>(i + 1);
    to[i].memory = 1;  // of another kind of multiplication
    to[i].determinism = offer.determinism;
    to[i].mathType = offer.math;
  }
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace

namespace deep_inside::test::fake {

const char* callOf(Direction direction) {
  switch (direction) {
    case Direction::Forward: return "cudnnConvolutionForward";
    case Direction::BackwardData: return "cudnnConvolutionBackwardData";
    case Direction::BackwardFilter: return "cudnnConvolutionBackwardFilter";
  }
  return "";
}

cudnnStatus_t workspaceOf(Direction direction, int algorithm, int64_t groups, size_t* bytes) {
  const std::vector<Offer> all = offers(direction, groups);
  const bool works = std::any_of(all.begin(), all.end(), [&](const Offer& each) {
    return each.algorithm == algorithm && each.status == CUDNN_STATUS_SUCCESS;
  });
  if (!works) return CUDNN_STATUS_NOT_SUPPORTED;
  const bool none = direction == Direction::Forward && algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
  const size_t usual = none ? 0 : 300 + 100 * static_cast<size_t>(algorithm) + 1000 * static_cast<size_t>(direction);
  *bytes = workspaceOf(callOf(direction), algorithm, usual);
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace deep_inside::test::fake

extern "C" {

cudnnStatus_t cudnnGetConvolutionForwardAlgorithmMaxCount(cudnnHandle_t, int* count) { return mostOf(count); }
cudnnStatus_t cudnnGetConvolutionBackwardDataAlgorithmMaxCount(cudnnHandle_t, int* count) { return mostOf(count); }
cudnnStatus_t cudnnGetConvolutionBackwardFilterAlgorithmMaxCount(cudnnHandle_t, int* count) { return mostOf(count); }

cudnnStatus_t cudnnGetConvolutionForwardAlgorithm_v7(cudnnHandle_t, const cudnnTensorDescriptor_t,
                                                     const cudnnFilterDescriptor_t,
                                                     const cudnnConvolutionDescriptor_t convolution,
                                                     const cudnnTensorDescriptor_t, const int most, int* count,
                                                     cudnnConvolutionFwdAlgoPerf_t* to) {
  return list(Direction::Forward, "cudnnGetConvolutionForwardAlgorithm_v7", convolution->groups, most, count, to);
}

cudnnStatus_t cudnnGetConvolutionBackwardDataAlgorithm_v7(cudnnHandle_t, const cudnnFilterDescriptor_t,
                                                          const cudnnTensorDescriptor_t,
                                                          const cudnnConvolutionDescriptor_t convolution,
                                                          const cudnnTensorDescriptor_t, const int most, int* count,
                                                          cudnnConvolutionBwdDataAlgoPerf_t* to) {
  return list(Direction::BackwardData, "cudnnGetConvolutionBackwardDataAlgorithm_v7", convolution->groups, most, count,
              to);
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterAlgorithm_v7(cudnnHandle_t, const cudnnTensorDescriptor_t,
                                                            const cudnnTensorDescriptor_t,
                                                            const cudnnConvolutionDescriptor_t convolution,
                                                            const cudnnFilterDescriptor_t, const int most, int* count,
                                                            cudnnConvolutionBwdFilterAlgoPerf_t* to) {
  return list(Direction::BackwardFilter, "cudnnGetConvolutionBackwardFilterAlgorithm_v7", convolution->groups, most,
              count, to);
}

cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(cudnnHandle_t, const cudnnTensorDescriptor_t,
                                                      const cudnnFilterDescriptor_t,
                                                      const cudnnConvolutionDescriptor_t convolution,
                                                      const cudnnTensorDescriptor_t,
                                                      cudnnConvolutionFwdAlgo_t algorithm, size_t* bytes) {
  return workspaceOf(Direction::Forward, algorithm, convolution->groups, bytes);
}

cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(cudnnHandle_t, const cudnnFilterDescriptor_t,
                                                           const cudnnTensorDescriptor_t,
                                                           const cudnnConvolutionDescriptor_t convolution,
                                                           const cudnnTensorDescriptor_t,
                                                           cudnnConvolutionBwdDataAlgo_t algorithm, size_t* bytes) {
  return workspaceOf(Direction::BackwardData, algorithm, convolution->groups, bytes);
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(cudnnHandle_t, const cudnnTensorDescriptor_t,
                                                             const cudnnTensorDescriptor_t,
                                                             const cudnnConvolutionDescriptor_t convolution,
                                                             const cudnnFilterDescriptor_t,
                                                             cudnnConvolutionBwdFilterAlgo_t algorithm, size_t* bytes) {
  return workspaceOf(Direction::BackwardFilter, algorithm, convolution->groups, bytes);
}

}  // extern "C"
