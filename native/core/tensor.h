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

  template <class T>
  T* data() const {
    return static_cast<T*>(storage->data());
  }
  float* floats() const { return data<float>(); }
  int32_t* ints() const { return data<int32_t>(); }

  /** [n, c, h, w] as it lies; [n, f] counts as [n, f, 1, 1], anything else as one dense row. */
  Planes planes() const { return planesOf(shape, block); }

  static Planes planesOf(const Shape& shape, int64_t block) {
    if (shape.size() == 4) return {shape[0], shape[1], shape[2], shape[3], block};
    if (shape.size() == 2) return {shape[0], shape[1], 1, 1, 1};
    return {1, elementsOf(shape), 1, 1, 1};
  }

  /** Elements as they lie, channel padding included. */
  int64_t storedElements() const { return stored(planes()); }
};

/** How many images of dx belong to each image of `kept`, which the forward pass left. */
inline int64_t perImage(const Tensor& kept, const Tensor& dx) { return dx.shape[0] / kept.shape[0]; }

}  // namespace deep_inside
