#include "cuda/launch.h"
#include "cuda/surround.h"

namespace deep_inside::cuda {

void surround(cudaStream_t stream, int64_t planes, const Framing& at, const float* x, float* y) {
  launch(stream, planes * at.framedH * at.framedW, Surround{at, x, y}, "launching the padding of a convolution");
}

void crop(cudaStream_t stream, int64_t planes, const Framing& at, const float* x, float* y) {
  launch(stream, planes * at.h * at.w, Crop{at, x, y}, "launching the cropping of a convolution");
}

void addBias(cudaStream_t stream, const float* b, Activation activation, const Tensor& y) {
  const int64_t channels = y.shape[1], area = elementsOf(y.shape) / (y.shape[0] * channels);
  if (activation == Activation::Relu) {
    launch(stream, y.storedElements(), AddBias<true>{channels, area, b, y.floats()}, "launching bias and relu");
  } else {
    launch(stream, y.storedElements(), AddBias<false>{channels, area, b, y.floats()}, "launching the bias");
  }
}

}  // namespace deep_inside::cuda
