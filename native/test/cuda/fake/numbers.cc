#include "test/cuda/fake/numbers.h"

#include <cmath>
#include <cstring>

namespace deep_inside::test::fake {

namespace {

uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

float floatOf(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace

float rounded(float x, int bits) {
  if (bits == kFloat32Bits || !std::isfinite(x)) return x;
  const int dropped = kFloat32Bits - bits;
  const uint32_t whole = bitsOf(x), half = (1u << (dropped - 1)) - 1 + (whole >> dropped & 1);
  return floatOf((whole + half) >> dropped << dropped);
}

float loaded(const void* data, Number number, int64_t i) {
  if (number == Number::Float32) return static_cast<const float*>(data)[i];
  return floatOf(static_cast<uint32_t>(static_cast<const uint16_t*>(data)[i]) << 16);
}

void store(void* data, Number number, int64_t i, float value) {
  if (number == Number::Float32) {
    static_cast<float*>(data)[i] = value;
  } else {
    static_cast<uint16_t*>(data)[i] = static_cast<uint16_t>(bitsOf(rounded(value, kBFloat16Bits)) >> 16);
  }
}

}  // namespace deep_inside::test::fake
