#include <optional>

#include "cuda/rows.h"
#include "test/cuda/side.h"

// Layers with weights on the CUDA device: what is asked of cuDNN and cuBLASLt, and what happens when they refuse.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

const ConvolutionGeometry kConvolution{{2, 3, 7, 6}, {4, 3, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::Relu};
/** Its padding takes a copy of x in the workspace. */
const ConvolutionGeometry kUneven{{2, 3, 7, 6}, {4, 3, 3, 3}, {1, 1}, {2, 1, 0, 0}, {1, 1}, 1, Activation::Relu};
constexpr size_t kTooLarge = size_t{2} << 30;

/** A device in a new process. */
struct Cuda : Side {
  Cuda() : Side((fake::reset(), std::make_shared<CudaDevice>(0))) {}

  /** What the plan makes of the same x every time. */
  std::vector<float> outputOf(const std::shared_ptr<WeightedPlan>& plan) {
    const Tensor y = zeros(plan->y);
    device().forward(plan, values(plan->x), y);
    return read(y);
  }

  /** The same on the way back, of the same dy. */
  std::vector<float> gradientOf(const std::shared_ptr<WeightedPlan>& plan) {
    const Tensor dx = zeros(plan->x);
    device().backwardData(plan, values(plan->y), dx, nullptr);
    return read(dx);
  }

  /** What is wrong after `run`; then the device is told that it was heard. */
  template <class Run>
  Status faultOf(const Run& run) {
    run();
    std::promise<Status> done;
    device().sync([&](const Status& status) { done.set_value(status); });
    const Status status = done.get_future().get();
    device().acknowledgeFault(status.fault);
    return status;
  }
};

bool says(const Status& status, Code code, const char* part) {
  return status.code == code && status.text.find(part) != std::string::npos;
}

}  // namespace

TEST("layers: bias and ReLU are asked for with the convolution, and done by our own kernel where that is refused") {
  std::optional<Cuda> cuda(std::in_place);
  const std::vector<float> expected = cuda->outputOf(cuda->convolution(kConvolution, WithBias::Yes));
  EXPECT(fake::calls("cudnnConvolutionBiasActivationForward") == 1 && fake::calls("cudnnConvolutionForward") == 0);
  cuda.reset();
  cuda.emplace();
  fake::refuse("cudnnConvolutionBiasActivationForward", CUDNN_STATUS_NOT_SUPPORTED);
  const auto plan = cuda->convolution(kConvolution, WithBias::Yes);
  EXPECT(cuda->outputOf(plan) == expected && cuda->outputOf(plan) == expected);
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

TEST("layers: nothing is planned and no weights are made while recording, which goes on") {
  Cuda cuda;
  const auto plan = cuda.convolution(kConvolution, WithBias::Yes);
  const auto weights = cuda.weights({3, 5}, WithBias::No);
  const auto expected = cuda.outputOf(plan);
  const Tensor x = cuda.values(plan->x), y = cuda.zeros(plan->y);
  cuda.device().beginCapture(1);
  EXPECT(caught([&] { cuda.weights({3, 5}, WithBias::No); }).code == Code::Capture);
  Status said;
  const auto hear = [&](const Status& status, std::shared_ptr<WeightedPlan>) { said = status; };
  cuda.device().planLinear({{2, 5}, Activation::None}, weights, 1, hear);
  EXPECT(says(said, Code::Capture, "planning"));
  cuda.device().forward(plan, x, y);
  const auto recording = cuda.device().endCapture();
  cuda.device().replay(recording, 1);
  EXPECT(cuda.read(y) == expected);
}

TEST("layers: a recording keeps its plans, their weights and the workspace it was made with") {
  {
    Cuda cuda;
    auto plan = cuda.convolution(kUneven, WithBias::Yes);
    const auto y = cuda.outputOf(plan), dx = cuda.gradientOf(plan);
    const Tensor to = cuda.zeros(plan->y), back = cuda.zeros(plan->x);
    const Tensor x = cuda.values(plan->x), dy = cuda.values(plan->y);
    cuda.device().beginCapture(1);
    cuda.device().forward(plan, x, to);
    cuda.device().backwardData(plan, dy, back, nullptr);
    const auto recording = cuda.device().endCapture();
    plan = nullptr;
    fake::askFor("cudnnConvolutionForward", 1 << 20);
    const auto larger = cuda.convolution(kConvolution, WithBias::No);
    EXPECT(cuda.device().memory().workspace() > 1 << 20);  // the recording has its own
    cuda.device().replay(recording, 2);
    EXPECT(cuda.read(to) == y && cuda.read(back) == dx);
  }
  EXPECT(fake::alive().total() == 0);
}

TEST("layers: plans, weights and recordings may outlive their device, and its memory goes with the last of them") {
  for (const bool drop : {false, true}) {
    {
      std::shared_ptr<WeightedPlan> plan;
      std::shared_ptr<Weights> weights;
      std::shared_ptr<Recording> recording;
      Tensor y;
      {
        Cuda cuda;
        plan = cuda.convolution(kUneven, WithBias::Yes);
        weights = cuda.weights({3, 5}, WithBias::Yes);
        const Tensor x = cuda.values(plan->x);
        y = cuda.zeros(plan->y);
        cuda.device().beginCapture(1);
        cuda.device().forward(plan, x, y);
        recording = cuda.device().endCapture();
        for (int i = 0; i < 20; ++i) cuda.device().replay(recording, 1);
        if (drop) cuda.device().drop();
      }
      EXPECT(fake::alive().streams == 1 && fake::alive().descriptors > 0);
      weights = nullptr, plan = nullptr;
      EXPECT(fake::alive().blocks > 0 || fake::alive().executables == 1);
    }
    EXPECT(fake::alive().total() == 0);
  }
}

TEST("layers: the workspace is shared by all plans, counted, and gone with the last of them") {
  Cuda cuda;
  auto convolution = cuda.convolution(kUneven, WithBias::Yes);
  const size_t bytes = cuda.device().memory().workspace();
  EXPECT(bytes > size_t{2 * 3 * 9 * 7} * sizeof(float));  // x with its padding, and the algorithm's own
  auto linear = cuda.linear({6, 5}, 3, Activation::None, WithBias::No);
  EXPECT(cuda.device().memory().workspace() == bytes);
  convolution = nullptr;
  EXPECT(cuda.device().memory().workspace() == bytes);
  linear = nullptr;
  EXPECT(cuda.device().memory().total() == 0);
}
