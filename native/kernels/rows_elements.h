#pragma once

#include <math.h>

#include <cstdint>

#include "kernels/platform.h"

// The bodies over rows (kernels/rows.h) for GPUs, where one thread a row would leave all others idle: some calls a row,
// each of which strides over it so that neighbouring calls read neighbouring elements, then one call for each element,
// which puts together what those left, in the order of the lanes. What holds of NaN and ties is what holds of whole rows.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Calls a row of the first kind. */
constexpr int64_t kRowLanes = 32;

/** Rows first, first + 1, ... of [n, classes]; what lanes leave counts from the first of them. */
struct Rows {
  int64_t first, classes;

  DI_HD int64_t ofLane(int64_t call) const { return first + call / kRowLanes; }
  DI_HD int64_t ofElement(int64_t call) const { return first + call / classes; }
  /** Of an element, in [n, classes]. */
  DI_HD int64_t offset(int64_t call) const { return first * classes + call; }
  /** What the lanes of an element's row left. */
  template <class Partial>
  DI_HD const Partial* lanesOf(const Partial* partials, int64_t call) const {
    return partials + call / classes * kRowLanes;
  }
};

DI_HD float largest(const float* lanes) {
  float top = lanes[0];
  for (int64_t lane = 1; lane < kRowLanes; ++lane) top = lanes[lane] > top ? lanes[lane] : top;
  return top;
}

DI_HD float sumOfLanes(const float* lanes) {
  float sum = 0.0f;
  for (int64_t lane = 0; lane < kRowLanes; ++lane) sum += lanes[lane];
  return sum;
}

// Soft-max: RowMaxima, RowExponentials, RowQuotients.

/** Calls: lanes of the rows. */
struct RowMaxima {
  Rows rows;
  const float* x;  // [n, classes]
  float* maxima;   // [rows, lanes]

  DI_HD void operator()(int64_t i) const {
    const float* in = x + rows.ofLane(i) * rows.classes;
    float top = in[0];
    for (int64_t c = i % kRowLanes; c < rows.classes; c += kRowLanes) top = in[c] > top ? in[c] : top;
    maxima[i] = top;
  }
};

/** y = exp(x - the row's maximum), and sums of them. y may be x. Calls: lanes of the rows. */
struct RowExponentials {
  Rows rows;
  const float* x;       // [n, classes]
  const float* maxima;  // [rows, lanes]
  float* y;             // [n, classes]
  float* sums;          // [rows, lanes]

  DI_HD void operator()(int64_t i) const {
    const float* in = x + rows.ofLane(i) * rows.classes;
    float* out = y + rows.ofLane(i) * rows.classes;
    const float top = largest(maxima + i / kRowLanes * kRowLanes);
    float sum = 0.0f;
    for (int64_t c = i % kRowLanes; c < rows.classes; c += kRowLanes) sum += out[c] = expf(in[c] - top);
    sums[i] = sum;
  }
};

/** y = y / the row's sum. Calls: elements of the rows. */
struct RowQuotients {
  Rows rows;
  const float* sums;  // [rows, lanes]
  float* y;           // [n, classes]

  DI_HD void operator()(int64_t i) const { y[rows.offset(i)] /= sumOfLanes(rows.lanesOf(sums, i)); }
};

// The gradient of soft-max: RowDots, RowGradients.

/** Sums of dy y; each row of y has `perImage` rows of dy. Calls: lanes of the rows. */
struct RowDots {
  Rows rows;
  int64_t perImage;
  const float* y;   // [n / perImage, classes]
  const float* dy;  // [n, classes]
  float* dots;      // [rows, lanes]

  DI_HD void operator()(int64_t i) const {
    const float* out = y + rows.ofLane(i) / perImage * rows.classes;
    const float* signal = dy + rows.ofLane(i) * rows.classes;
    float dot = 0.0f;
    for (int64_t c = i % kRowLanes; c < rows.classes; c += kRowLanes) dot += signal[c] * out[c];
    dots[i] = dot;
  }
};

/** dx = y * (dy - the row's dot). dx may be dy. Calls: elements of the rows. */
struct RowGradients {
  Rows rows;
  int64_t perImage;
  const float* y;     // [n / perImage, classes]
  const float* dy;    // [n, classes]
  const float* dots;  // [rows, lanes]
  float* dx;          // [n, classes]

  DI_HD void operator()(int64_t i) const {
    const float out = y[rows.ofElement(i) / perImage * rows.classes + i % rows.classes];
    dx[rows.offset(i)] = out * (dy[rows.offset(i)] - sumOfLanes(rows.lanesOf(dots, i)));
  }
};

// Seeds: RowBests, RowSeeds.

struct Best {
  float score;
  int32_t at;
};

/**
 * Each lane's first maximum, among its classes and class 0: nothing is above a NaN there, and no NaN elsewhere is above
 * anything, as where one call sees the whole row. Calls: lanes of the rows.
 */
struct RowBests {
  Rows rows;
  int64_t perImage;
  const float* scores;  // [n / perImage, classes]
  Best* bests;          // [rows, lanes]

  DI_HD void operator()(int64_t i) const {
    const float* in = scores + rows.ofLane(i) / perImage * rows.classes;
    Best best{in[0], 0};
    for (int64_t c = i % kRowLanes; c < rows.classes; c += kRowLanes)
      if (in[c] > best.score) best = {in[c], static_cast<int32_t>(c)};
    bests[i] = best;
  }
};

/** dy = 1 at the row's class, 0 elsewhere; class -1 is the first of the best. Calls: elements of the rows. */
struct RowSeeds {
  Rows rows;
  const Best* bests;      // [rows, lanes]
  const int32_t* wanted;  // [n]
  float* dy;              // [n, classes]

  DI_HD void operator()(int64_t i) const {
    const int64_t wish = wanted[rows.ofElement(i)];
    const int64_t at = wish < 0 ? first(rows.lanesOf(bests, i)) : wish;
    dy[rows.offset(i)] = i % rows.classes == at ? 1.0f : 0.0f;
  }

  /** Of equal ones the first class, whichever lane has it. */
  DI_HD static int64_t first(const Best* lanes) {
    Best best = lanes[0];
    for (int64_t lane = 1; lane < kRowLanes; ++lane) {
      const Best& other = lanes[lane];
      if (other.score > best.score || (other.score == best.score && other.at < best.at)) best = other;
    }
    return best.at;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
