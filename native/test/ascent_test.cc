#include "kernels/ascent.h"

#include <cmath>
#include <limits>
#include <vector>

#include "cpu/ascent.h"
#include "kernels/colours.h"
#include "kernels/dot.h"
#include "test/calls.h"
#include "test/harness.h"
#include "test/lying.h"

// The kernels of gradient ascent of every instruction set, and the bodies that CUDA runs in several orders, beside
// plain loops in double precision.

namespace deep_inside {

namespace baseline {
extern const AscentKernels ascent;
}
#ifdef __x86_64__
namespace avx2 {
extern const AscentKernels ascent;
}
namespace avx512 {
extern const AscentKernels ascent;
}
#endif

}  // namespace deep_inside

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

std::vector<const AscentKernels*> tables() {
  std::vector<const AscentKernels*> all{&deep_inside::baseline::ascent};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) all.push_back(&deep_inside::avx2::ascent);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&deep_inside::avx512::ascent);
#endif
  return all;
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/** Dense; with the last block half full; channels side by side; features; one pixel; more than a thread's chunk. */
constexpr Planes kShapes[] = {{2, 3, 5, 7, 1}, {3, 20, 4, 3, 8}, {2, 20, 4, 3, 16}, {2, 5, 3, 3, 5},
                              {2, 9, 1, 1, 1}, {1, 4, 1, 1, 8},  {2, 3, 70, 61, 1}};

/** What `valueOf(n, i)` gives for element i of image n, and 0 for padding. */
template <class ValueOf>
Values expectedOf(const Planes& at, const ValueOf& valueOf) {
  Values values(static_cast<size_t>(stored(at)));
  for (int64_t i = 0; i < stored(at); ++i)
    if (channelOf(at, elementAt(i, at.h, at.w, at.b)) < at.c)
      values[static_cast<size_t>(i)] = static_cast<float>(valueOf(i / storedInImage(at), static_cast<size_t>(i)));
  return values;
}

}  // namespace

TEST("blend is keep * y + rate * x with the numbers of each image, by elements in any order as by runs") {
  const Values coefficients{0.5f, -2.0f, 1.0f, 0.25f, -3.0f, 0.0f};
  for (const Planes& at : kShapes) {
    const Values x = lying(at, 1), old = lying(at, 2);
    const Values expected = expectedOf(at, [&](int64_t n, size_t i) {
      const float* own = &coefficients[static_cast<size_t>(2 * n)];
      return double{own[0]} * old[i] + double{own[1]} * x[i];
    });
    for (const AscentKernels* k : tables()) {
      Values y = old;
      k->blend(at, coefficients.data(), x.data(), y.data());
      EXPECT_CLOSE(y, expected, 1e-7f, 1e-6f);
    }
    for (const Order order : kOrders) {
      Values y = old;
      const EachOfImages<BlendOfImages> body{{at, coefficients.data(), x.data(), y.data()}};
      callEach(stored(at), body, order);
      EXPECT_CLOSE(y, expected, 1e-7f, 1e-6f);
    }
  }
}

TEST("numbers that are not finite reach every channel and no padding: blend, addNormalised and Adam") {
  const Values nans(18, kNan);
  for (const Planes& at : kShapes) {
    const Values zeros(static_cast<size_t>(stored(at)));
    const Values expected = expectedOf(at, [](int64_t, size_t) { return 1.0; });
    const auto demand = [&](const Values& y) {
      for (size_t i = 0; i < y.size(); ++i) EXPECT(std::isnan(y[i]) == (expected[i] == 1.0f));
    };
    for (const AscentKernels* k : tables()) {
      Values y = zeros, m = zeros, v = zeros;
      k->blend(at, nans.data(), zeros.data(), y.data());
      demand(y);
      y = zeros;
      k->addNormalised(at, 1.0f, nans.data(), zeros.data(), y.data());
      demand(y);
      y = zeros;
      k->adam(at, nans.data(), zeros.data(), m.data(), v.data(), y.data());
      for (const Values& each : {m, v, y}) demand(each);
    }
    Values y = zeros;
    callEach(stored(at), EachOfImages<BlendOfImages>{{at, nans.data(), zeros.data(), y.data()}});
    demand(y);
  }
}

