#include "test/cuda/fake/convolution.h"

#include <algorithm>

namespace deep_inside::test::fake {

namespace {

/** The outputs whose place, at stride * i + shift, lies in [0, size). */
struct Range {
  int64_t first, end;
};

Range inside(int64_t outputs, int64_t stride, int64_t shift, int64_t size) {
  const int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
  const int64_t end = size - shift <= 0 ? 0 : std::min(outputs, (size - shift - 1) / stride + 1);
  return {first, std::max(first, end)};
}

/**
 * row(weight, x, y, count) for each weight of each image and each row of outputs that it reaches: `weight`, and the
 * offsets in x and in y of `count` elements, those of x a stride apart. Each output meets its weights in their order.
 */
template <class Row>
void eachRow(const ConvolutionSizes& at, const Row& row) {
  const int64_t in = at.c / at.groups, out = at.k / at.groups;
  for (int64_t i = 0; i < at.n; ++i)
    for (int64_t k = 0; k < at.k; ++k)
      for (int64_t c = 0; c < in; ++c)
        for (int64_t r = 0; r < at.r; ++r)
          for (int64_t s = 0; s < at.s; ++s) {
            const int64_t below = r * at.dilationH - at.padH, right = s * at.dilationW - at.padW;
            const Range rows = inside(at.p, at.strideH, below, at.h), cols = inside(at.q, at.strideW, right, at.w);
            const int64_t weight = ((k * in + c) * at.r + r) * at.s + s;
            const int64_t plane = i * at.c + k / out * in + c;
            for (int64_t p = rows.first; p < rows.end; ++p)
              row(weight, (plane * at.h + p * at.strideH + below) * at.w + cols.first * at.strideW + right,
                  ((i * at.k + k) * at.p + p) * at.q + cols.first, cols.end - cols.first);
          }
}

/** y[j] += a x[j * stride], and the transpose of it. */
void gather(int64_t count, float a, const float* x, int64_t stride, float* y) {
  if (stride == 1) {
    for (int64_t j = 0; j < count; ++j) y[j] += a * x[j];
  } else {
    for (int64_t j = 0; j < count; ++j) y[j] += a * x[j * stride];
  }
}

void scatter(int64_t count, float a, const float* y, float* x, int64_t stride) {
  if (stride == 1) return gather(count, a, y, 1, x);
  for (int64_t j = 0; j < count; ++j) x[j * stride] += a * y[j];
}

}  // namespace

void convolve(const ConvolutionSizes& at, const float* x, const float* w, float* y) {
  std::fill_n(y, at.ys(), 0.0f);
  eachRow(at, [&](int64_t weight, int64_t from, int64_t to, int64_t count) {
    gather(count, w[weight], x + from, at.strideW, y + to);
  });
}

void convolveBackwardData(const ConvolutionSizes& at, const float* w, const float* dy, float* dx) {
  std::fill_n(dx, at.xs(), 0.0f);
  eachRow(at, [&](int64_t weight, int64_t to, int64_t from, int64_t count) {
    scatter(count, w[weight], dy + from, dx + to, at.strideW);
  });
}

void convolveBackwardFilter(const ConvolutionSizes& at, const float* x, const float* dy, float* dw) {
  std::fill_n(dw, at.ws(), 0.0f);
  eachRow(at, [&](int64_t weight, int64_t left, int64_t right, int64_t count) {
    float sum = 0;
    for (int64_t j = 0; j < count; ++j) sum += x[left + j * at.strideW] * dy[right + j];
    dw[weight] += sum;
  });
}

}  // namespace deep_inside::test::fake
