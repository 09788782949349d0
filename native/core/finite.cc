#include "core/finite.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/status.h"

namespace deep_inside {

namespace {

/** In this form compilers compare many at once. */
bool allFinite(const float* values, int64_t count) {
  constexpr uint32_t exponent = 0x7f800000;
  uint32_t other = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    other |= (bits & exponent) == exponent;
  }
  return !other;
}

std::string nameOf(float value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace

void demandFinite(const std::string& what, const float* values, int64_t count, int64_t first) {
  if (allFinite(values, count)) return;
  const float* found = std::find_if(values, values + count, [](float value) { return !std::isfinite(value); });
  throw Error(Code::Argument, what + " must be finite, got " + nameOf(*found) + " at element " +
                                  std::to_string(first + (found - values)));
}

}  // namespace deep_inside