TEST("addNormalised adds weight times x over its root mean square, nothing where squares are 0, also of tiny squares") {
  for (const Planes& at : kShapes) {
    const Values x = lying(at, 1), old = lying(at, 2), squares{2.5f, 0.0f, 1e-44f};
    const Values expected = expectedOf(at, [&](int64_t n, size_t i) {
      const double square = squares[static_cast<size_t>(n)], elements = static_cast<double>(at.c * area(at));
      return square == 0.0 ? old[i] : old[i] - 3.0 * x[i] / std::sqrt(square / elements);
    });
    for (const AscentKernels* k : tables()) {
      Values y = old;
      k->addNormalised(at, -3.0f, squares.data(), x.data(), y.data());
      EXPECT_CLOSE(y, expected, 1e-6f, 1e-5f);
    }
    for (const Order order : kOrders) {
      Values y = old;
      const EachOfImages<AddNormalisedOfImages> body{{at, -3.0f, squares.data(), x.data(), y.data()}};
      callEach(stored(at), body, order);
      EXPECT_CLOSE(y, expected, 1e-6f, 1e-5f);
    }
  }
}

TEST("Adam's moments and step are Algorithm 1's, with the numbers of each image") {
  const Values coefficients{0.9f, 0.999f, 2.0f,  1e-8f, 10.0f, 1000.0f, 0.5f, 0.75f, -1.0f,
                            0.1f, 1.5f,   1.25f, 0.0f,  0.0f,  1.0f,    0.5f, 1.0f,  1.0f};
  for (const Planes& at : kShapes) {
    const Values g = lying(at, 1), oldM = lying(at, 2), oldY = lying(at, 4);
    Values oldV = lying(at, 3);
    for (float& value : oldV) value = std::abs(value);
    const auto numbers = [&](int64_t n) { return &coefficients[static_cast<size_t>(6 * n)]; };
    const auto mean = [&](int64_t n, size_t i) {
      const double beta = numbers(n)[0];
      return beta * oldM[i] + (1 - beta) * g[i];
    };
    const auto square = [&](int64_t n, size_t i) {
      const double beta = numbers(n)[1];
      return beta * oldV[i] + (1 - beta) * g[i] * g[i];
    };
    const Values expectedM = expectedOf(at, mean), expectedV = expectedOf(at, square);
    const Values expectedY = expectedOf(at, [&](int64_t n, size_t i) {
      const float* own = numbers(n);
      return oldY[i] + own[2] * mean(n, i) * own[4] / (std::sqrt(square(n, i) * own[5]) + own[3]);
    });
    const auto demand = [&](const auto& run) {
      Values m = oldM, v = oldV, y = oldY;
      run(m.data(), v.data(), y.data());
      EXPECT_CLOSE(m, expectedM, 1e-6f, 1e-5f);
      EXPECT_CLOSE(v, expectedV, 1e-6f, 1e-5f);
      EXPECT_CLOSE(y, expectedY, 1e-5f, 1e-5f);
    };
    for (const AscentKernels* k : tables())
      demand([&](float* m, float* v, float* y) { k->adam(at, coefficients.data(), g.data(), m, v, y); });
    for (const Order order : kOrders)
      demand([&](float* m, float* v, float* y) {
        const EachOfImages<AdamOfImages> body{{at, coefficients.data(), g.data(), m, v, y}};
        callEach(stored(at), body, order);
      });
  }
}

