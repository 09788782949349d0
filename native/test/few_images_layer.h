#pragma once

#include <limits>
#include <vector>

#include "kernels/active_rows.h"
#include "test/calls.h"
#include "test/harness.h"

// A linear layer of few images, with what its kernels (kernels/active_rows.h) must give as sums in float64.

namespace deep_inside::test {

using Values = std::vector<float>;

inline constexpr float kSignallingNan = std::numeric_limits<float>::signaling_NaN();
inline constexpr float kInfinity = std::numeric_limits<float>::infinity();

inline size_t length(int64_t count) { return static_cast<size_t>(count); }

template <class W>
W stored(float value);
template <>
inline float stored<float>(float value) {
  return value;
}
template <>
inline BFloat16 stored<BFloat16>(float value) {
  return narrowed(value);
}

struct Size {
  int64_t features, outputs;
};
/** One number, odd tails in both directions, more features than one part has, more vectors than lanes. */
inline constexpr Size kSizes[] = {{1, 1}, {37, 5}, {19, 67}, {150, 300}, {2100, 9}};

/** A layer of n images whose weights lie as on a GPU. */
template <class W>
struct Layer {
  int64_t n, features, outputs, step;
  std::vector<Vector<W>> matrix;  // aligned as device memory is
  Values x, dy, bias;

  Layer(int64_t images, const Size& size)
      : n(images), features(size.features), outputs(size.outputs), step(wholeVectors(size.outputs)) {
    matrix.resize(length(features * step / Vector<W>::kWidth));
    const Values w = shuffled(length(features * outputs));
    for (int64_t f = 0; f < features; ++f)
      for (int64_t o = 0; o < step; ++o) weight(f, o) = stored<W>(o < outputs ? w[length(o * features + f)] : 0.0f);
    x = shuffled(length(n * features)), dy = shuffled(length(n * outputs)), bias = shuffled(length(outputs));
  }

  W& weight(int64_t f, int64_t o) {
    return matrix[length(f * step + o) / Vector<W>::kWidth].each[(f * step + o) % Vector<W>::kWidth];
  }
  double value(int64_t f, int64_t o) { return static_cast<double>(widened(weight(f, o))); }
  WeightMatrix<W> view() const { return {matrix.data()->each, features, outputs, step}; }

  Values expected() {
    Values y(length(n * outputs));
    for (int64_t r = 0; r < n; ++r)
      for (int64_t o = 0; o < outputs; ++o) {
        double sum = bias[length(o)];
        for (int64_t f = 0; f < features; ++f)
          if (const float factor = x[length(r * features + f)]; factor != 0) sum += value(f, o) * factor;
        y[length(r * outputs + o)] = static_cast<float>(sum);
      }
    return y;
  }

  /** 0 where `mask`, of images with `perImage` gradients each, is not above 0. */
  Values expectedGradient(const Values& mask, int64_t perImage) {
    Values dx(length(n * features));
    for (int64_t r = 0; r < n; ++r)
      for (int64_t f = 0; f < features; ++f) {
        double sum = 0;
        const bool wanted = mask.empty() || mask[length(r / perImage * features + f)] > 0;
        for (int64_t o = 0; wanted && o < outputs; ++o)
          if (const float signal = dy[length(r * outputs + o)]; signal != 0) sum += value(f, o) * signal;
        dx[length(r * features + f)] = static_cast<float>(sum);
      }
    return dx;
  }

  void spoilRow(int64_t f) {
    for (int64_t o = 0; o < step; ++o) weight(f, o) = stored<W>(kSignallingNan);
  }

  template <int images>
  Values forward(float least, Order order) const {
    const int64_t count = partsOf(view());
    Values parts(length(count * n * step), kSignallingNan), y(length(n * outputs), kSignallingNan);
    callEach(count * vectorsOf(view()), ForwardParts<W, images>{view(), x.data(), parts.data()}, order);
    callEach(n * outputs, ForwardSums{outputs, step, n, count, parts.data(), bias.data(), least, y.data()}, order);
    return y;
  }

  template <int images>
  Values backward(const Values& mask, int64_t perImage, Order order) const {
    const WantedFeatures wanted{mask.empty() ? nullptr : mask.data(), n / perImage, features};
    Values lanes(length(n * features * kColumnLanes), kSignallingNan), dx(length(n * features), kSignallingNan);
    const BackwardLanes<W, images> body{view(), wanted, dy.data(), lanes.data()};
    callEach(body.calls(features), body, order);
    callEach(n * features, BackwardSums{wanted, perImage, lanes.data(), dx.data()}, order);
    return dx;
  }
};

}  // namespace deep_inside::test
