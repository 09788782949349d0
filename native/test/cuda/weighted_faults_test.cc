#include <optional>

#include "cuda/rows.h"
#include "test/cuda/weighted.h"

// Layers with weights on the CUDA device: what happens when memory is short, or a library or CUDA refuses.

using namespace deep_inside;
using namespace deep_inside::test;

TEST("layers: a workspace that the device has no memory for is ERR_MEMORY, and the plans before it go on") {
  Cuda cuda;
  const auto first = cuda.convolution(kConvolution, WithBias::Yes);
  const std::vector<float> expected = cuda.outputOf(first);
  fake::limitMemory(1 << 20);
  fake::askFor("cudnnConvolutionBackwardData", 2 << 20);
  EXPECT(says(caught([&] { cuda.convolution(kConvolution, WithBias::Yes); }), Code::Memory, "2097152 bytes"));
  EXPECT(cuda.outputOf(first) == expected);
}

TEST("layers: weights that the device has no memory for are ERR_MEMORY") {
  Cuda cuda;
  fake::limitMemory(cuda::kRowScratchBytes + 1000);
  EXPECT(says(caught([&] { cuda.weights({1000, 1}, WithBias::No); }), Code::Memory, "4000 bytes"));
  EXPECT(says(caught([&] { cuda.weights({200, 1}, WithBias::Yes); }), Code::Memory, "800 bytes"));
  EXPECT(cuda.device().memory().weights() == 0);
}

TEST("layers: behind a library's refusal stands CUDA's own error where it has ended the context") {
  Cuda cuda;
  EXPECT(says(cudnnStatus(CUDNN_STATUS_EXECUTION_FAILED, "convolution"), Code::Backend, "convolution"));
  EXPECT(says(cublasLtStatus(CUBLAS_STATUS_EXECUTION_FAILED, "linear layer"), Code::Backend, "linear layer"));
  fake::poison(cudaErrorIllegalAddress);
  for (const Status& status : {cudnnStatus(CUDNN_STATUS_EXECUTION_FAILED, "convolution"),
                               cublasLtStatus(CUBLAS_STATUS_EXECUTION_FAILED, "linear layer")}) {
    EXPECT(says(status, Code::Device, "cudaErrorIllegalAddress") && says(status, Code::Device, "restart"));
  }
  fake::poison(cudaSuccess);
}

TEST("layers: whatever a library refuses while planning is told, and leaves nothing behind") {
  for (const char* call :
       {"cudnnCreateTensorDescriptor", "cudnnCreateFilterDescriptor", "cudnnCreateConvolutionDescriptor",
        "cudnnCreateActivationDescriptor", "cudnnGetConvolutionForwardAlgorithm_v7",
        "cudnnGetConvolutionBackwardDataAlgorithm_v7", "cublasLtMatmulDescCreate", "cublasLtMatrixLayoutCreate",
        "cublasLtMatmulPreferenceCreate", "cublasLtMatmulAlgoGetHeuristic"}) {
    {
      Cuda cuda;
      const bool linear = std::string(call).rfind("cublas", 0) == 0;
      fake::fail(call, linear ? int{CUBLAS_STATUS_ALLOC_FAILED} : CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED);
      const Status status = caught([&] {
        if (linear) cuda.linear({6, 5}, 3, Activation::Relu, WithBias::Yes);
        if (!linear) cuda.convolution(kConvolution, WithBias::Yes);
      });
      EXPECT(status.code == Code::Memory);
      EXPECT(fake::alive().descriptors == 0);
      EXPECT(cuda.outputOf(cuda.linear({6, 5}, 3, Activation::Relu, WithBias::Yes)).size() == 18);
    }
    EXPECT(fake::alive().total() == 0);
  }
}

TEST("layers: a call that fails while running is a fault in the library's words, and the device works again") {
  for (const ConvolutionGeometry& geometry : {kConvolution, kUneven}) {
    Cuda cuda;
    const auto plan = cuda.convolution(geometry, WithBias::No);
    const auto y = cuda.outputOf(plan), dx = cuda.gradientOf(plan);
    fake::fail("cudnnConvolutionForward", CUDNN_STATUS_EXECUTION_FAILED);
    EXPECT(says(cuda.faultOf([&] { cuda.device().forward(plan, cuda.values(plan->x), cuda.values(plan->y)); }),
                Code::Backend, "convolution: CUDNN_STATUS_EXECUTION_FAILED"));
    fake::fail("cudnnConvolutionBackwardData", CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED);
    EXPECT(says(
        cuda.faultOf([&] { cuda.device().backwardData(plan, cuda.values(plan->y), cuda.values(plan->x), nullptr); }),
        Code::Memory, "DEVICE_ALLOCATION_FAILED"));
    EXPECT(cuda.outputOf(plan) == y && cuda.gradientOf(plan) == dx);
  }
}

TEST("layers: so is one of a linear layer") {
  Cuda cuda;
  const auto plan = cuda.linear({6, 5}, 3, Activation::Relu, WithBias::Yes);
  const auto y = cuda.outputOf(plan);
  const auto run = [&] { cuda.device().forward(plan, cuda.values(plan->x), cuda.values(plan->y)); };
  fake::fail("cublasLtMatmul", CUBLAS_STATUS_EXECUTION_FAILED);
  EXPECT(says(cuda.faultOf(run), Code::Backend, "linear layer"));
  fake::fail("cublasLtMatmul", CUBLAS_STATUS_ALLOC_FAILED);
  EXPECT(says(cuda.faultOf(run), Code::Memory, "smaller batches"));
  fake::fail("cublasLtMatmul", CUBLAS_STATUS_NOT_SUPPORTED);
  EXPECT(says(cuda.faultOf(run), Code::Unsupported, "kind 'cpu'"));
  EXPECT(cuda.outputOf(plan) == y);
}

TEST("layers: a stream that is poisoned while a plan runs rejects with the error's name and as lost") {
  for (const char* call : {"cudnnConvolutionForward", "cublasLtMatmul"}) {
    std::optional<Cuda> cuda(std::in_place);
    const bool linear = std::string(call) == "cublasLtMatmul";
    auto plan = linear ? cuda->linear({6, 5}, 3, Activation::None, WithBias::No)
                       : cuda->convolution(kConvolution, WithBias::No);
    fake::poisonIn(call, cudaErrorIllegalAddress);
    const Status status = caught([&] { cuda->outputOf(plan); });
    EXPECT(says(status, Code::Device, "cudaErrorIllegalAddress") && says(status, Code::Device, "restart"));
    EXPECT(says(cuda->faultOf([] {}), Code::Device, "lost"));
    EXPECT(says(caught([&] { cuda->convolution(kConvolution, WithBias::Yes); }), Code::Device, "lost"));
    fake::poison(cudaSuccess);  // so that its stream can end
    plan = nullptr, cuda.reset();
    fake::reset();
  }
}
