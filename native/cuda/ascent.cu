#include "cuda/ascent.h"
#include "cuda/launch.h"
#include "kernels/ascent.h"
#include "kernels/colours.h"

namespace deep_inside::cuda {

namespace {

template <class OfImages>
void launchEach(cudaStream_t stream, const OfImages& images, const char* doing) {
  launch(stream, stored(images.at), EachOfImages<OfImages>{images}, doing);
}

}  // namespace

void blend(cudaStream_t stream, const Tensor& coefficients, const Tensor& x, const Tensor& y) {
  const BlendOfImages images{y.planes(), coefficients.floats(), x.floats(), y.floats()};
  launchEach(stream, images, "launching blend");
}

void addNormalised(cudaStream_t stream, float weight, const Tensor& squares, const Tensor& x, const Tensor& y) {
  const AddNormalisedOfImages images{y.planes(), weight, squares.floats(), x.floats(), y.floats()};
  launchEach(stream, images, "launching addNormalised");
}

void adam(cudaStream_t stream, const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v,
          const Tensor& y) {
  const AdamOfImages images{y.planes(), coefficients.floats(), g.floats(), m.floats(), v.floats(), y.floats()};
  launchEach(stream, images, "launching adam");
}

void clamp(cudaStream_t stream, const Tensor& low, const Tensor& high, const Tensor& y) {
  const ClampElements body{{y.planes(), low.floats(), high.floats(), y.floats()}};
  launch(stream, y.storedElements(), body, "launching clamp");
}

void mixChannels(cudaStream_t stream, const Tensor& matrix, const Tensor& x, const Tensor& y) {
  const MixChannels<1> body{y.planes(), matrix.floats(), x.floats(), y.floats()};
  launch(stream, body.at.n * area(body.at), body, "launching mixChannels");
}

}  // namespace deep_inside::cuda
