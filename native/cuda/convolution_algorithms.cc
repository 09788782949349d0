#include "cuda/convolution_algorithms.h"

#include <optional>
#include <string>
#include <vector>

#include "cuda/workspace_limit.h"

namespace deep_inside::cuda {

namespace {

// Fourier's and Winograd's transforms leave rounding errors where a derivative is exactly 0, outside of a receptive
// field, and let equal windows differ, which max pooling then tells apart.
bool isExact(cudnnConvolutionFwdAlgo_t algorithm) {
  return algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM ||
         algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM ||
         algorithm == CUDNN_CONVOLUTION_FWD_ALGO_GEMM || algorithm == CUDNN_CONVOLUTION_FWD_ALGO_DIRECT;
}

// Backward, the others without a transform are documented as nondeterministic.
bool isExact(cudnnConvolutionBwdDataAlgo_t algorithm) { return algorithm == CUDNN_CONVOLUTION_BWD_DATA_ALGO_1; }

bool isExact(cudnnConvolutionBwdFilterAlgo_t algorithm) { return algorithm == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1; }

bool isPrecise(cudnnMathType_t math, Precision precision) {
  return math == CUDNN_DEFAULT_MATH || math == CUDNN_FMA_MATH ||
         (math == CUDNN_TENSOR_OP_MATH && precision != Precision::Float32);
}

bool isWinograd(cudnnConvolutionFwdAlgo_t algorithm) {
  return algorithm == CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD || algorithm == CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED;
}

bool isWinograd(cudnnConvolutionBwdDataAlgo_t algorithm) {
  return algorithm == CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD ||
         algorithm == CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED;
}

/** The first of `expected` that `isOfUse`; nothing if there is none. `bytesOf` asks what an algorithm needs. */
template <class Performance, class IsOfUse, class BytesOf>
auto firstOf(const std::vector<Performance>& expected, Precision precision, const IsOfUse& isOfUse,
             const BytesOf& bytesOf) {
  std::optional<ChosenAlgorithm<decltype(expected[0].algo)>> found;
  for (const Performance& each : expected) {
    if (each.status != CUDNN_STATUS_SUCCESS || each.determinism != CUDNN_DETERMINISTIC) continue;
    if (!isPrecise(each.mathType, precision) || !isOfUse(each.algo)) continue;
    size_t bytes = 0;
    // Asked anew: the list's number may be for another kind of multiplication.
    if (bytesOf(each.algo, &bytes) != CUDNN_STATUS_SUCCESS || bytes > kMostWorkspace) continue;
    found = {each.algo, bytes};
    return found;
  }
  return found;
}

/** `expected` begins with what cuDNN expects to be the fastest. */
template <class Performance, class BytesOf>
auto chooseFrom(const std::vector<Performance>& expected, Precision precision, const BytesOf& bytesOf) {
  const auto exact = firstOf(
      expected, precision, [](auto algorithm) { return isExact(algorithm); }, bytesOf);
  if (exact) return *exact;
  throw Error(Code::Unsupported,
              "cuda: cuDNN has no deterministic algorithm for this convolution; open the device with kind 'cpu'");
}

/** The same, but Winograd's where that is wanted and there is one. */
template <class Performance, class BytesOf>
auto chooseFrom(const std::vector<Performance>& expected, const ConvolutionWish& wish, const BytesOf& bytesOf) {
  if (wish.algorithm == Algorithm::Winograd) {
    const auto isOfUse = [](auto algorithm) { return isWinograd(algorithm); };
    if (const auto found = firstOf(expected, wish.precision, isOfUse, bytesOf)) return *found;
  }
  return chooseFrom(expected, wish.precision, bytesOf);
}

/** cuDNN's list; `listInto(most, count, list)` asks for it. */
template <class Performance, class ListInto>
std::vector<Performance> expectedOf(cudnnHandle_t handle, cudnnStatus_t (*mostOf)(cudnnHandle_t, int*),
                                    const ListInto& listInto, const char* doing) {
  int most = 0, count = 0;
  check(mostOf(handle, &most), doing);
  std::vector<Performance> expected(static_cast<size_t>(most));
  check(listInto(most, &count, expected.data()), doing);
  expected.resize(static_cast<size_t>(count));
  return expected;
}

}  // namespace

ChosenAlgorithm<cudnnConvolutionFwdAlgo_t> forwardAlgorithm(cudnnHandle_t handle, const ConvolutionParts& parts,
                                                            const ConvolutionWish& wish) {
  using Performance = cudnnConvolutionFwdAlgoPerf_t;
  const auto expected = expectedOf<Performance>(
      handle, cudnnGetConvolutionForwardAlgorithmMaxCount,
      [&](int most, int* count, Performance* list) {
        return cudnnGetConvolutionForwardAlgorithm_v7(handle, parts.x, parts.w, parts.convolution, parts.y, most, count,
                                                      list);
      },
      "asking for convolution algorithms");
  return chooseFrom(expected, wish, [&](cudnnConvolutionFwdAlgo_t algorithm, size_t* bytes) {
    return cudnnGetConvolutionForwardWorkspaceSize(handle, parts.x, parts.w, parts.convolution, parts.y, algorithm,
                                                   bytes);
  });
}

ChosenAlgorithm<cudnnConvolutionBwdDataAlgo_t> backwardDataAlgorithm(cudnnHandle_t handle,
                                                                     const ConvolutionParts& parts,
                                                                     const ConvolutionWish& wish) {
  using Performance = cudnnConvolutionBwdDataAlgoPerf_t;
  const auto expected = expectedOf<Performance>(
      handle, cudnnGetConvolutionBackwardDataAlgorithmMaxCount,
      [&](int most, int* count, Performance* list) {
        return cudnnGetConvolutionBackwardDataAlgorithm_v7(handle, parts.w, parts.y, parts.convolution, parts.x, most,
                                                           count, list);
      },
      "asking for backward algorithms");
  return chooseFrom(expected, wish, [&](cudnnConvolutionBwdDataAlgo_t algorithm, size_t* bytes) {
    return cudnnGetConvolutionBackwardDataWorkspaceSize(handle, parts.w, parts.y, parts.convolution, parts.x, algorithm,
                                                        bytes);
  });
}

ChosenAlgorithm<cudnnConvolutionBwdFilterAlgo_t> backwardFilterAlgorithm(cudnnHandle_t handle,
                                                                         const ConvolutionParts& parts,
                                                                         Precision precision) {
  using Performance = cudnnConvolutionBwdFilterAlgoPerf_t;
  const auto expected = expectedOf<Performance>(
      handle, cudnnGetConvolutionBackwardFilterAlgorithmMaxCount,
      [&](int most, int* count, Performance* list) {
        return cudnnGetConvolutionBackwardFilterAlgorithm_v7(handle, parts.x, parts.y, parts.convolution, parts.w, most,
                                                             count, list);
      },
      "asking for algorithms of gradients of filters");
  return chooseFrom(expected, precision, [&](cudnnConvolutionBwdFilterAlgo_t algorithm, size_t* bytes) {
    return cudnnGetConvolutionBackwardFilterWorkspaceSize(handle, parts.x, parts.y, parts.convolution, parts.w,
                                                          algorithm, bytes);
  });
}

bool canFuse(cudnnConvolutionFwdAlgo_t algorithm, Activation activation) {
  return activation == Activation::Relu || algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
}

}  // namespace deep_inside::cuda
