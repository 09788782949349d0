#include "test/cuda/side.h"

// Each operation on the CUDA device over the fake runtime, beside the CPU device.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** 3x3 windows of stride 2 with padding on all sides and more below and right. */
template <class P>
P poolPlan(const Shape& x) {
  const PoolGeometry g{x, 1, {3, 3}, {2, 2}, {1, 1, 2, 2}, {x[2] / 2 + 1, x[3] / 2 + 1}};
  P plan;
  plan.x = g.x;
  plan.y = g.output();
  plan.in = Tensor::planesOf(x, 1);
  plan.window = g.window();
  return plan;
}

}  // namespace

TEST("parity: max pooling with switches and unpooling of several gradients of an image") {
  expectParity([](Side& side) {
    const auto plan = poolPlan<MaxPoolPlan>({2, 3, 21, 18});
    const Tensor x = side.values(plan.x), y = side.zeros(plan.y), switches = side.zeros(plan.y, DType::Int32);
    side.device().maxPool(plan, x, y, switches);
    Shape several = plan.y, ofX = plan.x;
    several[0] *= 3, ofX[0] *= 3;
    const Tensor dy = side.values(several), dx = side.values(ofX);
    side.device().unpool(plan, dy, switches, dx);
    return std::vector<Tensor>{y, switches, dx};
  });
}

TEST("parity: average pooling and its gradient, by pixels inside and with padding") {
  for (const Divisor divisor : {Divisor::Inside, Divisor::Padded}) {
    expectParity([divisor](Side& side) {
      auto plan = poolPlan<AveragePoolPlan>({2, 3, 19, 20});
      plan.divisor = divisor;
      const Tensor x = side.values(plan.x), y = side.values(plan.y), dx = side.values(plan.x);
      side.device().averagePool(plan, x, y);
      side.device().averagePoolBackward(plan, y, dx);
      return std::vector<Tensor>{y, dx};
    });
  }
}

TEST("parity: local response normalisation and its gradients, for the usual and another power") {
  for (const float beta : {0.75f, 0.6f}) {
    expectParity([beta](Side& side) {
      LrnPlan plan;
      plan.x = plan.y = {2, 300, 3, 4};
      plan.at = Tensor::planesOf(plan.x, 1);
      plan.lrn = {2, 0.5f / 5, beta, 1.5f};
      const Tensor x = side.values(plan.x), y = side.zeros(plan.x);
      const Tensor dy = side.values({4, 300, 3, 4}), dx = side.values({4, 300, 3, 4});
      side.device().lrn(plan, x, y);
      side.device().lrnBackward(plan, x, dy, dx);
      return std::vector<Tensor>{y, dx};
    });
  }
}

TEST("parity: parts of concatenations, and views of channels as their own parts") {
  expectParity([](Side& side) {
    const Tensor a = side.values({2, 3, 4, 5}), b = side.values({2, 5, 4, 5}), y = side.zeros({2, 8, 4, 5});
    side.device().concat({a, b}, y);
    const Tensor c = side.zeros({2, 2, 4, 5}), d = side.zeros({2, 6, 4, 5});
    side.device().split(y, {c, d});
    const Tensor whole = side.zeros({2, 8, 4, 5}), sum = side.zeros({2, 8, 4, 5});
    side.device().relu(b, whole.channels(2, 5));
    side.device().add(whole.channels(2, 5), b, sum.channels(3, 5));
    return std::vector<Tensor>{y, c, d, whole, sum};
  });
}

TEST("parity: concat, split and reorder of channels one by one, in blocks of 8, side by side, and mixed") {
  // The channels that lie side by side in the parts, and in the whole.
  const std::vector<std::vector<int64_t>> layouts = {{1, 1, 1}, {8, 8, 8},  {3, 10, 13},
                                                     {3, 1, 8}, {1, 8, 13}, {8, 1, 1}};
  for (const auto& layout : layouts) {
    const int64_t a = layout[0], b = layout[1], whole = layout[2];
    expectParity([=](Side& side) {
      const Tensor y = side.zeros({2, 13, 4, 5}, DType::Float32, whole), again = side.zeros({2, 13, 4, 5});
      side.device().concat({side.values({2, 3, 4, 5}, a), side.values({2, 10, 4, 5}, b)}, y);
      const Tensor da = side.zeros({2, 3, 4, 5}, DType::Float32, a), db = side.zeros({2, 10, 4, 5}, DType::Float32, b);
      side.device().split(y, {da, db});
      side.device().reorder(y, again);
      return std::vector<Tensor>{y, da, db, again};
    });
  }
}

