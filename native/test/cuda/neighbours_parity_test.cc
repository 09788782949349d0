#include "test/cuda/side.h"

// The operations that make a pixel of its neighbours on the CUDA device over the fake runtime, beside the CPU device.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** Dense, in blocks whose last is half full, and side by side. */
const std::pair<Shape, int64_t> kPictures[] = {
    {{2, 3, 7, 6}, 1}, {{2, 12, 4, 5}, 8}, {{2, 3, 4, 5}, 3}, {{2, 2, 1, 1}, 8}};

}  // namespace

TEST("parity: pictures that are rolled around their edges, each by its own offsets") {
  for (const auto& [shape, block] : kPictures) {
    expectParity([shape = shape, block = block](Side& side) {
      const Tensor x = side.values(shape, block), y = side.values(shape, block);
      const Tensor offsets = side.zeros({2, 2}, DType::Int32);
      const std::vector<int32_t> by{-3, 2, 100, -7};
      side.device().write(offsets, by.data());
      side.device().shift(x, offsets, y);
      return std::vector<Tensor>{y};
    });
  }
}

TEST("parity: blurs along rows and columns, of fewer and of more taps than pixels") {
  for (const auto& [shape, block] : kPictures) {
    for (const int64_t taps : {1, 3, 21}) {
      expectParity([shape = shape, block = block, taps](Side& side) {
        const Tensor x = side.values(shape, block), y = side.values(shape, block), z = side.values(shape, block);
        const Tensor of = side.values({taps});
        side.device().blur(x, of, BlurAxis::Rows, y);
        side.device().blur(y, of, BlurAxis::Cols, z);
        return std::vector<Tensor>{y, z};
      });
    }
  }
}

TEST("parity: the gradient of total variation") {
  for (const auto& [shape, block] : kPictures) {
    expectParity([shape = shape, block = block](Side& side) {
      const Tensor x = side.values(shape, block), y = side.values(shape, block);
      side.device().totalVariation(x, 0.25f, y);
      return std::vector<Tensor>{y};
    });
  }
}
