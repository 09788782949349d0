#include <cmath>
#include <utility>

#include "test/kernel_tables.h"

// Every other kernel, and several gradients of an image through each, in every instruction set.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

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
