#include "cuda/convolution_ways.h"

#include <algorithm>
#include <string>

#include "core/status.h"
#include "cuda/useful_precision.h"

namespace deep_inside::cuda {

namespace {

/** bfloat16 numbers of the 16 bytes that a thread reads at once; without them no engine uses tensor cores. */
constexpr int64_t kWhole = 8;

/** bfloat16 only where tensor cores take it. */
Precision precisionOf(const ConvolutionGeometry& g, int major) {
  const bool whole = g.w[1] % kWhole == 0 && g.w[0] / g.groups % kWhole == 0;
  return usefulPrecision(g.precision == Precision::BFloat16 && !whole ? Precision::Tf32 : g.precision, major);
}

bool suits(const ConvolutionGeometry& g, ConvolutionPath path) {
  const auto suits = [&](int64_t wanted, int64_t channels) {
    return wanted == 0 || wanted == (path == ConvolutionPath::Classic ? 1 : channels);
  };
  return suits(g.xBlock, g.x[1]) && suits(g.yBlock, g.w[0]);
}

}  // namespace

std::vector<ConvolutionWay> waysOf(const ConvolutionGeometry& g, const Capabilities& has) {
  const Precision wanted = precisionOf(g, has.major);
  std::vector<ConvolutionWay> ways;
  const auto add = [&](ConvolutionPath path, Precision precision) {
    if (suits(g, path)) ways.push_back({path, precision});
  };
  // In true float32 the classic calls come first: they are exact by the names of their algorithms.
  if (wanted == Precision::Float32) add(ConvolutionPath::Classic, wanted);
  // The gradient of filters is wanted dense.
  if (has.graphs && g.filterGradient == FilterGradient::None) {
    add(ConvolutionPath::Graph, wanted);
    if (wanted == Precision::BFloat16) add(ConvolutionPath::Graph, Precision::Tf32);
  }
  if (wanted != Precision::Float32) add(ConvolutionPath::Classic, Precision::Tf32);
  if (!ways.empty()) return ways;
  throw Error(Code::Unsupported, "cuda: convolutions take layout 1, or the channels of each tensor, got " +
                                     std::to_string(g.xBlock) + " and " + std::to_string(g.yBlock) +
                                     "; leave the layouts out");
}

}  // namespace deep_inside::cuda
