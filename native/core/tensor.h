#pragma once

#include <memory>

#include "core/memory.h"
#include "core/shape.h"
#include "kernels/planes.h"

namespace deep_inside {

/**
 * A logical shape over storage. `block` is the number of channels that lie side by side: 1 is dense row-major (NCHW),
 * 8 and 16 are oneDNN's nChw8c and nChw16c, the number of channels is NHWC. Channels are padded with zeros to a
 * multiple of it; only [n, c, h, w] float tensors have a block other than 1.
 */
struct Tensor {
  Shape shape;
  DType dtype = DType::Float32;
  int64_t block = 1;
  std::shared_ptr<Storage> storage;
  int64_t offset = 0;  // elements of the storage before this tensor's first
  int64_t step = 0;    // elements from image to image of a view of channels; 0: images follow one another

  template <class T>
  T* data() const {
    return static_cast<T*>(storage->data()) + offset;
  }
  float* floats() const { return data<float>(); }
  int32_t* ints() const { return data<int32_t>(); }
  uint8_t* bytes() const { return data<uint8_t>(); }
  template <class T = float>
  Images<T> images() const {
    return {floats(), step ? step : storedInImage()};
  }

  /** Whether the images are one run of memory. */
  bool isDense() const { return step == 0 || shape[0] == 1; }

  /** [n, c, h, w] as it lies; [n, f] counts as [n, f, 1, 1], anything else as one dense row. */
  Planes planes() const { return planesOf(shape, block); }

  static Planes planesOf(const Shape& shape, int64_t block) {
    if (shape.size() == 4) return {shape[0], shape[1], shape[2], shape[3], block};
    if (shape.size() == 2) return {shape[0], shape[1], 1, 1, 1};
    return {1, elementsOf(shape), 1, 1, 1};
  }

  /** Elements as they lie, channel padding included. */
  int64_t storedElements() const { return stored(planes()); }
  int64_t storedInImage() const { return storedElements() / shape[0]; }

  /** Channels [first, first + count) of [n, c, h, w], which share its storage: whole blocks, or up to the last channel. */
  Tensor channels(int64_t first, int64_t count) const {
    Tensor view = *this;
    view.shape[1] = count;
    view.offset += first * shape[2] * shape[3];
    view.step = images().step;
    return view;
  }

  /** The images of strand i of n, which share its storage; nothing of nothing. */
  Tensor ofStrand(int64_t i, int64_t n) const {
    Tensor part = *this;
    if (!storage) return part;
    part.shape[0] /= n;
    part.offset += i * part.shape[0] * images().step;
    return part;
  }
};

/** Runs of memory that hold the elements of tensors of one shape, each equally many: one, or the images of a view. */
template <class... Others>
int64_t runsOf(const Tensor& x, const Others&... others) {
  return (x.isDense() && ... && others.isDense()) ? 1 : x.shape[0];
}

/** Whether two tensors have elements in common: views of several images may lie between each other without. */
inline bool overlap(const Tensor& a, const Tensor& b) {
  if (a.storage != b.storage) return false;
  const auto first = [](const Tensor& x, int64_t run) { return x.offset + run * x.images().step; };
  const auto size = [](const Tensor& x) { return x.storedElements() / runsOf(x); };
  for (int64_t i = 0, j = 0; i < runsOf(a) && j < runsOf(b);) {
    if (first(a, i) + size(a) <= first(b, j)) {
      ++i;
    } else if (first(b, j) + size(b) <= first(a, i)) {
      ++j;
    } else {
      return true;
    }
  }
  return false;
}

/** How many images of dx belong to each image of `kept`, which the forward pass left. */
inline int64_t perImage(const Tensor& kept, const Tensor& dx) { return dx.shape[0] / kept.shape[0]; }

}  // namespace deep_inside
