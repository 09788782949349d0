#pragma once

#include <cstdint>
#include <vector>

// Numbers as tensor cores see them.

namespace deep_inside::test::fake {

enum class Number { Float32, BFloat16 };

constexpr int kFloat32Bits = 23, kTensorFloat32Bits = 10, kBFloat16Bits = 7;

/** The nearest number with so many bits after the first; of two the even one. NaN stays NaN. */
float rounded(float x, int bits);

inline int64_t bytesOf(Number number) { return number == Number::Float32 ? 4 : 2; }

/** Element i of an array of such numbers. */
float loaded(const void* data, Number number, int64_t i);
void store(void* data, Number number, int64_t i, float value);

}  // namespace deep_inside::test::fake
