#include "kernels/surround.h"

#include <cmath>
#include <limits>

#include "test/harness.h"

// The bodies that only CUDA launches, on vectors of exactly the right size and backwards: lanes run in any order.

using namespace deep_inside;
using deep_inside::test::shuffled;

namespace {

constexpr int64_t kPlanes = 3;
constexpr Framing kAt{4, 5, 1, 2, 4 + 1 + 3, 5 + 2 + 0};

template <class Body>
void each(size_t count, const Body& body) {
  for (size_t i = count; i-- > 0;) body(static_cast<int64_t>(i));
}

}  // namespace

TEST("surround puts zeros around each plane, more at the bottom than at the top, and crop takes them away") {
  const std::vector<float> x = shuffled(kPlanes * 4 * 5);
  std::vector<float> framed(kPlanes * 8 * 7, 7.0f), expected(framed.size(), 0.0f), back(x.size(), 7.0f);
  for (size_t p = 0, i = 0; p < kPlanes; ++p) {
    for (size_t r = 0; r < 4; ++r) {
      for (size_t c = 0; c < 5; ++c, ++i) expected[(p * 8 + r + 1) * 7 + c + 2] = x[i];
    }
  }
  each(framed.size(), Surround{kAt, x.data(), framed.data()});
  EXPECT(framed == expected);
  each(back.size(), Crop{kAt, framed.data(), back.data()});
  EXPECT(back == x);
}

TEST("addBias adds each channel's own, and its ReLU leaves NaN alone") {
  const std::vector<float> b{1.0f, -2.0f, 0.5f};
  std::vector<float> plain(2 * 3 * 2, 1.0f), rectified = plain;
  rectified[4] = std::numeric_limits<float>::quiet_NaN();
  each(plain.size(), AddBias<false>{3, 2, b.data(), plain.data()});
  const std::vector<float> expected{2, 2, -1, -1, 1.5f, 1.5f, 2, 2, -1, -1, 1.5f, 1.5f};
  EXPECT(plain == expected);
  each(rectified.size(), AddBias<true>{3, 2, b.data(), rectified.data()});
  EXPECT(std::isnan(rectified[4]));
  rectified[4] = 1.5f;
  EXPECT(rectified == std::vector<float>({2, 2, 0, 0, 1.5f, 1.5f, 2, 2, 0, 0, 1.5f, 1.5f}));
}
