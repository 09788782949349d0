#include "cpu/winograd_direction.h"

#include <string>

#include "cpu/phases.h"
#include "cpu/phases_direction.h"

namespace deep_inside {

namespace {

/** The correlation of stride 1 that is the direction: backward, of dy with flipped filters, padded by r - 1 less. */
WinogradGeometry geometryOf(const ConvolutionGeometry& strided, FilterUse use) {
  const ConvolutionGeometry g = folded(strided);
  const int64_t lanes = winogradKernels().lanes, r = g.w[2];
  const Planes x = Tensor::planesOf(g.x, lanes), y = Tensor::planesOf(g.output(), lanes);
  if (use == FilterUse::Forward) return {use, x, y, r, g.pad.top, g.pad.left};
  return {use, y, x, r, r - 1 - g.pad.top, r - 1 - g.pad.left};
}

/** Of a strided convolution, those of the folded one. */
const float* filtersOf(const ConvolutionGeometry& g, FilterUse use, CpuWeights& weights) {
  const WinogradGeometry geometry = geometryOf(g, use);
  const bool forward = use == FilterUse::Forward;
  const std::string key = "Winograd, " + std::to_string(g.stride.rows) + " x " + std::to_string(g.stride.cols) +
                          (forward ? ", forward" : ", backward");
  return weights.derived(key, winogradKernels().filterFloats(geometry),
                         [g, geometry, forward](const float* w, const float* b, float* to) {
                           winogradKernels().pack(geometry, foldFilters(g, w).data(), forward ? b : nullptr, to);
                         });
}

class WinogradDirection : public Direction {
 public:
  WinogradDirection(const WinogradGeometry& geometry, const float* filters, bool relu, int threads)
      : geometry_(geometry), schedule_(winogradKernels().schedule(geometry, threads)), filters_(filters), relu_(relu) {
    fromBlock_ = toBlock_ = winogradKernels().lanes;
    scratch_ = winogradKernels().workspaceFloats(geometry, schedule_) * sizeof(float);
  }

  void run(const Images<const float>& from, const Images<float>& to, const Mask& mask, void* workspace) const override {
    winogradKernels().run(geometry_, schedule_, {from, filters_, mask.values, mask.gradients, relu_, to},
                          static_cast<float*>(workspace));
  }

 private:
  WinogradGeometry geometry_;
  WinogradSchedule schedule_;
  const float* filters_;
  bool relu_;
};

}  // namespace

bool winogradFits(const ConvolutionGeometry& g) {
  const Shape w = folded(g).w;
  return w[2] == w[3] && w[2] >= 3 && w[2] <= 5 && g.dilation.rows == 1 && g.dilation.cols == 1 && g.groups == 1;
}

bool winogradPays(const ConvolutionGeometry& geometry, FilterUse use) {
  if (!winogradFits(geometry)) return false;
  const WinogradGeometry g = geometryOf(geometry, use);
  const auto wide = [](const Planes& x) { return static_cast<double>(blocks(x) * x.b); };
  const double products = 36.0 * static_cast<double>(tilesOf(g)) * wide(g.x) * wide(g.y);
  const Shape &w = geometry.w, y = geometry.output();
  const double direct = static_cast<double>(elementsOf(y) * w[1] * w[2] * w[3]);
  // Measured: below this the transforms and the padding of channels and tiles cost what the multiplications save.
  return products < 0.6 * direct;
}

std::unique_ptr<Direction> winogradDirection(const ConvolutionGeometry& g, FilterUse use, CpuWeights& weights,
                                             int threads) {
  const bool relu = use == FilterUse::Forward && g.activation == Activation::Relu;
  auto made = std::make_unique<WinogradDirection>(geometryOf(g, use), filtersOf(g, use, weights), relu, threads);
  if (g.stride.rows == 1 && g.stride.cols == 1) return made;
  return phasesDirection(g, use, std::move(made));
}

}  // namespace deep_inside
