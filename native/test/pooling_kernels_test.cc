#include <cmath>
#include <cstring>

#include "test/kernel_tables.h"

// Pooling and its way back, in every instruction set.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

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

}  // namespace

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
