#pragma once

#include <cstdint>

#include "kernels/platform.h"

namespace deep_inside {

/** Geometry of an activation as it lies: [n, ceil(c / b), h, w, b]; channels beyond c are zero. */
struct Planes {
  int64_t n, c, h, w, b;
};

/** Images of one tensor, `step` elements from the first of one to the first of the next. */
template <class T>
struct Images {
  T* data;
  int64_t step;
};

inline namespace DEEP_INSIDE_ISA {

template <class T>
DI_HD T* imageAt(const Images<T>& x, int64_t n) {
  return x.data + n * x.step;
}

DI_HD int64_t blocks(const Planes& x) { return (x.c + x.b - 1) / x.b; }
DI_HD int64_t area(const Planes& x) { return x.h * x.w; }
/** Elements of an image, channel padding included. */
DI_HD int64_t storedInImage(const Planes& x) { return blocks(x) * area(x) * x.b; }
DI_HD int64_t stored(const Planes& x) { return x.n * storedInImage(x); }

/** Elements of an image in blocks that are all channels: only those behind them may be padding. */
DI_HD int64_t inWholeBlocks(const Planes& x) { return x.c / x.b * area(x) * x.b; }
/** Whether element i of an image is channel padding. */
DI_HD bool isPadding(const Planes& x, int64_t i) { return i >= inWholeBlocks(x) && i % x.b >= x.c % x.b; }

DI_HD int64_t offset(const Planes& x, int64_t n, int64_t c, int64_t h, int64_t w) {
  return (((n * blocks(x) + c / x.b) * x.h + h) * x.w + w) * x.b + c % x.b;
}

/** A stored element of [n, ceil(c / b), rows, cols, b]; `plane` counts the [rows, cols, b]. */
struct Element {
  int64_t plane, row, col, lane;
};

DI_HD Element elementAt(int64_t i, int64_t rows, int64_t cols, int64_t b) {
  return {i / b / cols / rows, i / b / cols % rows, i / b % cols, i % b};
}

/** The channel of an element of x, x.c or more for padding. */
DI_HD int64_t channelOf(const Planes& x, const Element& element) {
  return element.plane % blocks(x) * x.b + element.lane;
}

/** Where block i % blocks of image i / blocks lies in a tensor with one image for `perImage` of them. */
DI_HD int64_t ofImage(int64_t i, int64_t blocks, int64_t perImage) {
  return i / blocks / perImage * blocks + i % blocks;
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
