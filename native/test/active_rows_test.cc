#include "kernels/active_rows.h"

#include <cmath>
#include <limits>
#include <vector>

#include "test/calls.h"
#include "test/harness.h"

// The bodies of linear layers of few images, which CUDA runs, against sums in float64. Every weight that must not be
// read is a NaN, every buffer has no byte to spare, and what a launch leaves out is NaN for the next.

using namespace deep_inside;
using namespace deep_inside::test;
using Values = std::vector<float>;

namespace {

constexpr float kNan = std::numeric_limits<float>::signaling_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

size_t length(int64_t count) { return static_cast<size_t>(count); }

template <class W>
W stored(float value);
template <>
float stored<float>(float value) {
  return value;
}
template <>
BFloat16 stored<BFloat16>(float value) {
  return narrowed(value);
}

struct Size {
  int64_t features, outputs;
};
/** One number, odd tails in both directions, more features than one part has, more vectors than lanes. */
constexpr Size kSizes[] = {{1, 1}, {37, 5}, {19, 67}, {150, 300}, {2100, 9}};

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
    for (int64_t o = 0; o < step; ++o) weight(f, o) = stored<W>(kNan);
  }

  template <int images>
  Values forward(float least, Order order) const {
    const int64_t count = partsOf(view());
    Values parts(length(count * n * step), kNan), y(length(n * outputs), kNan);
    callEach(count * vectorsOf(view()), ForwardParts<W, images>{view(), x.data(), parts.data()}, order);
    callEach(n * outputs, ForwardSums{outputs, step, n, count, parts.data(), bias.data(), least, y.data()}, order);
    return y;
  }

  template <int images>
  Values backward(const Values& mask, int64_t perImage, Order order) const {
    const WantedFeatures wanted{mask.empty() ? nullptr : mask.data(), n / perImage, features};
    Values lanes(length(n * features * kColumnLanes), kNan), dx(length(n * features), kNan);
    const BackwardLanes<W, images> body{view(), wanted, dy.data(), lanes.data()};
    callEach(body.calls(features), body, order);
    callEach(n * features, BackwardSums{wanted, perImage, lanes.data(), dx.data()}, order);
    return dx;
  }
};

template <class W, int n>
void expectForward() {
  for (const Size& size : kSizes) {
    Layer<W> layer(n, size);
    for (int64_t f = 0; f < size.features; f += 3) {
      for (int64_t r = 0; r < n; ++r) layer.x[length(r * size.features + f)] = f % 2 ? -0.0f : 0.0f;
      layer.spoilRow(f);
    }
    // Of one image alone: its row is read for the others.
    if (size.features > 1) layer.x[1] = n > 1 ? 0.0f : layer.x[1];
    const Values expected = layer.expected();
    for (const Order order : kOrders)
      EXPECT_CLOSE(layer.template forward<n>(-kInfinity, order), expected, 1e-5f, 1e-5f);
  }
}

template <class W, int n>
void expectBackward(int64_t perImage) {
  for (const Size& size : kSizes) {
    Layer<W> layer(n, size);
    Values mask = shuffled(length(n / perImage * size.features));
    for (int64_t f = 0; f < size.features; f += 3) {
      for (int64_t image = 0; image < n / perImage; ++image)
        mask[length(image * size.features + f)] = f % 2 ? kNan : -1.0f;
      layer.spoilRow(f);
    }
    const Values expected = layer.expectedGradient(mask, perImage);
    for (const Order order : kOrders)
      EXPECT_CLOSE(layer.template backward<n>(mask, perImage, order), expected, 1e-5f, 1e-5f);
  }
}

template <class W, int n>
void expectFewSignals() {
  for (const Size& size : kSizes) {
    Layer<W> layer(n, size);
    const int64_t only = size.outputs / 2, width = Vector<W>::kWidth;
    for (int64_t i = 0; i < n * size.outputs; ++i)
      if (i % size.outputs != only) layer.dy[length(i)] = i % 2 ? -0.0f : 0.0f;
    for (int64_t f = 0; f < size.features; ++f)
      for (int64_t o = 0; o < layer.step; ++o)
        if (o / width != only / width) layer.weight(f, o) = stored<W>(kNan);
    const Values expected = layer.expectedGradient({}, 1);
    for (const Order order : kOrders) EXPECT_CLOSE(layer.template backward<n>({}, 1, order), expected, 1e-5f, 1e-5f);
  }
}

}  // namespace

TEST("active rows forward: sums of 1 to 4 images, without a look at rows that all multiply by 0") {
  expectForward<float, 1>();
  expectForward<float, 2>();
  expectForward<float, 3>();
  expectForward<float, 4>();
  expectForward<BFloat16, 1>();
  expectForward<BFloat16, 4>();
}

