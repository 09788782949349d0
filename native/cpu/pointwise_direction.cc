#include "cpu/pointwise_direction.h"

#include "cpu/pointwise.h"

namespace deep_inside {

namespace {

PointwiseGeometry geometryOf(const ConvolutionGeometry& g, FilterUse use, int threads) {
  const int64_t lanes = pointwiseKernels().lanes;
  const Planes x = Tensor::planesOf(g.x, lanes), y = Tensor::planesOf(g.output(), lanes);
  if (use == FilterUse::Forward) return {x, y, -g.pad.top, -g.pad.left, threads};
  return {y, x, g.pad.top, g.pad.left, threads};
}

class PointwiseDirection : public Direction {
 public:
  PointwiseDirection(const PointwiseGeometry& geometry, FilterUse use, bool relu, CpuWeights& weights)
      : geometry_(geometry), relu_(relu) {
    fromBlock_ = toBlock_ = pointwiseKernels().lanes;
    const bool forward = use == FilterUse::Forward;
    const size_t count = pointwiseKernels().filterFloats(geometry);
    filters_ = weights.derived(forward ? "pointwise, forward" : "pointwise, backward", count,
                               [geometry, forward](const float* w, const float* b, float* to) {
                                 pointwiseKernels().pack(geometry, !forward, w, forward ? b : nullptr, to);
                               });
  }

  void run(const Images<const float>& from, const Images<float>& to, const Mask& mask, void*) const override {
    pointwiseKernels().run(geometry_, {from, filters_, mask.values, mask.gradients, relu_, to});
  }

 private:
  PointwiseGeometry geometry_;
  bool relu_;
  const float* filters_;
};

}  // namespace

bool pointwiseFits(const ConvolutionGeometry& g) {
  return g.w[2] == 1 && g.w[3] == 1 && g.stride.rows == 1 && g.stride.cols == 1 && g.groups == 1;
}

bool pointwisePays(const ConvolutionGeometry& g) {
  return pointwiseFits(g) && g.w[0] >= pointwiseKernels().lanes / 2 && g.w[1] >= pointwiseKernels().lanes / 2;
}

std::unique_ptr<Direction> pointwiseDirection(const ConvolutionGeometry& g, FilterUse use, CpuWeights& weights,
                                              int threads) {
  const bool relu = use == FilterUse::Forward && g.activation == Activation::Relu;
  return std::make_unique<PointwiseDirection>(geometryOf(g, use, threads), use, relu, weights);
}

}  // namespace deep_inside
