#include "test/cuda/weighted.h"

// Layers with weights on the CUDA device: what lives for how long, in recordings and after the device.

using namespace deep_inside;
using namespace deep_inside::test;

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