TEST("active rows backward: sums of 1 to 4 gradients, without a look at rows that no mask wants") {
  expectBackward<float, 1>(1);
  expectBackward<float, 2>(1);
  expectBackward<float, 3>(3);
  expectBackward<float, 4>(2);
  expectBackward<BFloat16, 1>(1);
  expectBackward<BFloat16, 4>(2);
}

TEST("active rows backward: of a gradient of one output, without a look at other vectors of a row") {
  expectFewSignals<float, 1>();
  expectFewSignals<float, 4>();
  expectFewSignals<BFloat16, 1>();
  expectFewSignals<BFloat16, 4>();
}

TEST("active rows forward: a ReLU of the sums keeps NaN and what is above 0; NaN and infinity are no 0") {
  Layer<float> layer(1, {8, 3});
  layer.bias = {0.5f, -100.0f, 0.0f};
  Values y = layer.forward<1>(0.0f, Order::FromTheFirst), expected = layer.expected();
  for (float& value : expected) value = value <= 0 ? 0 : value;
  EXPECT_CLOSE(y, expected, 1e-6f, 1e-6f);
  EXPECT(y[0] > 0 && y[1] == 0);
  layer.x[5] = kNan;
  for (const float value : layer.forward<1>(0.0f, Order::FromTheFirst)) EXPECT(std::isnan(value));
  layer.x[5] = kInfinity;
  for (const float value : layer.forward<1>(-kInfinity, Order::FromTheFirst)) EXPECT(std::isinf(value));
  layer.dy[1] = std::numeric_limits<float>::quiet_NaN();
  for (const float value : layer.backward<1>({}, 1, Order::FromTheFirst)) EXPECT(std::isnan(value));
}

TEST("active rows: the paper's layers are shared out to fill a GPU, in parts of like size") {
  const auto parts = [](int64_t features, int64_t outputs) {
    return partsOf(WeightMatrix<float>{nullptr, features, outputs, wholeVectors(outputs)});
  };
  EXPECT(parts(9216, 4096) == 128);
  EXPECT(parts(4096, 4096) == 128);
  EXPECT(parts(4096, 1000) == 128);
  EXPECT(parts(100, 10) == 7);
  EXPECT(parts(1, 1) == 1);
}

TEST("a matrix is taken from the weights of a few outputs at a time, and its padding stays as it is") {
  for (const Order order : kOrders) {
    for (const Size& size : kSizes) {
      const int64_t step = wholeVectors(size.outputs);
      const Values w = shuffled(length(size.features * size.outputs));
      Values matrix(length(size.features * step));
      for (int64_t first = 0, count; first < size.outputs; first += count) {
        count = std::min<int64_t>(16, size.outputs - first);
        const Values slice(w.begin() + first * size.features, w.begin() + (first + count) * size.features);
        callEach(takeCalls(size.features, count),
                 TakeOutputs{size.features, first, count, step, slice.data(), matrix.data()}, order);
      }
      for (int64_t f = 0; f < size.features; ++f)
        for (int64_t o = 0; o < step; ++o)
          EXPECT(matrix[length(f * step + o)] == (o < size.outputs ? w[length(o * size.features + f)] : 0.0f));
    }
  }
}

TEST("bfloat16 is the nearest number, of two the even one; infinity and NaN stay, and what is too large is infinite") {
  const auto bits = [](float x) { return narrowed(x).bits; };
  EXPECT(bits(1.0f) == 0x3f80 && bits(-2.0f) == 0xc000 && bits(0.0f) == 0 && bits(-0.0f) == 0x8000);
  EXPECT(bits(0x1.01p0f) == 0x3f80);      // halfway between 1 and its successor: even
  EXPECT(bits(0x1.03p0f) == 0x3f82);      // halfway above an odd one
  EXPECT(bits(0x1.010002p0f) == 0x3f81);  // just above halfway
  EXPECT(bits(kInfinity) == 0x7f80 && bits(-kInfinity) == 0xff80);
  EXPECT(bits(3.4e38f) == 0x7f80);
  EXPECT(std::isnan(widened(narrowed(kNan))));
  uint32_t lowest = 0x7f800001;  // a NaN all of whose bits are in the lower half
  float nan;
  __builtin_memcpy(&nan, &lowest, sizeof nan);
  EXPECT(std::isnan(widened(narrowed(nan))));
  for (uint32_t upper = 0; upper < 0x10000; ++upper)
    if (const float value = widened(BFloat16{static_cast<uint16_t>(upper)}); value == value)
      EXPECT(bits(value) == upper);
}

TEST("rows in bfloat16 are padded with zeros") {
  const Values from = shuffled(length(3 * 5));
  for (const Order order : kOrders) {
    std::vector<BFloat16> to(3 * 8, BFloat16{7});
    callEach(3 * 8, NarrowRows{5, 8, from.data(), to.data()}, order);
    for (size_t i = 0; i < to.size(); ++i)
      EXPECT(to[i].bits == (i % 8 < 5 ? narrowed(from[i / 8 * 5 + i % 8]).bits : 0));
  }
}
