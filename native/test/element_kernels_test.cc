#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cpu/kernels.h"
#include "kernels/channels_elements.h"
#include "kernels/elementwise.h"
#include "kernels/lrn_elements.h"
#include "kernels/pooling_elements.h"
#include "test/calls.h"
#include "test/harness.h"

// The bodies with one call per element, which CUDA runs, against those over rows and chunks, which the CPU runs.

namespace deep_inside::baseline {
extern const Kernels table;
}

using namespace deep_inside;
using deep_inside::test::callEach;
using deep_inside::test::kOrders;
using deep_inside::test::Order;
using deep_inside::test::shuffled;
using Values = std::vector<float>;

namespace {

/** As it lies: distinct values, and zeros in padding channels. */
Values tensorOf(const Planes& at) {
  Values values = shuffled(static_cast<size_t>(stored(at)));
  for (int64_t i = 0; i < stored(at); ++i)
    if (channelOf(at, elementAt(i, at.h, at.w, at.b)) >= at.c) values[static_cast<size_t>(i)] = 0.0f;
  return values;
}

constexpr Planes kLayouts[] = {{2, 5, 9, 7, 1}, {2, 5, 9, 7, 4}, {2, 5, 9, 7, 5}};
constexpr float kGarbage = 77.0f;

/** Windows that overlap, that leave gaps, and that cover everything. */
std::vector<Window> windows() {
  return {{3, 3, 2, 2, 1, 1, 1, 1, 5, 4}, {1, 2, 3, 2, 0, 0, 0, 0, 3, 3}, {9, 7, 1, 1, 0, 0, 0, 0, 1, 1}};
}

/** The output of a window on x. */
Planes pooled(const Planes& in, const Window& window) { return {in.n, in.c, window.p, window.q, in.b}; }

}  // namespace

TEST("max pooling and unpooling by elements are those by rows, bit for bit, also with ties and NaN") {
  for (const Planes& in : kLayouts) {
    for (const Window& window : windows()) {
      const Planes out = pooled(in, window), twice{2 * in.n, in.c, in.h, in.w, in.b};
      Values x = tensorOf(in);
      for (size_t i = 0; i < x.size(); i += 5) x[i] = i % 2 ? 0.5f : std::numeric_limits<float>::quiet_NaN();
      const Values dy = tensorOf({2 * out.n, out.c, out.h, out.w, out.b});
      Values y(static_cast<size_t>(stored(out)), kGarbage), expectedY(y.size());
      Values dx(static_cast<size_t>(stored(twice)), kGarbage), expectedDx(dx.size());
      std::vector<int32_t> at(y.size()), expectedAt(y.size());
      baseline::table.maxPool(in, window, x.data(), expectedY.data(), expectedAt.data());
      callEach(stored(out), MaxPoolElements{{in, window, x.data(), y.data(), at.data()}});
      EXPECT(at == expectedAt);
      const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
      EXPECT(std::equal(y.begin(), y.end(), expectedY.begin(), same));
      baseline::table.unpool(twice, window, 2, dy.data(), at.data(), expectedDx.data());
      callEach(stored(twice), UnpoolElements{{twice, window, 2, dy.data(), at.data(), dx.data()}});
      EXPECT(dx == expectedDx);
    }
  }
}

TEST("average pooling and its backward by elements are those by rows, bit for bit") {
  for (const Planes& in : kLayouts) {
    for (const Window& window : windows()) {
      for (const Divisor divisor : {Divisor::Inside, Divisor::Padded}) {
        const Planes out = pooled(in, window);
        const Values x = tensorOf(in), dy = tensorOf(out);
        Values y(dy.size(), kGarbage), expectedY(dy.size()), dx(x.size(), kGarbage), expectedDx(x.size());
        baseline::table.averagePool(in, window, divisor, x.data(), expectedY.data());
        callEach(stored(out), AveragePoolElements{{in, window, divisor, x.data(), y.data()}});
        EXPECT(y == expectedY);
        baseline::table.averagePoolBackward(in, window, divisor, dy.data(), expectedDx.data());
        callEach(stored(in), AveragePoolBackwardElements{{in, window, divisor, dy.data(), dx.data()}});
        EXPECT(dx == expectedDx);
      }
    }
  }
}

TEST("LRN and its backward by elements are those by chunks: sizes 1, 5 and 31, two gradients for each image") {
  for (const Planes& in : {Planes{2, 300, 2, 3, 1}, Planes{2, 21, 2, 3, 8}, Planes{2, 21, 2, 3, 21}}) {
    for (const Lrn& lrn : {Lrn{0, 0.3f, 0.75f, 2.0f}, Lrn{2, 0.3f, 0.75f, 1.0f}, Lrn{15, 0.1f, 0.6f, 2.0f}}) {
      const Planes twice{2 * in.n, in.c, in.h, in.w, in.b};
      const Values x = tensorOf(in), dy = tensorOf(twice);
      Values y(x.size(), kGarbage), expectedY(x.size()), dx(dy.size(), kGarbage), expectedDx(dy.size());
      baseline::table.lrn(in, lrn, x.data(), expectedY.data());
      callEach(stored(in), LrnElements{{in, lrn, x.data(), y.data()}});
      EXPECT_CLOSE(y, expectedY, 1e-7f, 1e-6f);
      baseline::table.lrnBackward(twice, lrn, 2, x.data(), dy.data(), expectedDx.data());
      callEach(stored(twice), LrnBackwardElements{{twice, lrn, 2, x.data(), dy.data(), dx.data()}});
      EXPECT_CLOSE(dx, expectedDx, 1e-6f, 1e-5f);
    }
  }
}

