#include "cpu/winograd_direction.h"

namespace deep_inside {

namespace {

/** The correlation that is the direction: backward, one of dy with flipped filters, padded by r - 1 less the padding. */
WinogradGeometry geometryOf(const ConvolutionGeometry& g, FilterUse use) {
  const int64_t lanes = winogradKernels().lanes, r = g.w[2];
  const Planes x = Tensor::planesOf(g.x, lanes), y = Tensor::planesOf(g.output(), lanes);
  if (use == FilterUse::Forward) return {use, x, y, r, g.pad.top, g.pad.left};
  return {use, y, x, r, r - 1 - g.pad.top, r - 1 - g.pad.left};
}

class WinogradDirection : public Direction {
 public:
  WinogradDirection(const WinogradGeometry& geometry, bool relu, CpuWeights& weights, int threads)
      : geometry_(geometry), schedule_(winogradKernels().schedule(geometry, threads)), relu_(relu) {
    fromBlock_ = toBlock_ = winogradKernels().lanes;
    scratch_ = winogradKernels().workspaceFloats(geometry, schedule_) * sizeof(float);
    const bool forward = geometry.use == FilterUse::Forward;
    const size_t count = winogradKernels().filterFloats(geometry);
    filters_ = weights.derived(forward ? "Winograd, forward" : "Winograd, backward", count,
                               [geometry, forward](const float* w, const float* b, float* to) {
                                 winogradKernels().pack(geometry, w, forward ? b : nullptr, to);
                               });
  }

  void run(const Images<const float>& from, const Images<float>& to, const Mask& mask, void* workspace) override {
    winogradKernels().run(geometry_, schedule_, {from, filters_, mask.values, mask.gradients, relu_, to},
                          static_cast<float*>(workspace));
  }

 private:
  WinogradGeometry geometry_;
  WinogradSchedule schedule_;
  bool relu_;
  const float* filters_;
};

}  // namespace

bool winogradFits(const ConvolutionGeometry& g) {
  const bool square = g.w[2] == g.w[3] && (g.w[2] == 3 || g.w[2] == 5);
  const bool plain = g.stride.rows == 1 && g.stride.cols == 1 && g.dilation.rows == 1 && g.dilation.cols == 1;
  return square && plain && g.groups == 1;
}

bool winogradPays(const ConvolutionGeometry& geometry, FilterUse use) {
  if (!winogradFits(geometry)) return false;
  const WinogradGeometry g = geometryOf(geometry, use);
  const auto wide = [](const Planes& x) { return static_cast<double>(blocks(x) * x.b); };
  const double products = 36.0 * static_cast<double>(tilesOf(g)) * wide(g.x) * wide(g.y);
  const double direct = static_cast<double>(g.y.n * area(g.y) * g.r * g.r * g.x.c * g.y.c);
  // Measured: below this the transforms and the padding of channels and tiles cost what the multiplications save.
  return products < 0.6 * direct;
}

std::unique_ptr<Direction> winogradDirection(const ConvolutionGeometry& geometry, FilterUse use, CpuWeights& weights,
                                             int threads) {
  const bool relu = use == FilterUse::Forward && geometry.activation == Activation::Relu;
  return std::make_unique<WinogradDirection>(geometryOf(geometry, use), relu, weights, threads);
}

}  // namespace deep_inside
