#pragma once

#include "kernels/weight_matrix.h"

// Linear layers of few images on a GPU, which are bound by reading their weights: forward reads no row of the matrix
// that every image multiplies by 0, backward none whose gradient nobody wants, and no column whose signal is 0. What is
// left out would add 0, since weights are finite. NaN is not 0. Each direction is two launches: partial sums, whose calls
// lie so that neighbours read neighbouring vectors, and their sums in a fixed order.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Vectors that a call asks for before it uses the first: threads enough to fill a GPU cover the way to memory so. */
constexpr int kInFlight = 4;

/** Calls that forward is shared out to: half of the threads of 132 multiprocessors, with `kInFlight` vectors each. */
constexpr int64_t kForwardCalls = int64_t{1} << 17;
/** At most so many partial sums of an output, which the second launch adds one after the other. */
constexpr int64_t kMostParts = 128;
/** Of a part, at least: less than this is not worth a partial sum. */
constexpr int64_t kLeastFeatures = 16;

/** Features of a part of a forward pass. */
template <class W>
DI_HD int64_t featuresOfPart(const WeightMatrix<W>& matrix) {
  const int64_t wanted = larger(kForwardCalls / vectorsOf(matrix), 1), parts = smaller(wanted, kMostParts);
  return larger((matrix.features + parts - 1) / parts, kLeastFeatures);
}

template <class W>
DI_HD int64_t partsOf(const WeightMatrix<W>& matrix) {
  return (matrix.features + featuresOfPart(matrix) - 1) / featuresOfPart(matrix);
}

/** Sums over the features of each part, for one vector of outputs. Calls: parts * vectors. */
template <class W, int n>
struct ForwardParts {
  using Row = Vector<W>;
  WeightMatrix<W> matrix;
  const float* x;  // [n, features]
  float* parts;    // [parts, n, step]

  DI_HD void operator()(int64_t i) const {
    const int64_t column = i % vectorsOf(matrix) * Row::kWidth, part = i / vectorsOf(matrix);
    const int64_t begin = part * featuresOfPart(matrix);
    const int64_t end = smaller(begin + featuresOfPart(matrix), matrix.features);
    float sums[n][Row::kWidth] = {};
    for (int64_t f = begin; f < end; f += kInFlight) addRows(f, end, column, sums);
    for (int r = 0; r < n; ++r)
      for (int j = 0; j < Row::kWidth; ++j) parts[(part * n + r) * matrix.step + column + j] = sums[r][j];
  }

  DI_HD void addRows(int64_t first, int64_t end, int64_t column, float (&sums)[n][Row::kWidth]) const {
    float factors[kInFlight][n];
    Row rows[kInFlight];
    for (int q = 0; q < kInFlight; ++q)
      for (int r = 0; r < n; ++r) factors[q][r] = first + q < end ? x[r * matrix.features + first + q] : 0.0f;
    for (int q = 0; q < kInFlight; ++q) {
      bool active = false;
      for (int r = 0; r < n; ++r) active |= !(factors[q][r] == 0.0f);
      rows[q] = active ? vectorAt(matrix, first + q, column) : Row{};
    }
    for (int q = 0; q < kInFlight; ++q)
      for (int r = 0; r < n; ++r)
        for (int j = 0; j < Row::kWidth; ++j) sums[r][j] += factors[q][r] * widened(rows[q].each[j]);
  }
};

/** y = what the parts sum to + b, at least `least`: 0 for a ReLU, which keeps NaN, else -infinity. Calls: n * outputs. */
struct ForwardSums {
  int64_t outputs, step, n, count;  // of parts
  const float* parts;               // [count, n, step]
  const float* bias;                // [outputs] or null
  float least;
  float* y;  // [n, outputs]

  DI_HD void operator()(int64_t i) const {
    const int64_t image = i / outputs, output = i % outputs;
    const float* from = parts + image * step + output;
    float sum = 0.0f;
    for (int64_t part = 0; part < count; part += kAtOnce) sum = added(sum, from, part);
    if (bias) sum += bias[output];
    y[i] = sum <= least ? least : sum;
  }

 private:
  /** Read before the first is added: few calls wait for many numbers here. */
  static constexpr int kAtOnce = 32;

