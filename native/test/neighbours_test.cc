#include "cpu/neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/blur.h"
#include "kernels/shift.h"
#include "kernels/total_variation.h"
#include "test/calls.h"
#include "test/harness.h"
#include "test/lying.h"

// The kernels that make a pixel of its neighbours, of every instruction set, and the bodies that CUDA runs in several
// orders, beside plain loops in double precision.

namespace deep_inside {

namespace baseline {
extern const NeighbourKernels neighbours;
}
#ifdef __x86_64__
namespace avx2 {
extern const NeighbourKernels neighbours;
}
namespace avx512 {
extern const NeighbourKernels neighbours;
}
#endif

}  // namespace deep_inside

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

std::vector<const NeighbourKernels*> tables() {
  std::vector<const NeighbourKernels*> all{&deep_inside::baseline::neighbours};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) all.push_back(&deep_inside::avx2::neighbours);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&deep_inside::avx512::neighbours);
#endif
  return all;
}

/** Dense; with the last block half full; side by side; one pixel, row and column; more than a run of a blur. */
constexpr Planes kShapes[] = {{2, 3, 5, 7, 1}, {2, 20, 4, 3, 8}, {2, 20, 4, 3, 16}, {2, 3, 5, 4, 3},  {2, 12, 1, 1, 8},
                              {2, 3, 1, 9, 1}, {2, 3, 9, 1, 1},  {1, 2, 3, 301, 1}, {1, 4, 2, 150, 8}};
constexpr float kGarbage = 77.0f, kNan = std::numeric_limits<float>::quiet_NaN();

/** What `valueOf(n, c, row, col)` gives for each element, and 0 for padding. */
template <class ValueOf>
Values expectedOf(const Planes& at, const ValueOf& valueOf) {
  Values values(static_cast<size_t>(stored(at)));
  for (int64_t i = 0; i < stored(at); ++i) {
    const Element e = elementAt(i, at.h, at.w, at.b);
    const int64_t c = channelOf(at, e);
    if (c < at.c) values[static_cast<size_t>(i)] = static_cast<float>(valueOf(e.plane / blocks(at), c, e.row, e.col));
  }
  return values;
}

/** What lies at a place, as a double. */
double get(const Planes& at, const Values& x, int64_t n, int64_t c, int64_t row, int64_t col) {
  return x[static_cast<size_t>(offset(at, n, c, row, col))];
}

/** Taps without a symmetry. */
Values tapsOf(int64_t radius) { return shuffled(static_cast<size_t>(2 * radius + 1)); }

double blurred(const Planes& at, const Values& x, const Values& taps, BlurAxis axis, int64_t n, int64_t c, int64_t row,
               int64_t col) {
  double sum = 0;
  for (int64_t k = 0; k < static_cast<int64_t>(taps.size()); ++k) {
    const int64_t by = k - static_cast<int64_t>(taps.size()) / 2;
    const int64_t r = axis == BlurAxis::Rows ? std::clamp<int64_t>(row + by, 0, at.h - 1) : row;
    const int64_t w = axis == BlurAxis::Cols ? std::clamp<int64_t>(col + by, 0, at.w - 1) : col;
    sum += double{taps[static_cast<size_t>(k)]} * get(at, x, n, c, r, w);
  }
  return sum;
}

template <BlurAxis axis>
void expectBlurred(const Planes& at, int64_t radius) {
  const Values x = lying(at, 1), taps = tapsOf(radius);
  const Values expected = expectedOf(
      at, [&](int64_t n, int64_t c, int64_t row, int64_t col) { return blurred(at, x, taps, axis, n, c, row, col); });
  const float atol = 2e-7f * static_cast<float>(taps.size());
  for (const NeighbourKernels* k : tables()) {
    Values y(x.size(), kGarbage);
    k->blur(axis, at, taps.data(), radius, x.data(), y.data());
    EXPECT_CLOSE(y, expected, atol, 1e-6f);
  }
  for (const Order order : kOrders) {
    Values y(x.size(), kGarbage);
    callEach(stored(at), BlurElements<axis>{at, {taps.data(), radius}, x.data(), y.data()}, order);
    EXPECT_CLOSE(y, expected, atol, 1e-6f);
  }
}

/** sqrt(right^2 + down^2 + epsilon^2) at a pixel. */
double term(const Planes& at, const Values& x, double epsilon, int64_t n, int64_t c, int64_t row, int64_t col) {
  const double here = get(at, x, n, c, row, col);
  const double right = col + 1 < at.w ? get(at, x, n, c, row, col + 1) - here : 0;
  const double down = row + 1 < at.h ? get(at, x, n, c, row + 1, col) - here : 0;
  return std::sqrt(right * right + down * down + epsilon * epsilon);
}