TEST("cuda: parts with their channels side by side are one copy each of a concatenation, without a kernel") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  const Tensor a = side.values({2, 3, 4, 5}, 3), b = side.values({2, 5, 4, 5}, 5);
  const Tensor y = side.zeros({2, 8, 4, 5}, DType::Float32, 8);
  const int copies = fake::calls("cudaMemcpy2DAsync"), launches = fake::calls("cudaLaunchKernel");
  side.device().concat({a, b}, y);
  side.device().split(y, {a, b});
  EXPECT(fake::calls("cudaMemcpy2DAsync") == copies + 4);
  EXPECT(fake::calls("cudaLaunchKernel") == launches);
}

TEST("parity: scale and shift of channels, with and without a shift, in place") {
  expectParity([](Side& side) {
    const Tensor x = side.values({2, 3, 4, 5}), scale = side.values({3}), shift = side.values({3});
    const Tensor y = side.zeros({2, 3, 4, 5});
    side.device().scaleShift(x, scale, nullptr, y);
    side.device().scaleShift(x, scale, &shift, x);
    return std::vector<Tensor>{x, y};
  });
}

TEST("parity: soft-max and its gradient for several gradients of a row") {
  expectParity([](Side& side) {
    const Tensor x = side.values({3, 1000}), y = side.zeros({3, 1000});
    side.device().axpy(40, x, x);
    side.device().softmax(x, y);
    const Tensor dy = side.values({6, 1000}), dx = side.zeros({6, 1000});
    side.device().softmaxBackward(y, dy, dx);
    return std::vector<Tensor>{y, dx};
  });
}

TEST("parity: seeds, at classes that are given and at the best") {
  expectParity([](Side& side) {
    const Tensor scores = side.values({2, 10}), dy = side.values({4, 10});
    side.device().seed(scores, side.integers({3, -1, -1, 9}), dy);
    return std::vector<Tensor>{dy};
  });
}

TEST("parity: soft-max and seeds of more rows than the scratch memory holds at a time") {
  expectParity([](Side& side) {
    const Tensor x = side.values({1300, 33}), y = side.zeros({1300, 33});
    const Tensor dy = side.values({2600, 33}), dx = side.zeros({2600, 33}), seeds = side.zeros({2600, 33});
    side.device().softmax(x, y);
    side.device().softmaxBackward(y, dy, dx);
    side.device().seed(x, side.integers(std::vector<int32_t>(2600, -1)), seeds);
    return std::vector<Tensor>{y, dx, seeds};
  });
}

TEST("parity: the largest magnitude over channels, scaled or not, signed or not") {
  for (const MaxAbsResult result : {MaxAbsResult::Magnitude, MaxAbsResult::Signed}) {
    expectParity([result](Side& side) {
      const Tensor x = side.values({2, 3, 7, 6}), scale = side.values({3});
      const Tensor y = side.zeros({2, 7, 6}), scaled = side.zeros({2, 7, 6});
      side.device().maxAbsOverChannels(x, nullptr, y, result);
      side.device().maxAbsOverChannels(x, &scale, scaled, result);
      return std::vector<Tensor>{y, scaled};
    });
  }
}

TEST("parity: flattening, and ReLU's three rules") {
  for (const ReluRule rule : {ReluRule::Gradient, ReluRule::Deconvnet, ReluRule::Guided}) {
    expectParity([rule](Side& side) {
      const Tensor x = side.values({2, 3, 4, 5}), flat = side.zeros({2, 60});
      side.device().reorder(x, flat);
      const Tensor y = side.values({2, 60}), dx = side.zeros({4, 60});
      side.device().reluBackward(rule, y, side.values({4, 60}), dx);
      return std::vector<Tensor>{flat, dx};
    });
  }
}

TEST("cuda: ReLU's backward is one launch, for several gradients of an image and for views, too") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  const Tensor y = side.values({2, 3, 4, 5}), dy = side.values({6, 3, 4, 5}), dx = side.zeros({6, 3, 4, 5});
  const Tensor part = side.zeros({2, 8, 4, 5}).channels(2, 3);
  const int before = fake::calls("cudaLaunchKernel");
  side.device().reluBackward(ReluRule::Guided, y, dy, dx);
  side.device().reluBackward(ReluRule::Guided, y, part, part);
  EXPECT(fake::calls("cudaLaunchKernel") == before + 2);
}

TEST("parity: ReLU's backward of several gradients of an image, between views of channels") {
  expectParity([](Side& side) {
    const Tensor wholeY = side.values({2, 8, 4, 5}), wholeDy = side.values({6, 7, 4, 5}),
                 wholeDx = side.zeros({6, 5, 4, 5});
    side.device().reluBackward(ReluRule::Guided, wholeY.channels(4, 3), wholeDy.channels(1, 3), wholeDx.channels(2, 3));
    return std::vector<Tensor>{wholeDx};
  });
}
