#pragma once

#include <memory>

#include "core/memory.h"
#include "cuda/filters.h"
#include "cuda/handles.h"

namespace deep_inside::cuda {

/** Copies of the filters of a convolution with the channels side by side: each made at the first call and kept. */
class PackedFilters {
 public:
  /** Of w [K, C / groups, R, S] as it will be at the place in the stream. At plan time; throws ERR_MEMORY. */
  template <class W>
  const W* of(const Handles& handles, const Shape& shape, const float* w);
  /** How many there are. */
  int count() const { return (wide_ ? 1 : 0) + (narrow_ ? 1 : 0); }
  /** Brings the copies up to date. Enqueues. */
  void refresh(cudaStream_t stream, const Shape& shape, const float* w) const;

 private:
  std::shared_ptr<Storage> wide_, narrow_;  // null until a plan asks
};

}  // namespace deep_inside::cuda
