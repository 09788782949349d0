#pragma once

#include "cpu/onednn.h"

namespace deep_inside {

/** oneDNN's descriptor of an activation [n, c, h, w] with `block` channels side by side. */
inline onednn::Desc descOf(const Shape& shape, int64_t block) {
  using dnnl::memory;
  const auto tag = block == 16  ? memory::format_tag::nChw16c
                   : block == 8 ? memory::format_tag::nChw8c
                                : memory::format_tag::nchw;
  return {{shape[0], shape[1], shape[2], shape[3]}, memory::data_type::f32, tag};
}

inline onednn::Desc anyOf(const Shape& shape) {
  return {{shape[0], shape[1], shape[2], shape[3]}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any};
}

/** The block of a layout that oneDNN chose, or 0 if it is none of ours. */
inline int64_t blockOf(const onednn::Desc& desc, const Shape& shape) {
  for (const int64_t block : {1, 8, 16}) {
    if (desc == descOf(shape, block)) return block;
  }
  return 0;
}

/** How oneDNN would lie a tensor, or dense where that is no layout of ours. */
inline onednn::Desc ours(const onednn::Desc& liked, const Shape& shape) {
  const int64_t block = blockOf(liked, shape);
  return descOf(shape, block ? block : 1);
}

}  // namespace deep_inside
