#include "cuda/launch.h"
#include "cuda/pooling.h"
#include "kernels/pooling_elements.h"

namespace deep_inside::cuda {

void maxPool(cudaStream_t stream, const Window& window, const Tensor& x, const Tensor& y, const Tensor& switches) {
  const MaxPoolElements body{{x.planes(), window, x.floats(), y.floats(), switches.ints()}};
  launch(stream, y.storedElements(), body, "launching maxPool");
}

void unpool(cudaStream_t stream, const Window& window, const Tensor& dy, const Tensor& switches, const Tensor& dx) {
  const UnpoolElements body{{dx.planes(), window, perImage(switches, dx), dy.floats(), switches.ints(), dx.floats()}};
  launch(stream, dx.storedElements(), body, "launching unpool");
}

void averagePool(cudaStream_t stream, const Window& window, Divisor divisor, const Tensor& x, const Tensor& y) {
  const AveragePoolElements body{{x.planes(), window, divisor, x.floats(), y.floats()}};
  launch(stream, y.storedElements(), body, "launching averagePool");
}

void averagePoolBackward(cudaStream_t stream, const Window& window, Divisor divisor, const Tensor& dy,
                         const Tensor& dx) {
  const AveragePoolBackwardElements body{{dx.planes(), window, divisor, dy.floats(), dx.floats()}};
  launch(stream, dx.storedElements(), body, "launching averagePoolBackward");
}

}  // namespace deep_inside::cuda
