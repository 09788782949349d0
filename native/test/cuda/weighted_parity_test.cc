#include "test/cuda/side.h"

// Convolutions and linear layers on the CUDA device over the fake libraries, beside the CPU device.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** Of sums of hundreds of terms. */
constexpr float kRounding = 1e-5f;

Shape withImages(Shape shape, int64_t n) {
  shape[0] = n;
  return shape;
}

/** y, dx, dx by a mask of half as many images (two gradients of each), dw and, where there is a bias, db. */
std::vector<Tensor> results(Side& side, const std::shared_ptr<WeightedPlan>& plan) {
  const Tensor x = side.values(plan->x, plan->xBlock), y = side.values(plan->y, plan->yBlock);
  side.device().forward(plan, x, y);
  const Tensor dy = side.values(plan->y, plan->yBlock), dx = side.values(plan->x, plan->xBlock);
  side.device().backwardData(plan, dy, dx, nullptr);
  const Tensor mask = side.values(withImages(plan->x, plan->x[0] / 2), plan->xBlock);
  const Tensor masked = side.values(plan->x, plan->xBlock);
  side.device().backwardData(plan, dy, masked, &mask);
  const Shape& w = plan->weights().shape();
  const Tensor dw = side.values(w), db = side.values({w[0]});
  side.device().backwardFilter(plan, x, dy, dw, plan->weights().hasBias() ? &db : nullptr);
  return {y, dx, masked, dw, db};
}

/** With and without bias, with and without ReLU. */
void expectConvolutionParity(ConvolutionGeometry geometry) {
  for (const Activation activation : {Activation::None, Activation::Relu})
    for (const WithBias bias : {WithBias::No, WithBias::Yes}) {
      geometry.activation = activation;
      expectParity([&](Side& side) { return results(side, side.convolution(geometry, bias)); }, kRounding);
    }
}

ConvolutionGeometry geometryOf(const Shape& x, const Shape& w, Pair stride, Pad pad, Pair dilation, int64_t groups) {
  ConvolutionGeometry geometry{x, w, stride, pad, dilation, groups, Activation::None};
  geometry.filterGradient = FilterGradient::Planned;
  return geometry;
}

}  // namespace

TEST("parity: convolutions of every size of filter, with even padding and none") {
  expectConvolutionParity(geometryOf({4, 8, 13, 12}, {6, 8, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1));
  expectConvolutionParity(geometryOf({2, 3, 9, 11}, {5, 3, 5, 4}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1));
  expectConvolutionParity(geometryOf({2, 7, 5, 6}, {4, 7, 1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1));
}

TEST("parity: convolutions with strides, other ones of rows than of columns") {
  expectConvolutionParity(geometryOf({2, 3, 31, 30}, {8, 3, 11, 11}, {4, 4}, {2, 2, 2, 2}, {1, 1}, 1));
  expectConvolutionParity(geometryOf({2, 3, 13, 12}, {8, 3, 3, 2}, {3, 2}, {1, 0, 1, 0}, {1, 1}, 1));
}

TEST("parity: convolutions whose padding differs at both sides, whether an output sees it or not") {
  expectConvolutionParity(geometryOf({4, 8, 13, 12}, {6, 8, 5, 4}, {2, 2}, {0, 0, 3, 2}, {1, 1}, 1));
  expectConvolutionParity(geometryOf({4, 8, 13, 12}, {6, 8, 3, 3}, {1, 1}, {2, 1, 0, 0}, {1, 1}, 1));
  expectConvolutionParity(geometryOf({4, 8, 13, 12}, {6, 8, 3, 3}, {3, 3}, {0, 0, 1, 1}, {1, 1}, 1));
  expectConvolutionParity(geometryOf({2, 4, 7, 6}, {4, 2, 3, 3}, {1, 1}, {0, 1, 2, 0}, {1, 1}, 2));
}

TEST("parity: convolutions with dilation, and in groups") {
  expectConvolutionParity(geometryOf({2, 4, 13, 12}, {6, 4, 3, 3}, {1, 1}, {2, 2, 2, 2}, {2, 2}, 1));
  expectConvolutionParity(geometryOf({2, 4, 13, 12}, {6, 4, 3, 3}, {2, 1}, {3, 2, 3, 2}, {3, 2}, 1));
  expectConvolutionParity(geometryOf({2, 8, 7, 7}, {8, 2, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 4));
  expectConvolutionParity(geometryOf({2, 6, 7, 7}, {6, 1, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 6));
}

TEST("parity: linear layers of one image and of more, of odd sizes") {
  for (const Activation activation : {Activation::None, Activation::Relu})
    for (const WithBias bias : {WithBias::No, WithBias::Yes})
      for (const int64_t n : {2, 6, 34}) {
        expectParity([&](Side& side) { return results(side, side.linear({n, 37}, 11, activation, bias)); }, kRounding);
        expectParity([&](Side& side) { return results(side, side.linear({n, 64}, 128, activation, bias)); }, kRounding);
      }
  expectParity([](Side& side) {
    const auto plan = side.linear({1, 37}, 11, Activation::Relu, WithBias::Yes);
    const Tensor x = side.values(plan->x), y = side.zeros(plan->y), dx = side.zeros(plan->x);
    side.device().forward(plan, x, y);
    side.device().backwardData(plan, side.values(plan->y), dx, &x);
    return std::vector<Tensor>{y, dx};
  });
}

TEST("parity: layers of one image read and write views of channels, which begin at any element") {
  expectParity([](Side& side) {
    const auto convolution =
        side.convolution(geometryOf({1, 3, 5, 5}, {2, 3, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1), WithBias::Yes);
    if (convolution->xBlock != 1 || convolution->yBlock != 1) return std::vector<Tensor>{};  // another layout's views
    const Tensor from = side.values({1, 7, 5, 5}), to = side.zeros({1, 5, 5, 5});
    side.device().forward(convolution, from.channels(1, 3), to.channels(3, 2));
    return std::vector<Tensor>{to};
  });
  expectParity([](Side& side) {
    const auto linear = side.linear({1, 12}, 6, Activation::Relu, WithBias::Yes);
    const Tensor from = side.values({1, 15}), to = side.zeros({1, 11}), dx = side.zeros({1, 13});
    const auto part = [](Tensor x, int64_t first, int64_t count) {
      x.shape[1] = count;
      x.offset += first;
      return x;
    };
    side.device().forward(linear, part(from, 3, 12), part(to, 1, 6));
    side.device().backwardData(linear, part(to, 1, 6), part(dx, 1, 12), nullptr);
    return std::vector<Tensor>{to, dx};
  });
}
