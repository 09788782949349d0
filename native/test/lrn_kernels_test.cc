#include <algorithm>
#include <cmath>
#include <utility>

#include "test/kernel_tables.h"

// LRN and its way back, in every instruction set.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** y and dx of LRN on a dense [1, c, 1, w], in double precision. */
std::pair<Values, Values> lrnByFormula(const Planes& at, const Lrn& lrn, const Values& x, const Values& dy) {
  Values y(x.size()), dx(x.size());
  const auto index = [&](int64_t c, int64_t pixel) { return static_cast<size_t>(c * at.w + pixel); };
  const auto windowOf = [&](int64_t c) {
    return Span{std::max<int64_t>(0, c - lrn.half), std::min(at.c, c + lrn.half + 1)};
  };
  for (int64_t pixel = 0; pixel < at.w; ++pixel) {
    std::vector<double> t(static_cast<size_t>(at.c));
    for (int64_t c = 0; c < at.c; ++c) {
      double sum = 0;
      for (int64_t j = windowOf(c).begin; j < windowOf(c).end; ++j) sum += std::pow(double{x[index(j, pixel)]}, 2);
      t[static_cast<size_t>(c)] = double{lrn.k} + double{lrn.alphaOverSize} * sum;
    }
    const auto power = [&](int64_t c, double exponent) { return std::pow(t[static_cast<size_t>(c)], exponent); };
    for (int64_t c = 0; c < at.c; ++c) {
      double sum = 0;
      for (int64_t j = windowOf(c).begin; j < windowOf(c).end; ++j)
        sum += double{dy[index(j, pixel)]} * x[index(j, pixel)] * power(j, -1.75);
      y[index(c, pixel)] = static_cast<float>(x[index(c, pixel)] * power(c, -0.75));
      dx[index(c, pixel)] = static_cast<float>(dy[index(c, pixel)] * power(c, -0.75) -
                                               1.5 * double{lrn.alphaOverSize} * x[index(c, pixel)] * sum);
    }
  }
  return {y, dx};
}

}  // namespace

TEST("LRN and its backward agree with the formula: 70 and 300 channels, sizes 1, 5 and 31, in every layout") {
  for (int64_t channels : {70, 300}) {
    for (int64_t half : {0, 2, 15}) {
      const Lrn lrn{half, 0.3f, 0.75f, 2.0f};
      const Values x = shuffled(static_cast<size_t>(channels * 3));
      const Values dy(x.rbegin(), x.rend());
      const auto [y, dx] = lrnByFormula({1, channels, 1, 3, 1}, lrn, x, dy);
      for (const Kernels* k : tables()) {
        for (int64_t b : {int64_t{1}, int64_t{8}, int64_t{16}, channels}) {
          const Planes at{1, channels, 1, 3, b};
          const Values lying = blocked(*k, at, x), signal = blocked(*k, at, dy);
          Values lyingY(lying.size(), kNan), lyingDx(lying.size(), kNan);
          k->lrn(at, lrn, lying.data(), lyingY.data());
          k->lrnBackward(at, lrn, 1, lying.data(), signal.data(), lyingDx.data());
          EXPECT_CLOSE(dense(*k, at, lyingY), y, 1e-6f, 1e-5f);
          EXPECT_CLOSE(dense(*k, at, lyingDx), dx, 2e-6f, 1e-5f);
          EXPECT(paddingIsZero(at, lyingY) && paddingIsZero(at, lyingDx));
        }
      }
    }
  }
}
