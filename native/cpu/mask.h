#pragma once

#include "core/tensor.h"
#include "cpu/kernels.h"

namespace deep_inside {

/** dx = 0 where the mask is not above 0; image i of dx belongs to image i / m of a mask with m times fewer images. */
inline void applyMask(const Tensor& mask, const Tensor& dx) {
  if (!mask.storage) return;
  const int64_t images = mask.shape[0], image = mask.storedElements() / images, m = dx.shape[0] / images;
  for (int64_t i = 0; i < dx.shape[0]; ++i) {
    float* to = dx.floats() + i * image;
    kernels().reluBackward(ReluRule::Gradient, mask.floats() + i / m * image, to, to, image);
  }
}

}  // namespace deep_inside
