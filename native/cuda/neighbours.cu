#include "cuda/launch.h"
#include "cuda/neighbours.h"
#include "kernels/blur.h"
#include "kernels/shift.h"
#include "kernels/total_variation.h"

namespace deep_inside::cuda {

namespace {

template <BlurAxis axis>
void blurAlong(cudaStream_t stream, const Tensor& x, const Tensor& taps, const Tensor& y) {
  const BlurElements<axis> body{y.planes(), {taps.floats(), taps.shape[0] / 2}, x.floats(), y.floats()};
  launch(stream, y.storedElements(), body, "launching blur");
}

}  // namespace

void shift(cudaStream_t stream, const Tensor& x, const Tensor& offsets, const Tensor& y) {
  const ShiftElements body{{y.planes(), offsets.ints(), x.floats(), y.floats()}};
  launch(stream, y.storedElements(), body, "launching shift");
}

void blur(cudaStream_t stream, const Tensor& x, const Tensor& taps, BlurAxis axis, const Tensor& y) {
  if (axis == BlurAxis::Rows) return blurAlong<BlurAxis::Rows>(stream, x, taps, y);
  blurAlong<BlurAxis::Cols>(stream, x, taps, y);
}

void totalVariation(cudaStream_t stream, const Tensor& x, float epsilon, const Tensor& y) {
  const VariationElements body{{y.planes(), epsilon * epsilon, x.floats(), y.floats()}};
  launch(stream, y.storedElements(), body, "launching totalVariation");
}

}  // namespace deep_inside::cuda