TEST("products of images are exact to 1e-6, and the same bits by lanes in any order, for every instruction set") {
  for (const int64_t count : {int64_t{1}, int64_t{31}, kDotLanes, kDotLanes + 1, int64_t{3 * 227 * 227}}) {
    const Values a = shuffled(static_cast<size_t>(2 * count));
    Values b = shuffled(static_cast<size_t>(2 * count + 1));
    b.pop_back();
    Values expected;
    for (size_t first = 0; first < a.size(); first += static_cast<size_t>(count)) {
      long double sum = 0;
      for (size_t i = first; i < first + static_cast<size_t>(count); ++i) sum += static_cast<long double>(a[i]) * b[i];
      expected.push_back(static_cast<float>(sum));
    }
    Values first(2);
    deep_inside::baseline::ascent.dot(2, count, a.data(), b.data(), first.data());
    EXPECT_CLOSE(first, expected, 0.0f, 1e-6f);
    for (const AscentKernels* k : tables()) {
      Values y(2);
      k->dot(2, count, a.data(), b.data(), y.data());
      EXPECT(y == first);
    }
    for (const Order order : kOrders) {
      Values y(2);
      for (const int64_t image : {0, 1}) {  // one at a time, as where the scratch memory holds no more
        std::vector<double> lanes(kDotLanes), sums(kDotSums);
        callEach(kDotLanes, DotLanes{image, count, a.data(), b.data(), lanes.data()}, order);
        callEach(kDotSums, DotSums{lanes.data(), sums.data()}, order);
        callEach(1, DotTotals{image, sums.data(), y.data()}, order);
      }
      EXPECT(y == first);
    }
  }
}

TEST("clamp limits each channel, keeps NaN and takes NaN for no limit; padding stays 0 whatever the limits") {
  for (const Planes& at : kShapes) {
    Values low, high, old = lying(at, 1);
    for (int64_t c = 0; c < at.c; ++c) {
      low.push_back(c == 1 ? kNan : 0.1f + 0.01f * static_cast<float>(c));
      high.push_back(0.4f);
    }
    const Values marks = expectedOf(at, [](int64_t, size_t) { return 1.0; });
    for (size_t i = 0; i < old.size(); i += 7)
      if (marks[i] == 1.0f) old[i] = kNan;
    const auto demand = [&](const Values& y) {
      for (size_t i = 0; i < y.size(); ++i) {
        const int64_t c = channelOf(at, elementAt(static_cast<int64_t>(i), at.h, at.w, at.b));
        if (c >= at.c)
          EXPECT(y[i] == 0.0f);
        else if (std::isnan(old[i]))
          EXPECT(std::isnan(y[i]));
        else
          EXPECT(y[i] == std::fmin(std::fmax(old[i], low[static_cast<size_t>(c)]), 0.4f));
      }
    };
    for (const AscentKernels* k : tables()) {
      Values y = old;
      k->clamp(at, low.data(), high.data(), y.data());
      demand(y);
    }
    for (const Order order : kOrders) {
      Values y = old;
      callEach(stored(at), ClampElements{{at, low.data(), high.data(), y.data()}}, order);
      demand(y);
    }
  }
}

TEST("mixed channels are the matrix times those of each pixel, in place too: 1 to 4 channels, dense and in blocks") {
  for (int64_t c = 1; c <= kMostMixed; ++c) {
    for (const int64_t b : {int64_t{1}, int64_t{8}, c}) {
      const Planes at{2, c, 5, 7, b};
      const Values x = lying(at, 1), matrix = shuffled(static_cast<size_t>(c * c));
      const Values expected = expectedOf(at, [&](int64_t n, size_t i) {
        const Element element = elementAt(static_cast<int64_t>(i), at.h, at.w, at.b);
        double sum = 0;
        for (int64_t j = 0; j < c; ++j)
          sum += double{matrix[static_cast<size_t>(channelOf(at, element) * c + j)]} *
                 x[static_cast<size_t>(offset(at, n, j, element.row, element.col))];
        return sum;
      });
      for (const AscentKernels* k : tables()) {
        Values y(x.size()), inPlace = x;
        k->mixChannels(at, matrix.data(), x.data(), y.data());
        k->mixChannels(at, matrix.data(), inPlace.data(), inPlace.data());
        EXPECT_CLOSE(y, expected, 1e-6f, 1e-6f);
        EXPECT(inPlace == y);
      }
      for (const Order order : kOrders) {
        Values y = x;
        callEach(at.n * area(at), MixChannels<1>{at, matrix.data(), y.data(), y.data()}, order);
        EXPECT_CLOSE(y, expected, 1e-6f, 1e-6f);
      }
    }
  }
}
