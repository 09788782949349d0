#include "cuda/packing.h"

#include "test/harness.h"

// On vectors of exactly the right size, so that AddressSanitizer sees a step outside.

using namespace deep_inside;
using deep_inside::test::shuffled;

namespace {

void takeOut(int64_t block) {
  const Tensor like{{2, 21, 5, 7}, DType::Float32, block, nullptr};
  const std::vector<float> expected = shuffled(static_cast<size_t>(elementsOf(like.shape)));
  std::vector<float> lying(static_cast<size_t>(like.storedElements())), dense(expected.size(), 7.0f);
  const Planes at = like.planes();
  for (int64_t i = 0; i < elementsOf(like.shape); ++i) {
    const int64_t n = i / 735, c = i / 35 % 21, h = i / 7 % 5, w = i % 7;
    lying[static_cast<size_t>(offset(at, n, c, h, w))] = expected[static_cast<size_t>(i)];
  }
  unpack(like, lying.data(), dense.data());
  EXPECT(dense == expected);
}

}  // namespace

TEST("unpack takes channels out of blocks of 1, 8, 16 and all") {
  for (const int64_t block : {1, 8, 16, 21}) takeOut(block);
}

TEST("unpack copies integers as they are") {
  const Tensor like{{3}, DType::Int32, 1, nullptr};
  const std::vector<int32_t> lying{1, -2, 1 << 30};
  std::vector<int32_t> dense(3);
  unpack(like, lying.data(), dense.data());
  EXPECT(dense == lying);
}
