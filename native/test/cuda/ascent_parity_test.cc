#include "test/cuda/side.h"

// The operations of gradient ascent on the CUDA device over the fake runtime, beside the CPU device.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** Dense, in blocks whose last is half full, and side by side. */
const std::pair<Shape, int64_t> kImages[] = {
    {{3, 3, 7, 6}, 1}, {{3, 20, 4, 5}, 8}, {{3, 13, 4, 5}, 13}, {{3, 9}, 1}, {{3, 2, 1, 1}, 8}};

}  // namespace

TEST("parity: blend, with the numbers of each image") {
  for (const auto& [shape, block] : kImages) {
    expectParity([shape = shape, block = block](Side& side) {
      const Tensor x = side.values(shape, block), y = side.values(shape, block);
      side.device().relu(y, y);
      side.device().blend(side.values({3, 2}), x, y);
      return std::vector<Tensor>{y};
    });
  }
}

TEST("parity: products of images, and what is added normalised by them") {
  for (const auto& [shape, block] : kImages) {
    expectParity([shape = shape, block = block](Side& side) {
      const Tensor x = side.values(shape, block), y = side.values(shape, block), squares = side.zeros({3});
      side.device().relu(y, y);
      side.device().dot(x, x, squares);
      side.device().addNormalised(-0.5f, squares, x, y);
      const Tensor product = side.zeros({3});
      side.device().dot(x, y, product);
      return std::vector<Tensor>{y, squares, product};
    });
  }
}

TEST("parity: products of 70 images of 5,000 elements, more than the scratch memory holds at a time, bit for bit") {
  const auto run = [](Side& side) {
    const Tensor x = side.values({70, 5000}), y = side.zeros({70});
    side.device().dot(x, x, y);
    return side.read(y);
  };
  Side cpu(openDevice({0, 2}));
  fake::reset();
  Side cuda(std::make_shared<CudaDevice>(0));
  const int before = fake::calls("cudaLaunchKernel");
  EXPECT(run(cuda) == run(cpu));
  EXPECT(fake::calls("cudaLaunchKernel") == before + 9);
}

TEST("parity: a step of Adam") {
  for (const auto& [shape, block] : kImages) {
    expectParity([shape = shape, block = block](Side& side) {
      const Tensor g = side.values(shape, block), m = side.values(shape, block), v = side.values(shape, block);
      const Tensor y = side.values(shape, block), coefficients = side.zeros({3, 6});
      const std::vector<float> numbers{0.9f, 0.999f, 2, 1e-8f, 10, 1000, 0.5f, 0.75f, -1,
                                       0.1f, 1.5f,   1, 0,     0,  1,    0.5f, 1,     1};
      side.device().write(coefficients, numbers.data());
      side.device().relu(v, v);
      side.device().adam(coefficients, g, m, v, y);
      return std::vector<Tensor>{m, v, y};
    });
  }
}

TEST("parity: limits of channels, and channels that are mixed, in place and apart") {
  for (const int64_t block : {1, 8, 3}) {
    expectParity([block](Side& side) {
      const Shape shape{2, 3, 5, 7};
      const Tensor x = side.values(shape, block), y = side.zeros(shape, DType::Float32, block);
      const Tensor matrix = side.values({3, 3}), low = side.zeros({3}), high = side.values({3});
      side.device().mixChannels(matrix, x, y);
      side.device().mixChannels(matrix, x, x);
      side.device().relu(high, high);
      side.device().clamp(low, high, y);
      return std::vector<Tensor>{x, y};
    });
  }
}
