#include "cpu/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "kernels/channels.h"
#include "test/harness.h"

// The kernel bodies of every instruction set that this processor has, on vectors of exactly the right size, so that
// AddressSanitizer sees a step outside.

namespace deep_inside {

namespace baseline {
extern const Kernels table;
}
#ifdef __x86_64__
namespace avx2 {
extern const Kernels table;
}
namespace avx512 {
extern const Kernels table;
}
#endif

}  // namespace deep_inside

using namespace deep_inside;
using deep_inside::test::shuffled;
using Values = std::vector<float>;

namespace {

std::vector<const Kernels*> tables() {
  std::vector<const Kernels*> all{&deep_inside::baseline::table};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) all.push_back(&deep_inside::avx2::table);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&deep_inside::avx512::table);
#endif
  return all;
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/** n images that follow one another. */
Images<const float> from(const Values& x, int64_t n = 1) { return {x.data(), static_cast<int64_t>(x.size()) / n}; }
Images<float> into(Values& y, int64_t n = 1) { return {y.data(), static_cast<int64_t>(y.size()) / n}; }

/** [n, c, h, w] in blocks of b from its dense form; padding is zero. */
Values blocked(const Kernels& k, const Planes& at, const Values& dense) {
  Values lying(static_cast<size_t>(stored(at)));
  k.reorder({at.n, at.c, at.h, at.w, 1}, at, from(dense, at.n), into(lying, at.n));
  return lying;
}

Values dense(const Kernels& k, const Planes& at, const Values& lying) {
  const Planes to{at.n, at.c, at.h, at.w, 1};
  Values values(static_cast<size_t>(stored(to)));
  k.reorder(at, to, from(lying, at.n), into(values, at.n));
  return values;
}

bool paddingIsZero(const Planes& at, const Values& lying) {
  for (int64_t n = 0; n < at.n; ++n)
    for (int64_t c = at.c; c < blocks(at) * at.b; ++c)
      for (int64_t pixel = 0; pixel < area(at); ++pixel)
        if (lying[static_cast<size_t>(offset(at, n, c, 0, pixel))] != 0.0f) return false;
  return true;
}

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

/** A 3x3 window of stride 2 that covers 7x5 with one row and column of padding on every side. */
constexpr Window kOverlapping{3, 3, 2, 2, 1, 1, 1, 1, 4, 3};

struct Pooled {
  Values y, dx;
  std::vector<int32_t> at;
};

/** Max pooling and unpooling by their definition: one image, one block of channels. */
Pooled pooledByLoops(const Planes& in, const Window& window, const Values& x, const Values& dy) {
  Pooled result{Values(dy.size()), Values(x.size()), std::vector<int32_t>(dy.size())};
  for (int64_t i = 0; i < window.p * window.q * in.b; ++i) {
    const int64_t lane = i % in.b, q = i / in.b % window.q, p = i / in.b / window.q;
    const auto at = [&](int64_t pixel) { return static_cast<size_t>(pixel * in.b + lane); };
    const Span rows = inputsOf(p, window.strideRows, window.top, window.r, in.h);
    const Span cols = inputsOf(q, window.strideCols, window.left, window.s, in.w);
    int64_t best = rows.begin * in.w + cols.begin;
    for (int64_t h = rows.begin; h < rows.end; ++h) {
      for (int64_t w = cols.begin; w < cols.end; ++w) {
        const float value = x[at(h * in.w + w)], top = x[at(best)];
        if (value > top || (std::isnan(value) && !std::isnan(top))) best = h * in.w + w;
      }
    }
    result.y[static_cast<size_t>(i)] = x[at(best)];
    result.at[static_cast<size_t>(i)] = static_cast<int32_t>(best);
    result.dx[at(best)] += dy[static_cast<size_t>(i)];
  }
  return result;
}

void expectPooled(const Planes& in, const Window& window, const Values& x, const Values& dy) {
  const Pooled expected = pooledByLoops(in, window, x, dy);
  for (const Kernels* k : tables()) {
    Values y(dy.size()), dx(x.size());
    std::vector<int32_t> at(dy.size());
    k->maxPool(in, window, x.data(), y.data(), at.data());
    k->unpool(in, window, 1, dy.data(), at.data(), dx.data());
    EXPECT(at == expected.at && dx == expected.dx);
    EXPECT(std::memcmp(y.data(), expected.y.data(), y.size() * sizeof(float)) == 0);
  }
}