  DI_HD float added(float sum, const float* from, int64_t part) const {
    float values[kAtOnce];
    for (int q = 0; q < kAtOnce; ++q) values[q] = part + q < count ? from[(part + q) * n * step] : 0.0f;
    for (int q = 0; q < kAtOnce; ++q) sum += values[q];
    return sum;
  }
};

/** Whose gradient is wanted: that of the features above 0, of all where there is no mask. */
struct WantedFeatures {
  const float* mask;  // [images, features] or null
  int64_t images, features;

  DI_HD bool of(int64_t image, int64_t feature) const { return !mask || mask[image * features + feature] > 0.0f; }
  DI_HD bool ofAny(int64_t feature) const {
    bool any = !mask;
    for (int64_t image = 0; image < images; ++image) any |= of(image, feature);
    return any;
  }
};

/** Calls for a row of the matrix. */
constexpr int64_t kColumnLanes = 32;

/**
 * Sums over the outputs of each lane, every 32nd vector, for some rows at a time, so that a signal which was read is used
 * for all of them. Calls: `calls(features)`.
 */
template <class W, int n>
struct BackwardLanes {
  using Row = Vector<W>;
  /** Together kInFlight vectors: of one image two of each of two rows, of more one of each of four. */
  static constexpr int kRows = n == 1 ? kInFlight / 2 : kInFlight, kVectors = kInFlight / kRows;

  WeightMatrix<W> matrix;
  WantedFeatures wanted;
  const float* dy;  // [n, outputs]
  float* lanes;     // [n, features, lanes]; left as it is where no image wants the feature

  static int64_t calls(int64_t features) { return (features + kRows - 1) / kRows * kColumnLanes; }

  DI_HD void operator()(int64_t i) const {
    const int64_t first = i / kColumnLanes * kRows, lane = i % kColumnLanes;
    bool wants[kRows], any = false;
    for (int q = 0; q < kRows; ++q) any |= wants[q] = first + q < matrix.features && wanted.ofAny(first + q);
    if (!any) return;
    float sums[kRows][n] = {};
    for (int64_t v = lane; v < vectorsOf(matrix); v += kVectors * kColumnLanes) addVectors(first, wants, v, sums);
    for (int q = 0; q < kRows; ++q)
      for (int r = 0; wants[q] && r < n; ++r)
        lanes[(r * matrix.features + first + q) * kColumnLanes + lane] = sums[q][r];
  }

 private:
  DI_HD void addVectors(int64_t first, const bool (&wants)[kRows], int64_t vector, float (&sums)[kRows][n]) const {
    float signals[kVectors][n][Row::kWidth];
    Row rows[kVectors][kRows];
    for (int v = 0; v < kVectors; ++v) {
      const int64_t column = (vector + v * kColumnLanes) * Row::kWidth;
      const bool active = take(column, signals[v]);
      for (int q = 0; q < kRows; ++q) rows[v][q] = active && wants[q] ? vectorAt(matrix, first + q, column) : Row{};
    }
    for (int v = 0; v < kVectors; ++v)
      for (int q = 0; q < kRows; ++q)
        for (int r = 0; r < n; ++r)
          for (int j = 0; j < Row::kWidth; ++j) sums[q][r] += signals[v][r][j] * widened(rows[v][q].each[j]);
  }

  /** Whether one of a vector's signals is not 0. */
  DI_HD bool take(int64_t column, float (&signals)[n][Row::kWidth]) const {
    bool active = false;
    for (int r = 0; r < n; ++r)
      for (int j = 0; j < Row::kWidth; ++j) {
        signals[r][j] = column + j < matrix.outputs ? dy[r * matrix.outputs + column + j] : 0.0f;
        active |= !(signals[r][j] == 0.0f);
      }
    return active;
  }
};

/** dx = what the lanes sum to, 0 where it is not wanted. Calls: n * features. */
struct BackwardSums {
  WantedFeatures wanted;
  int64_t perImage;    // gradients of an image of the mask
  const float* lanes;  // [n, features, lanes]
  float* dx;           // [n, features]

  DI_HD void operator()(int64_t i) const {
    float sum = 0.0f;
    if (wanted.of(i / wanted.features / perImage, i % wanted.features))
      for (int64_t lane = 0; lane < kColumnLanes; ++lane) sum += lanes[i * kColumnLanes + lane];
    dx[i] = sum;
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
