#include "cuda/launch.h"
#include "cuda/lrn.h"
#include "kernels/lrn_elements.h"

namespace deep_inside::cuda {

void lrn(cudaStream_t stream, const Lrn& lrn, const Tensor& x, const Tensor& y) {
  launch(stream, y.storedElements(), LrnElements{{x.planes(), lrn, x.floats(), y.floats()}}, "launching lrn");
}

void lrnBackward(cudaStream_t stream, const Lrn& lrn, const Tensor& x, const Tensor& dy, const Tensor& dx) {
  const LrnBackwardElements body{{dx.planes(), lrn, perImage(x, dx), x.floats(), dy.floats(), dx.floats()}};
  launch(stream, dx.storedElements(), body, "launching lrnBackward");
}

}  // namespace deep_inside::cuda