/** Images first .. first + n - 1 of `size` elements each. */
Values images(const Values& all, int64_t size, int64_t first, int64_t n) {
  return {all.begin() + first * size, all.begin() + (first + n) * size};
}

/**
 * The gradients with numbers first .. first + n - 1 of six, three for each of two images [21, 7, 5], through each
 * operation that reads what the forward pass left; computed together, with m of them for each image.
 */
std::vector<Values> gradients(const Kernels& k, int64_t b, int64_t first, int64_t n, int64_t m) {
  constexpr int64_t size = 21 * 7 * 5, pooledSize = 21 * 4 * 3;
  const Planes in{n / m, 21, 7, 5, b}, out{n, 21, 7, 5, b}, pooledIn{n / m, 21, 4, 3, b}, pooledOut{n, 21, 4, 3, b};
  const Values x = blocked(k, in, images(shuffled(2 * size), size, first / 3, n / m));
  const Values dy = blocked(k, out, images(shuffled(6 * size), size, first, n));
  const Values pooledDy = blocked(k, pooledOut, images(shuffled(6 * pooledSize), pooledSize, first, n));
  Values y(static_cast<size_t>(stored(pooledIn))), dx(dy.size());
  std::vector<int32_t> at(y.size());
  std::vector<Values> results;
  k.maxPool(in, kOverlapping, x.data(), y.data(), at.data());
  k.unpool(out, kOverlapping, m, pooledDy.data(), at.data(), dx.data());
  results.push_back(dense(k, out, dx));
  k.lrnBackward(out, {2, 0.3f, 0.75f, 2.0f}, m, x.data(), dy.data(), dx.data());
  results.push_back(dense(k, out, dx));
  k.reluBackward(ReluRule::Guided, n, m, stored(out) / n, from(x, n / m), from(dy, n), into(dx, n));
  results.push_back(dense(k, out, dx));
  k.softmaxBackward(n, stored(out) / n, m, x.data(), dy.data(), dx.data());
  results.push_back(dense(k, out, dx));
  return results;
}

}  // namespace

TEST("relu keeps NaN, and gives 0 for -0") {
  for (const Kernels* k : tables()) {
    const Values x{-1.0f, 2.0f, kNan, -0.0f, 0.0f};
    Values y(x.size());
    k->relu(1, 5, from(x), into(y));
    EXPECT(y[0] == 0.0f && y[1] == 2.0f && std::isnan(y[2]) && !std::signbit(y[3]) && y[4] == 0.0f);
  }
}

TEST("the three rules let through by the output, by the signal, and by both") {
  const Values y{1, 1, 0, 0}, dy{2, -2, 2, -2};
  const std::pair<ReluRule, Values> expected[] = {
      {ReluRule::Gradient, {2, -2, 0, 0}}, {ReluRule::Deconvnet, {2, 0, 2, 0}}, {ReluRule::Guided, {2, 0, 0, 0}}};
  for (const Kernels* k : tables()) {
    for (const auto& [rule, dx] : expected) {
      Values out(4);
      k->reluBackward(rule, 1, 1, 4, from(y), from(dy), into(out));
      EXPECT(out == dx);
    }
  }
}

TEST("a layout and back is the same values, and its padding is zero: [2, 21, 7, 5] in blocks of 8, 16 and 21") {
  for (const Kernels* k : tables()) {
    const Values x = shuffled(2 * 21 * 7 * 5);
    for (int64_t b : {8, 16, 21}) {
      const Planes at{2, 21, 7, 5, b};
      const Values lying = blocked(*k, at, x);
      EXPECT(dense(*k, at, lying) == x);
      EXPECT(paddingIsZero(at, lying));
    }
  }
}

TEST("max pooling takes the first maximum in row-major order, and NaN") {
  for (const Kernels* k : tables()) {
    const Values x{3, 3, 3, 3, 1, kNan, 2, 1};
    Values y(2);
    std::vector<int32_t> at(2);
    k->maxPool({2, 1, 2, 2, 1}, {2, 2, 2, 2, 0, 0, 0, 0, 1, 1}, x.data(), y.data(), at.data());
    EXPECT(y[0] == 3.0f && at[0] == 0);
    EXPECT(std::isnan(y[1]) && at[1] == 1);
  }
}