TEST("scale and shift by elements are those by rows, in place and without a shift") {
  const Values scale{1, -2, 0.5f, 3, 4}, shift{0.25f, 1, -1, 2, 5};
  for (const Planes& at : kLayouts) {
    for (const float* terms : {shift.data(), static_cast<const float*>(nullptr)}) {
      Values y = tensorOf(at), expected(y.size());
      baseline::table.scaleShift(at, y.data(), scale.data(), terms, expected.data());
      callEach(stored(at), ScaleShiftElements{{at, y.data(), scale.data(), terms, y.data()}});
      EXPECT_CLOSE(y, expected, 0.0f, 1e-6f);
    }
  }
}

namespace {

/** The images of a tensor that lies in `values`, whose images have a gap between them. */
constexpr int64_t kGap = 3;
int64_t stepOf(const Planes& at) { return storedInImage(at) + kGap; }
Values withGaps(const Planes& at) { return shuffled(static_cast<size_t>(at.n * stepOf(at))); }

/** Channels side by side: 1, in blocks, and all of c. */
std::vector<int64_t> blocksOf(int64_t c) { return {1, 4, 8, c}; }

}  // namespace

TEST("reordering by elements is that by runs, zeros in the padding included, between all layouts, image by image") {
  for (const int64_t b : blocksOf(21)) {
    for (const int64_t c : blocksOf(21)) {
      const Planes from{2, 21, 5, 3, b}, to{2, 21, 5, 3, c};
      const Values x = withGaps(from);
      Values expected(withGaps(to).size(), kGarbage);
      callEach(channelRuns(to), Reorder{from, to, {x.data(), stepOf(from)}, {expected.data(), stepOf(to)}});
      for (const Order order : kOrders) {
        Values y(expected.size(), kGarbage);
        const Reorder body{from, to, {x.data(), stepOf(from)}, {y.data(), stepOf(to)}};
        callEach(stored(to), ReorderElements{body}, order);
        EXPECT(y == expected);
      }
    }
  }
}

TEST("parts of channels are put and taken by elements as by runs: 13 of 21 from 0, 3 and 8 on, in all layouts") {
  for (const int64_t first : {0, 3, 8}) {
    for (const int64_t b : blocksOf(13)) {
      for (const int64_t c : blocksOf(21)) {
        const Planes part{2, 13, 5, 3, b}, whole{2, 21, 5, 3, c};
        const Values x = withGaps(part), z = withGaps(whole);
        Values put(z.size(), kGarbage), taken(x.size(), kGarbage);
        const Images<const float> xAt{x.data(), stepOf(part)}, zAt{z.data(), stepOf(whole)};
        callEach(channelRuns(part), PutChannels{part, whole, first, xAt, {put.data(), stepOf(whole)}});
        callEach(channelRuns(part), TakeChannels{whole, part, first, zAt, {taken.data(), stepOf(part)}});
        for (const Order order : kOrders) {
          Values y(put.size(), kGarbage), dx(taken.size(), kGarbage);
          const PutElements puts{{part, whole, first, xAt, {y.data(), stepOf(whole)}}};
          callEach(stored(putOrder(part, whole)), puts, order);
          EXPECT(y == put);
          callEach(stored(part), TakeElements{{whole, part, first, zAt, {dx.data(), stepOf(part)}}}, order);
          EXPECT(dx == taken);
        }
      }
    }
  }
}

namespace {

template <ReluRule rule>
void expectReluOfImages(int64_t perImage) {
  const Planes kept{2, 5, 3, 4, 8}, at{2 * perImage, 5, 3, 4, 8};
  const Values y = withGaps(kept), dy = withGaps(at);
  const Images<const float> yAt{y.data(), stepOf(kept)}, dyAt{dy.data(), stepOf(at)};
  const int64_t count = storedInImage(at);
  Values expected(dy.size(), kGarbage);
  baseline::table.reluBackward(rule, at.n, perImage, count, yAt, dyAt, {expected.data(), stepOf(at)});
  for (const Order order : kOrders) {
    Values dx(dy.size(), kGarbage), inPlace = dy;
    callEach(stored(at), ReluBackwardOfImages<rule>{count, perImage, yAt, dyAt, {dx.data(), stepOf(at)}}, order);
    EXPECT(dx == expected);
    const Images<float> same{inPlace.data(), stepOf(at)};
    callEach(stored(at), ReluBackwardOfImages<rule>{count, perImage, yAt, {same.data, same.step}, same}, order);
    for (int64_t n = 0; n < at.n; ++n)
      EXPECT(std::equal(imageAt(same, n), imageAt(same, n) + count, &expected[static_cast<size_t>(n * stepOf(at))]));
  }
}

}  // namespace

TEST("ReLU's backward over images is that over runs: one and three gradients of an image, apart, also in place") {
  for (const int64_t perImage : {1, 3}) {
    expectReluOfImages<ReluRule::Gradient>(perImage);
    expectReluOfImages<ReluRule::Deconvnet>(perImage);
    expectReluOfImages<ReluRule::Guided>(perImage);
  }
}
