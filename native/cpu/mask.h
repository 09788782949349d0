#pragma once

#include "core/tensor.h"
#include "cpu/kernels.h"

namespace deep_inside {

/** Where dx is wanted: it is 0 where `values` are not above 0. Without values everything is. */
struct Mask {
  const float* values = nullptr;  // laid out as dx
  int64_t gradients = 1;          // image i of dx belongs to image i / gradients of the mask

  static Mask of(const Tensor& mask, const Tensor& dx) {
    if (!mask.storage) return {};
    return {mask.floats(), dx.shape[0] / mask.shape[0]};
  }
};

inline void applyMask(const Mask& mask, const Planes& at, float* dx) {
  if (!mask.values) return;
  kernels().reluBackward(ReluRule::Gradient, at.n, mask.gradients, stored(at) / at.n, mask.values, dx, dx);
}

inline void applyMask(const Tensor& mask, const Tensor& dx) { applyMask(Mask::of(mask, dx), dx.planes(), dx.floats()); }

}  // namespace deep_inside