/** dTV/dx of a pixel from the three terms that it is part of. */
double variation(const Planes& at, const Values& x, double epsilon, int64_t n, int64_t c, int64_t row, int64_t col) {
  const double here = get(at, x, n, c, row, col), root = term(at, x, epsilon, n, c, row, col);
  double sum = 0;
  if (col + 1 < at.w) sum -= (get(at, x, n, c, row, col + 1) - here) / root;
  if (row + 1 < at.h) sum -= (get(at, x, n, c, row + 1, col) - here) / root;
  if (col > 0) sum += (here - get(at, x, n, c, row, col - 1)) / term(at, x, epsilon, n, c, row, col - 1);
  if (row > 0) sum += (here - get(at, x, n, c, row - 1, col)) / term(at, x, epsilon, n, c, row - 1, col);
  return sum;
}

}  // namespace

TEST("shift rolls each picture by its own offsets, negative and beyond its sides too, by elements as by rows") {
  constexpr int32_t least = std::numeric_limits<int32_t>::min(), most = std::numeric_limits<int32_t>::max();
  const std::vector<int32_t> several[] = {{0, 0, 1, -1}, {-3, 2, 7, 100}, {least, most, most, least}};
  const auto wrapped = [](int64_t place, int64_t by, int64_t length) {
    return ((place - by) % length + length) % length;
  };
  for (const Planes& at : kShapes) {
    const Values x = lying(at, 1);
    for (const std::vector<int32_t>& offsets : several) {
      const Values expected = expectedOf(at, [&](int64_t n, int64_t c, int64_t row, int64_t col) {
        const int32_t* by = &offsets[static_cast<size_t>(2 * n)];
        return get(at, x, n, c, wrapped(row, by[0], at.h), wrapped(col, by[1], at.w));
      });
      for (const NeighbourKernels* k : tables()) {
        Values y(x.size(), kGarbage);
        k->shift(at, offsets.data(), x.data(), y.data());
        EXPECT(y == expected);
      }
      for (const Order order : kOrders) {
        Values y(x.size(), kGarbage);
        callEach(stored(at), ShiftElements{{at, offsets.data(), x.data(), y.data()}}, order);
        EXPECT(y == expected);
      }
    }
  }
}

TEST("blurs are sums over neighbours with the nearest pixel beyond the edge: 1, 3, 49 and 131 taps on small pictures") {
  for (const Planes& at : kShapes) {
    for (const int64_t radius : {0, 1, 24, 65}) {
      expectBlurred<BlurAxis::Rows>(at, radius);
      expectBlurred<BlurAxis::Cols>(at, radius);
    }
  }
}

TEST("taps that are not finite reach every channel and no padding") {
  const float taps[] = {kNan};
  for (const Planes& at : kShapes) {
    const Values x = lying(at, 1), used = expectedOf(at, [](int64_t, int64_t, int64_t, int64_t) { return 1.0; });
    for (const BlurAxis axis : {BlurAxis::Rows, BlurAxis::Cols}) {
      for (const NeighbourKernels* k : tables()) {
        Values y(x.size(), kGarbage);
        k->blur(axis, at, taps, 0, x.data(), y.data());
        for (size_t i = 0; i < y.size(); ++i) EXPECT(used[i] == 1.0f ? std::isnan(y[i]) : y[i] == 0.0f);
      }
    }
  }
}

TEST("the gradient of total variation gathers its three terms; flat pictures and padding have none") {
  for (const Planes& at : kShapes) {
    Values x = lying(at, 1);
    for (const bool flat : {false, true}) {
      if (flat) x = expectedOf(at, [](int64_t, int64_t c, int64_t, int64_t) { return static_cast<double>(c) + 0.5; });
      for (const float epsilon : {0.5f, 1e-3f, 1e-15f}) {
        const Values expected = expectedOf(at, [&](int64_t n, int64_t c, int64_t row, int64_t col) {
          return flat ? 0.0 : variation(at, x, epsilon, n, c, row, col);
        });
        for (const NeighbourKernels* k : tables()) {
          Values y(x.size(), kGarbage);
          k->totalVariation(at, epsilon, x.data(), y.data());
          EXPECT_CLOSE(y, expected, 2e-6f, 1e-5f);
        }
        for (const Order order : kOrders) {
          Values y(x.size(), kGarbage);
          callEach(stored(at), VariationElements{{at, epsilon * epsilon, x.data(), y.data()}}, order);
          EXPECT_CLOSE(y, expected, 2e-6f, 1e-5f);
        }
      }
    }
  }
}
