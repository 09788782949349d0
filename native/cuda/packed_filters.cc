#include "cuda/packed_filters.h"

namespace deep_inside::cuda {

namespace {

template <class W>
W* at(const std::shared_ptr<Storage>& copy) {
  return static_cast<W*>(copy->data());
}

}  // namespace

template <class W>
const W* PackedFilters::of(const Handles& handles, const Shape& shape, const float* w) {
  std::shared_ptr<Storage>& copy = std::is_same_v<W, float> ? wide_ : narrow_;
  if (!copy) {
    const auto made = handles.allocate(static_cast<size_t>(elementsOf(shape)) * sizeof(W), Purpose::Weights);
    packFilters(handles.stream(), shape, w, at<W>(made));
    copy = made;
  }
  return at<W>(copy);
}

template const float* PackedFilters::of(const Handles&, const Shape&, const float*);
template const BFloat16* PackedFilters::of(const Handles&, const Shape&, const float*);

void PackedFilters::refresh(cudaStream_t stream, const Shape& shape, const float* w) const {
  if (wide_) packFilters(stream, shape, w, at<float>(wide_));
  if (narrow_) packFilters(stream, shape, w, at<BFloat16>(narrow_));
}

}  // namespace deep_inside::cuda
