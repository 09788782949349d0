#include <limits>
#include <type_traits>

#include "cuda/active_rows.h"
#include "cuda/launch.h"

namespace deep_inside::cuda {

namespace {

/** Calls `launchFor(std::integral_constant<int, n>)`. */
template <int most = kFewImages, class LaunchFor>
void forImages(int64_t n, const LaunchFor& launchFor) {
  if (n == most) return launchFor(std::integral_constant<int, most>{});
  if constexpr (most > 1) forImages<most - 1>(n, launchFor);
}

}  // namespace

template <class W>
void forwardActiveRows(cudaStream_t stream, const WeightMatrix<W>& matrix, const ActiveForward& f) {
  const int64_t count = partsOf(matrix);
  forImages(f.n, [&](auto n) {
    const ForwardParts<W, decltype(n)::value> body{matrix, f.x, f.parts};
    launch(stream, count * vectorsOf(matrix), body, "launching a linear layer");
  });
  const float least = f.activation == Activation::Relu ? 0.0f : -std::numeric_limits<float>::infinity();
  const ForwardSums sums{matrix.outputs, matrix.step, f.n, count, f.parts, f.bias, least, f.y};
  launch(stream, f.n * matrix.outputs, sums, "launching a linear layer");
}

template <class W>
void backwardActiveRows(cudaStream_t stream, const WeightMatrix<W>& matrix, const ActiveBackward& b) {
  forImages(b.n, [&](auto n) {
    const BackwardLanes<W, decltype(n)::value> body{matrix, b.wanted, b.dy, b.lanes};
    launch(stream, body.calls(matrix.features), body, "launching a linear layer's backward");
  });
  const BackwardSums sums{b.wanted, b.perImage, b.lanes, b.dx};
  launch(stream, b.n * matrix.features, sums, "launching a linear layer's backward");
}

template void forwardActiveRows(cudaStream_t, const WeightMatrix<float>&, const ActiveForward&);
template void forwardActiveRows(cudaStream_t, const WeightMatrix<BFloat16>&, const ActiveForward&);
template void backwardActiveRows(cudaStream_t, const WeightMatrix<float>&, const ActiveBackward&);
template void backwardActiveRows(cudaStream_t, const WeightMatrix<BFloat16>&, const ActiveBackward&);

}  // namespace deep_inside::cuda
