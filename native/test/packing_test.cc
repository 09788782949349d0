#include "cuda/packing.h"

#include "test/harness.h"

// On vectors of exactly the right size, so that AddressSanitizer sees a step outside.

using namespace deep_inside;
using deep_inside::test::shuffled;

namespace {

void roundTrip(int64_t block) {
  const Tensor like{{2, 21, 5, 7}, DType::Float32, block, nullptr};
  const std::vector<float> dense = shuffled(static_cast<size_t>(elementsOf(like.shape)));
  std::vector<float> lying(static_cast<size_t>(like.storedElements()), 7.0f), back(dense.size());
  pack(like, dense.data(), lying.data());
  const Planes at = like.planes();
  std::vector<float> expected(lying.size(), 0.0f);
  for (int64_t i = 0; i < elementsOf(like.shape); ++i) {
    const int64_t n = i / 735, c = i / 35 % 21, h = i / 7 % 5, w = i % 7;
    expected[static_cast<size_t>(offset(at, n, c, h, w))] = dense[static_cast<size_t>(i)];
  }
  EXPECT(lying == expected);
  unpack(like, lying.data(), back.data());
  EXPECT(back == dense);
}

}  // namespace

TEST("pack lays channels in blocks of 1, 8, 16 and all, with zeros behind the last, and unpack takes them back") {
  for (const int64_t block : {1, 8, 16, 21}) roundTrip(block);
}

TEST("pack and unpack copy integers as they are") {
  const Tensor like{{3}, DType::Int32, 1, nullptr};
  const std::vector<int32_t> dense{1, -2, 1 << 30};
  std::vector<int32_t> lying(3), back(3);
  pack(like, dense.data(), lying.data());
  unpack(like, lying.data(), back.data());
  EXPECT(lying == dense);
  EXPECT(back == dense);
}
