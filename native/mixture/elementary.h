#pragma once

#include <cstdint>

// Exponential and logarithm of sums, products and quotients alone, without a fused multiply-add: unlike a C library's
// they give the same bits on every machine, and the compiler makes vectors of loops over them. Static, so that each
// instruction set has its own (isa/).

namespace deep_inside {

/** e^x for x <= 0, within 2e-7 of itself; below -87, where it is less than 2e-38, and of NaN that of -87. */
static inline float expOf(float x) {
  x = x > -87.0f ? x : -87.0f;
  // Adding and taking away 1.5 * 2^23 rounds to an integer.
  const float n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  // ln 2 in two parts: n times the first is exact.
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
}

/** ln x for x >= 1, within 2e-7 of itself or of x - 1. */
static inline float logOf(float x) {
  int32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  // x = m 2^e with m between sqrt(1/2) and sqrt(2), whose bits are 0x3f3504f3.
  const int32_t e = (bits - 0x3f3504f3) >> 23;
  bits -= e << 23;
  float m;
  __builtin_memcpy(&m, &bits, sizeof m);
  const float t = (m - 1.0f) / (m + 1.0f), s = t * t;
  float p = 2.0f / 9;
  p = p * s + 2.0f / 7;
  p = p * s + 2.0f / 5;
  p = p * s + 2.0f / 3;
  p = p * s + 2.0f;
  return p * t + static_cast<float>(e) * 0.693147181f;
}

/** ln x of a normal x > 0, within 1e-15 of itself or 1. */
double logOf(double x);

}  // namespace deep_inside
