#include "core/finite.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/status.h"

namespace deep_inside {

namespace {

std::string nameOf(float value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace

bool allFinite(const float* values, int64_t count) {
  // An exponent of ones becomes negative by one more. In this form compilers look at many at once.
  uint32_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    found |= (bits & 0x7f800000u) + 0x00800000u;
  }
  return !(found >> 31);
}

std::string notFinite(const std::string& what, float value, int64_t element) {
  return what + " must be finite, got " + nameOf(value) + " at element " + std::to_string(element);
}

void demandFinite(const std::string& what, const float* values, int64_t count, int64_t first) {
  if (allFinite(values, count)) return;
  const float* found = std::find_if(values, values + count, [](float value) { return !std::isfinite(value); });
  throw Error(Code::Argument, notFinite(what, *found, first + (found - values)));
}

}  // namespace deep_inside
