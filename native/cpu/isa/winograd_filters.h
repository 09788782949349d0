#pragma once

#include "cpu/isa/multiply.h"
#include "cpu/isa/winograd_transforms.h"
#include "cpu/winograd.h"
#include "kernels/window.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Output channels that are computed together. */
constexpr int64_t kGroup = kVectors * kLanes;

inline int64_t channels(const Planes& x) { return blocks(x) * x.b; }
inline int64_t groups(const WinogradGeometry& g) { return (channels(g.y) + kGroup - 1) / kGroup; }
inline int64_t taps(const WinogradGeometry& g) { return g.r * g.r; }

/** Packed filters: for each group of output channels [36][c][width]; forward, as they are, [r * r][c][width]; bias. */
struct FilterLayout {
  int64_t wide, pairs;  // input channels; input times output channels
  int64_t direct, bias, end;

  explicit FilterLayout(const WinogradGeometry& g)
      : wide(channels(g.x)),
        pairs(wide * channels(g.y)),
        direct(kElements * pairs),
        bias(direct + (g.use == FilterUse::Forward ? taps(g) * pairs : 0)),
        end(bias + channels(g.y)) {}

  int64_t group(int64_t index) const { return index * kGroup * kElements * wide; }
  int64_t directGroup(const WinogradGeometry& g, int64_t index) const {
    return direct + index * kGroup * taps(g) * wide;
  }
};

inline int64_t widthOf(const WinogradGeometry& g, int64_t group) {
  return smaller(kGroup, channels(g.y) - group * kGroup);
}

/** u[e] = (G g G^T)[e] for one filter g [r, r]; `rows` is G. */
inline void transformFilter(int64_t r, const double (*rows)[5], const double* filter, double* u) {
  double half[kTile][5];
  for (int i = 0; i < kTile; ++i)
    for (int64_t col = 0; col < r; ++col) {
      half[i][col] = 0;
      for (int64_t row = 0; row < r; ++row) half[i][col] += rows[i][row] * filter[row * r + col];
    }
  for (int i = 0; i < kTile; ++i)
    for (int j = 0; j < kTile; ++j) {
      u[i * kTile + j] = 0;
      for (int64_t col = 0; col < r; ++col) u[i * kTile + j] += rows[j][col] * half[i][col];
    }
}

/** Channels that only pad are 0. */
inline void packFilters(const WinogradGeometry& g, const float* w, const float* bias, float* filters) {
  const FilterLayout layout(g);
  const bool flip = g.use == FilterUse::BackwardData;
  double rows[kTile][5];
  for (int i = 0; i < kTile; ++i) filterRow(i, g.r, rows[i]);
#pragma omp parallel for schedule(static)
  for (int64_t k = 0; k < channels(g.y); ++k) {
    const int64_t group = k / kGroup, width = widthOf(g, group);
    float* transformed = filters + layout.group(group) + k % kGroup;
    float* direct = filters + layout.directGroup(g, group) + k % kGroup;
    for (int64_t c = 0; c < layout.wide; ++c) {
      double filter[25] = {}, u[kElements];
      const float* from = w + (flip ? c * g.y.c + k : k * g.x.c + c) * taps(g);
      if (k < g.y.c && c < g.x.c)
        for (int64_t i = 0; i < taps(g); ++i) filter[i] = from[flip ? taps(g) - 1 - i : i];
      transformFilter(g.r, rows, filter, u);
      for (int e = 0; e < kElements; ++e) transformed[(e * layout.wide + c) * width] = static_cast<float>(u[e]);
      if (flip) continue;
      for (int64_t i = 0; i < taps(g); ++i) direct[(i * layout.wide + c) * width] = static_cast<float>(filter[i]);
    }
  }
  for (int64_t k = 0; k < channels(g.y); ++k) filters[layout.bias + k] = bias && k < g.y.c ? bias[k] : 0.0f;
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
