#pragma once

#include "core/tensor.h"
#include "cpu/kernels.h"

namespace deep_inside {

/** Where dx is wanted: it is 0 where `values` are not above 0. Without values everything is. */
struct Mask {
  Images<const float> values{nullptr, 0};  // laid out as dx
  int64_t gradients = 1;                   // image i of dx belongs to image i / gradients of the mask

  static Mask of(const Tensor& mask, const Tensor& dx) {
    if (!mask.storage) return {};
    return {mask.images<const float>(), perImage(mask, dx)};
  }
};

inline void applyMask(const Mask& mask, const Planes& at, const Images<float>& dx) {
  if (!mask.values.data) return;
  const Images<const float> dy{dx.data, dx.step};
  kernels().reluBackward(ReluRule::Gradient, at.n, mask.gradients, storedInImage(at), mask.values, dy, dx);
}

}  // namespace deep_inside