TEST("unpool adds where two windows share a maximum") {
  for (const Kernels* k : tables()) {
    const Planes in{1, 1, 1, 3, 1};
    const Window window{1, 2, 1, 1, 0, 0, 0, 0, 1, 2};
    const Values x{1, 5, 2}, dy{10, 20};
    Values y(2), dx(3);
    std::vector<int32_t> at(2);
    k->maxPool(in, window, x.data(), y.data(), at.data());
    k->unpool(in, window, 1, dy.data(), at.data(), dx.data());
    EXPECT((dx == Values{0, 30, 0}));
  }
}

TEST("pooling is the same in every layout and instruction set: x = [2, 21, 7, 5], k = 3, s = 2, p = 1") {
  const Values x = shuffled(2 * 21 * 7 * 5), dy = shuffled(2 * 21 * 4 * 3);
  const auto pooled = [&](const Kernels& k, int64_t b) {
    const Planes in{2, 21, 7, 5, b}, out{2, 21, 4, 3, b};
    const Values lying = blocked(k, in, x), signal = blocked(k, out, dy);
    Values y(signal.size()), dx(lying.size()), mean(signal.size()), meanDx(lying.size());
    std::vector<int32_t> at(signal.size());
    k.maxPool(in, kOverlapping, lying.data(), y.data(), at.data());
    k.unpool(in, kOverlapping, 1, signal.data(), at.data(), dx.data());
    k.averagePool(in, kOverlapping, Divisor::Padded, lying.data(), mean.data());
    k.averagePoolBackward(in, kOverlapping, Divisor::Inside, signal.data(), meanDx.data());
    Values all = dense(k, out, y);
    for (const Values& part : {dense(k, in, dx), dense(k, out, mean), dense(k, in, meanDx)})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  const Values expected = pooled(deep_inside::baseline::table, 1);
  for (const Kernels* k : tables()) {
    for (int64_t b : {1, 8, 16, 21}) EXPECT_CLOSE(pooled(*k, b), expected, 1e-6f, 1e-6f);
  }
}

TEST("max pooling and unpooling are the plain loops, bit for bit: 37x41, windows 1 to 5, NaN and infinities") {
  const float inf = std::numeric_limits<float>::infinity();
  for (int64_t b : {1, 16}) {
    for (int64_t side : {1, 2, 3, 5}) {
      for (int64_t stride : {1, 2, 3}) {
        const Planes in{1, b, 37, 41, b};
        const int64_t pad = side / 2, p = (in.h + 2 * pad - side) / stride + 1,
                      q = (in.w + 2 * pad - side) / stride + 1;
        const Window window{side, side, stride, stride, pad, pad, pad, pad, p, q};
        Values x = shuffled(static_cast<size_t>(stored(in)));
        for (size_t i = 0; i < x.size(); i += 7) x[i] = i % 3 ? 0.0f : i % 2 ? kNan : i % 4 ? inf : -inf;
        expectPooled(in, window, x, shuffled(static_cast<size_t>(p * q * b)));
      }
    }
  }
}

TEST("average pooling and its backward are adjoint: <Ax, dy> = <x, A'dy>") {
  const Planes in{1, 3, 7, 5, 1};
  const Values x = shuffled(3 * 7 * 5), dy = shuffled(3 * 4 * 3);
  for (const Kernels* k : tables()) {
    Values y(dy.size()), dx(x.size());
    k->averagePool(in, kOverlapping, Divisor::Inside, x.data(), y.data());
    k->averagePoolBackward(in, kOverlapping, Divisor::Inside, dy.data(), dx.data());
    double forward = 0, backward = 0;
    for (size_t i = 0; i < y.size(); ++i) forward += double{y[i]} * dy[i];
    for (size_t i = 0; i < x.size(); ++i) backward += double{dx[i]} * x[i];
    EXPECT(std::fabs(forward - backward) < 1e-5);
  }
}

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

TEST("concat and split are inverse, whether the parts fill their blocks or not: 16 + 5 channels in blocks of 8") {
  for (const Kernels* k : tables()) {
    for (int64_t first : {16, 13}) {
      const Planes whole{2, 21, 3, 2, 8}, a{2, first, 3, 2, 8}, b{2, 21 - first, 3, 2, 8};
      const Values x = blocked(*k, a, shuffled(static_cast<size_t>(2 * first * 6)));
      const Values z = blocked(*k, b, shuffled(static_cast<size_t>(2 * (21 - first) * 6)));
      Values y(static_cast<size_t>(stored(whole))), xAgain(x.size()), zAgain(z.size());
      k->put({a, whole, 0, from(x, 2), into(y, 2)});
      k->put({b, whole, first, from(z, 2), into(y, 2)});
      k->take({whole, a, 0, from(y, 2), into(xAgain, 2)});
      k->take({whole, b, first, from(y, 2), into(zAgain, 2)});
      EXPECT(xAgain == x && zAgain == z);
    }
  }
}

TEST("posteriors sum to 1 and survive large scores; a seed is one-hot, -1 the first maximum") {
  for (const Kernels* k : tables()) {
    const Values scores{1000, 1001, 999, -5, 7, 7};
    Values posteriors(6), seed(6);
    const std::vector<int32_t> classes{0, -1};
    k->softmax(2, 3, scores.data(), posteriors.data());
    EXPECT(std::fabs(posteriors[0] + posteriors[1] + posteriors[2] - 1.0f) < 1e-6f);
    k->seed(2, 3, 1, scores.data(), classes.data(), seed.data());
    EXPECT((seed == Values{1, 0, 0, 0, 1, 0}));
  }
}

TEST("the map is the largest magnitude over channels, or the value that has it, without the padding") {
  for (const Kernels* k : tables()) {
    const Planes at{1, 3, 1, 2, 8};
    const Values x = blocked(*k, at, {1, -4, -3, 4, 2, 0}), scale{1, 1, 2};
    Values y(2);
    k->maxAbs(MaxAbsResult::Magnitude, at, x.data(), nullptr, y.data());
    EXPECT((y == Values{3, 4}));
    k->maxAbs(MaxAbsResult::Signed, at, x.data(), scale.data(), y.data());
    EXPECT((y == Values{4, -4}));
  }
}

TEST("the map of many pixels is that of each: [2, 3, 5, 7] in blocks of 1, 3 and 8") {
  const Values x = shuffled(2 * 3 * 35), scale{1, -2, 0.5f};
  Values expected(2 * 35);
  for (size_t i = 0; i < expected.size(); ++i) {
    for (size_t c = 0; c < 3; ++c) {
      const float w = scale[c] * x[(i / 35 * 3 + c) * 35 + i % 35];
      if (std::fabs(w) > std::fabs(expected[i])) expected[i] = w;
    }
  }
  for (const Kernels* k : tables()) {
    for (int64_t b : {1, 3, 8}) {
      const Planes at{2, 3, 5, 7, b};
      Values y(expected.size());
      k->maxAbs(MaxAbsResult::Signed, at, blocked(*k, at, x).data(), scale.data(), y.data());
      EXPECT(y == expected);
      k->maxAbs(MaxAbsResult::Magnitude, at, blocked(*k, at, x).data(), scale.data(), y.data());
      for (size_t i = 0; i < y.size(); ++i) EXPECT(y[i] == std::fabs(expected[i]));
    }
  }
}

TEST("three gradients of each of two images are what one pass each gives: [6, 21, 7, 5] in blocks of 1, 8 and 16") {
  constexpr int64_t size = 21 * 7 * 5;
  for (const Kernels* k : tables()) {
    for (int64_t b : {1, 8, 16}) {
      const std::vector<Values> together = gradients(*k, b, 0, 6, 3);
      for (int64_t image = 0; image < 6; ++image) {
        const std::vector<Values> alone = gradients(*k, b, image, 1, 1);
        for (size_t operation = 0; operation < alone.size(); ++operation)
          EXPECT(alone[operation] == images(together[operation], size, image, 1));
      }
    }
  }
}

TEST("several seeds of one image take their top class from its scores") {
  for (const Kernels* k : tables()) {
    const Values scores{1, 3, 2, 9, 0, 0};
    const std::vector<int32_t> classes{-1, 2, 1, -1};
    Values seed(12);
    k->seed(4, 3, 2, scores.data(), classes.data(), seed.data());
    EXPECT((seed == Values{0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0}));
  }
}
