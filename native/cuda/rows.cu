#include "cuda/launch.h"
#include "cuda/rows.h"
#include "kernels/rows.h"

namespace deep_inside::cuda {

void softmax(cudaStream_t stream, const Tensor& x, const Tensor& y) {
  launch(stream, y.shape[0], Softmax{y.shape[1], x.floats(), y.floats()}, "launching softmax");
}

void softmaxBackward(cudaStream_t stream, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  const SoftmaxBackward body{dx.shape[1], perImage(y, dx), y.floats(), dy.floats(), dx.floats()};
  launch(stream, dx.shape[0], body, "launching softmaxBackward");
}

void seed(cudaStream_t stream, const Tensor& scores, const Tensor& classes, const Tensor& dy) {
  const Seed body{dy.shape[1], perImage(scores, dy), scores.floats(), classes.ints(), dy.floats()};
  launch(stream, dy.shape[0], body, "launching seed");
}

}  // namespace deep_inside::cuda
