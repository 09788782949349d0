#include "kernels/bfloat16.h"

#include <cmath>
#include <limits>
#include <vector>

#include "test/calls.h"
#include "test/harness.h"

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

constexpr float kNan = std::numeric_limits<float>::signaling_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST("bfloat16 is the nearest number, of two the even one; infinity and NaN stay, and what is too large is infinite") {
  const auto bits = [](float x) { return narrowed(x).bits; };
  EXPECT(bits(1.0f) == 0x3f80 && bits(-2.0f) == 0xc000 && bits(0.0f) == 0 && bits(-0.0f) == 0x8000);
  EXPECT(bits(0x1.01p0f) == 0x3f80);      // halfway between 1 and its successor: even
  EXPECT(bits(0x1.03p0f) == 0x3f82);      // halfway above an odd one
  EXPECT(bits(0x1.010002p0f) == 0x3f81);  // just above halfway
  EXPECT(bits(kInfinity) == 0x7f80 && bits(-kInfinity) == 0xff80);
  EXPECT(bits(3.4e38f) == 0x7f80);
  EXPECT(std::isnan(widened(narrowed(kNan))));
  uint32_t lowest = 0x7f800001;  // a NaN all of whose bits are in the lower half
  float nan;
  __builtin_memcpy(&nan, &lowest, sizeof nan);
  EXPECT(std::isnan(widened(narrowed(nan))));
  for (uint32_t upper = 0; upper < 0x10000; ++upper)
    if (const float value = widened(BFloat16{static_cast<uint16_t>(upper)}); value == value)
      EXPECT(bits(value) == upper);
}

TEST("rows in bfloat16 are padded with zeros") {
  const std::vector<float> from = shuffled(3 * 5);
  for (const Order order : kOrders) {
    std::vector<BFloat16> to(3 * 8, BFloat16{7});
    callEach(3 * 8, NarrowRows{5, 8, from.data(), to.data()}, order);
    for (size_t i = 0; i < to.size(); ++i)
      EXPECT(to[i].bits == (i % 8 < 5 ? narrowed(from[i / 8 * 5 + i % 8]).bits : 0));
  }
}
