#pragma once

#include "cpu/isa/lanes.h"

// The transforms of F(4 x 4, 3 x 3), F(3 x 3, 4 x 4) and F(2 x 2, 5 x 5) for the points 0, +-a, +-b and infinity: Y = A^T [U . V] A with
// U = G g G^T and V = B^T d B (Lavin & Gray 2016, Eq. 12). Every channel lies in a lane.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

constexpr float kA = 0.75f, kB = 1.5f;
constexpr int kTile = 6, kElements = kTile * kTile;

/** v = B^T d for d at d[0], d[step], ..., d[5 step]. */
inline void transformInputLine(const Lanes* d, int64_t step, Lanes* v, int64_t to) {
  constexpr float aa = kA * kA, bb = kB * kB;
  const Lanes evenA = d[4 * step] - bb * d[2 * step], oddA = kA * (d[3 * step] - bb * d[step]);
  const Lanes evenB = d[4 * step] - aa * d[2 * step], oddB = kB * (d[3 * step] - aa * d[step]);
  v[0] = d[4 * step] - (aa + bb) * d[2 * step] + aa * bb * d[0];
  v[to] = evenA + oddA;
  v[2 * to] = evenA - oddA;
  v[3 * to] = evenB + oddB;
  v[4 * to] = evenB - oddB;
  v[5 * to] = d[5 * step] - (aa + bb) * d[3 * step] + aa * bb * d[step];
}

/** y = A^T m for m at m[0], m[step], ..., m[5 step]; y has `outputs` elements. */
template <int outputs>
inline void transformOutputLine(const Lanes* m, int64_t step, Lanes* y, int64_t to) {
  const Lanes evenA = m[step] + m[2 * step], oddA = m[step] - m[2 * step];
  const Lanes evenB = m[3 * step] + m[4 * step], oddB = m[3 * step] - m[4 * step];
  y[0] = m[0] + evenA + evenB;
  y[to] = kA * oddA + kB * oddB;
  if constexpr (outputs > 2) y[2 * to] = kA * kA * evenA + kB * kB * evenB;
  if constexpr (outputs > 3) y[3 * to] = kA * kA * kA * oddA + kB * kB * kB * oddB;
  y[(outputs - 1) * to] += m[5 * step];
}

/** Row i of G for r taps, in double precision: powers of point i over the product of its distances to the others. */
inline void filterRow(int i, int64_t r, double* row) {
  constexpr double a = kA, b = kB;
  constexpr double points[] = {0, a, -a, b, -b};
  if (i == kTile - 1) {
    for (int64_t j = 0; j < r; ++j) row[j] = j == r - 1 ? 1 : 0;
    return;
  }
  double power = 1;
  for (int j = 0; j < kTile - 1; ++j)
    if (j != i) power /= points[i] - points[j];
  for (int64_t j = 0; j < r; ++j, power *= points[i]) row[j] = power;
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
