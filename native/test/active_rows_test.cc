#include "kernels/active_rows.h"

#include <cmath>

#include "test/few_images_layer.h"

// The bodies of linear layers of few images, which CUDA runs, against sums in float64. Every weight that must not be
// read is a NaN, every buffer has no byte to spare, and what a launch leaves out is NaN for the next.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

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
        mask[length(image * size.features + f)] = f % 2 ? kSignallingNan : -1.0f;
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
        if (o / width != only / width) layer.weight(f, o) = stored<W>(kSignallingNan);
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
  layer.x[5] = kSignallingNan;
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
