#include <algorithm>
#include <string>

#include "test/cuda/side.h"

// What gradients of filters ask of the libraries on the CUDA device; their values are in weighted_parity_test.cc.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

ConvolutionGeometry geometry(FilterGradient filterGradient) {
  ConvolutionGeometry g{{2, 4, 7, 6}, {6, 4, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::None};
  g.filterGradient = filterGradient;
  return g;
}

struct Opened : Side {
  Opened() : Side((fake::reset(), std::make_shared<CudaDevice>(0))) {}

  Status sync() {
    std::promise<Status> done;
    device().sync([&](const Status& status) { done.set_value(status); });
    return done.get_future().get();
  }
};

}  // namespace

TEST("cuda: a plan that is not asked for gradients of filters asks cuDNN for none, and takes no workspace for them") {
  constexpr const char* list = "cudnnGetConvolutionBackwardFilterAlgorithm_v7";
  Opened opened;
  fake::askFor("cudnnConvolutionBackwardFilter", 1 << 20);
  const auto plain = opened.convolution(geometry(FilterGradient::None), WithBias::Yes);
  EXPECT(fake::calls(list) == 0 && opened.device().memory().workspace() < 1 << 20);
  const auto learning = opened.convolution(geometry(FilterGradient::Planned), WithBias::Yes);
  EXPECT(fake::calls(list) == 1 && opened.device().memory().workspace() >= 1 << 20);
}

TEST("cuda: without an exact, deterministic algorithm for gradients of filters a plan is refused") {
  Opened opened;
  fake::askFor("cudnnConvolutionBackwardFilter", size_t{1} << 40, CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1);
  Code code = Code::Ok;
  try {
    opened.convolution(geometry(FilterGradient::Planned), WithBias::No);
  } catch (const Error& error) {
    code = error.status().code;
  }
  EXPECT(code == Code::Unsupported);
  const auto plain = opened.convolution(geometry(FilterGradient::None), WithBias::No);
  EXPECT(plain->filterGradient == FilterGradient::None);
}

TEST("cuda: each library call of a gradient of filters that fails is a fault, and the next works") {
  for (const char* call : {"cudnnConvolutionBackwardFilter", "cudnnConvolutionBackwardBias"}) {
    {
      Opened opened;
      const auto plan = opened.convolution(geometry(FilterGradient::Planned), WithBias::Yes);
      const Tensor x = opened.values(plan->x), dy = opened.values(plan->y);
      const Tensor dw = opened.zeros({6, 4, 3, 3}), db = opened.zeros({6});
      fake::fail(call, CUDNN_STATUS_EXECUTION_FAILED);
      opened.device().backwardFilter(plan, x, dy, dw, &db);
      const Status status = opened.sync();
      EXPECT(status.code == Code::Backend);
      EXPECT(status.text.find("gradient of") != std::string::npos);
      opened.device().acknowledgeFault(status.fault);
      opened.device().backwardFilter(plan, x, dy, dw, &db);
      const std::vector<float> sums = opened.read(db);
      EXPECT(std::count(sums.begin(), sums.end(), 0.0f) == 0);
    }
    EXPECT(fake::alive().total() == 0);
  }
}

TEST("cuda: a recording of a gradient of filters keeps its plan and workspace, and gives the bits of the call") {
  {
    Opened opened;
    std::vector<float> eager;
    std::shared_ptr<Recording> recording;
    const Tensor dw = opened.zeros({6, 4, 3, 3});
    {
      const auto plan = opened.convolution(geometry(FilterGradient::Planned), WithBias::No);
      const Tensor x = opened.values(plan->x), dy = opened.values(plan->y);
      opened.device().backwardFilter(plan, x, dy, dw, nullptr);
      eager = opened.read(dw);
      opened.device().fill(0, dw);
      opened.device().beginCapture(1);
      opened.device().backwardFilter(plan, x, dy, dw, nullptr);
      recording = opened.device().endCapture();
    }
    EXPECT(opened.read(dw) == std::vector<float>(eager.size()));
    opened.device().replay(recording, 2);
    EXPECT(opened.read(dw) == eager);
  }
  EXPECT(fake::alive().total() == 0);
}
