#include "test/cuda/weighted.h"

// Layers with weights on the CUDA device: which algorithms are asked of cuDNN and cuBLASLt, and what there is without.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

constexpr size_t kTooLarge = size_t{2} << 30;

}  // namespace

TEST("layers: bias and ReLU are asked for with the convolution, and done by our own kernel where that is refused") {
  std::vector<float> expected;
  {
    Cuda cuda;
    expected = cuda.outputOf(cuda.convolution(kConvolution, WithBias::Yes));
    EXPECT(fake::calls("cudnnConvolutionBiasActivationForward") == 1 && fake::calls("cudnnConvolutionForward") == 0);
  }
  Cuda cuda;
  fake::refuse("cudnnConvolutionBiasActivationForward", CUDNN_STATUS_NOT_SUPPORTED);
  const auto plan = cuda.convolution(kConvolution, WithBias::Yes);
  EXPECT(cuda.outputOf(plan) == expected && cuda.outputOf(plan) == expected);
  EXPECT(fake::calls("cudnnConvolutionBiasActivationForward") == 1);  // not asked again
}

TEST("layers: of cuDNN's algorithms the first exact one is taken whose workspace is not excessive") {
  Cuda cuda;
  const auto usual = cuda.outputOf(cuda.convolution(kConvolution, WithBias::No));
  fake::askFor("cudnnConvolutionForward", kTooLarge, CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM);
  EXPECT(cuda.outputOf(cuda.convolution(kConvolution, WithBias::No)) == usual);
  fake::askFor("cudnnConvolutionForward", kTooLarge, CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM);
  EXPECT(says(caught([&] { cuda.convolution(kConvolution, WithBias::No); }), Code::Unsupported, "kind 'cpu'"));
  fake::askFor("cublasLtMatmul", kTooLarge);
  EXPECT(says(caught([&] {
                cuda.linear({6, 5}, 3, Activation::None, WithBias::No);
              }),
              Code::Unsupported, "CUBLAS_STATUS_NOT_SUPPORTED"));
}

TEST("layers: Winograd's algorithms are taken where they are wished for, unless their workspace is excessive") {
  Cuda cuda;
  const auto workspaceOf = [&](Algorithm forward, Algorithm backwardData) {
    ConvolutionGeometry geometry = kConvolution;
    geometry.forward = forward, geometry.backwardData = backwardData;
    const auto plan = cuda.convolution(geometry, WithBias::Yes);
    return std::pair{cuda.device().memory().workspace(), cuda.outputOf(plan)};
  };
  const size_t once = 1 << 20, twice = 2 << 20;
  fake::askFor("cudnnConvolutionForward", once, CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED);
  fake::askFor("cudnnConvolutionBackwardData", twice, CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED);
  const auto [usual, expected] = workspaceOf(Algorithm::Direct, Algorithm::Automatic);
  EXPECT(usual < once);
  EXPECT((workspaceOf(Algorithm::Winograd, Algorithm::Direct) == std::pair{once, expected}));
  EXPECT((workspaceOf(Algorithm::Direct, Algorithm::Winograd) == std::pair{twice, expected}));
  fake::askFor("cudnnConvolutionForward", kTooLarge, CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED);
  EXPECT((workspaceOf(Algorithm::Winograd, Algorithm::Direct) == std::pair{usual, expected}));
}

TEST("layers: a product without an algorithm for odd places is planned, and refuses tensors there") {
  for (const int before : {1, 3, 5}) {  // for the weights' gradients, forward, backward
    Cuda cuda;
    const auto usual = cuda.linear({6, 5}, 3, Activation::Relu, WithBias::Yes);
    const auto y = cuda.outputOf(usual), dx = cuda.gradientOf(usual);
    Tensor odd = cuda.zeros({7, 5}), dw = cuda.zeros({3, 5});
    odd.shape = usual->x, odd.offset = 1;
    const auto run = [&](const std::shared_ptr<WeightedPlan>& plan) {
      if (before == 1) cuda.device().backwardFilter(plan, odd, cuda.values(plan->y), dw, nullptr);
      if (before == 3) cuda.device().forward(plan, odd, cuda.values(plan->y));
      if (before == 5) cuda.device().backwardData(plan, cuda.values(plan->y), odd, nullptr);
    };
    EXPECT(cuda.faultOf([&] { run(usual); }).ok());
    fake::fail("cublasLtMatmulAlgoGetHeuristic", CUBLAS_STATUS_NOT_SUPPORTED, before);
    const auto plan = cuda.linear({6, 5}, 3, Activation::Relu, WithBias::Yes);
    EXPECT(cuda.outputOf(plan) == y && cuda.gradientOf(plan) == dx);
    EXPECT(says(cuda.faultOf([&] { run(plan); }), Code::Unsupported, "not aligned to 16 bytes"));
    EXPECT(cuda.outputOf(plan) == y && cuda.gradientOf(plan) == dx);
  }
}

TEST("layers: the bias of a product that no algorithm adds is added by our own kernel") {
  for (const Activation activation : {Activation::None, Activation::Relu}) {
    Cuda cuda;
    const auto y = cuda.outputOf(cuda.linear({6, 5}, 3, activation, WithBias::Yes));
    fake::fail("cublasLtMatmulAlgoGetHeuristic", CUBLAS_STATUS_NOT_SUPPORTED, 2);
    const auto plan = cuda.linear({6, 5}, 3, activation, WithBias::Yes);
    const int launches = fake::calls("cudaLaunchKernel");
    EXPECT(cuda.outputOf(plan) == y);
    EXPECT(fake::calls("cudaLaunchKernel") == launches + 1);
  }
}

TEST("layers: without an algorithm for aligned operands there is no plan of a linear layer") {
  for (const int before : {0, 4}) {
    Cuda cuda;
    fake::fail("cublasLtMatmulAlgoGetHeuristic", CUBLAS_STATUS_NOT_SUPPORTED, before);
    EXPECT(says(caught([&] {
                  cuda.linear({6, 5}, 3, Activation::None, WithBias::Yes);
                }),
                Code::Unsupported, "CUBLAS_STATUS_NOT_SUPPORTED"));
  }
}
