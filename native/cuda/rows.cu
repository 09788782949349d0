#include "cuda/launch.h"
#include "cuda/rows.h"

namespace deep_inside::cuda {

namespace {

static_assert(kRowScratchBytes == 2 * kRowsAtOnce * kRowLanes * sizeof(float), "maxima and sums have room");

/** Calls `launchRows(rows, lanes, elements)` for one part after the other of [n, classes], so that all fit the scratch. */
template <class LaunchRows>
void eachPart(const Tensor& y, const LaunchRows& launchRows) {
  const int64_t n = y.shape[0], classes = y.shape[1];
  for (int64_t first = 0; first < n; first += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, n - first);
    launchRows(Rows{first, classes}, count * kRowLanes, count * classes);
  }
}

}  // namespace

void softmax(cudaStream_t stream, void* scratch, const Tensor& x, const Tensor& y) {
  float *maxima = static_cast<float*>(scratch), *sums = maxima + kRowsAtOnce * kRowLanes;
  eachPart(y, [&](const Rows& rows, int64_t lanes, int64_t elements) {
    launch(stream, lanes, RowMaxima{rows, x.floats(), maxima}, "launching softmax");
    launch(stream, lanes, RowExponentials{rows, x.floats(), maxima, y.floats(), sums}, "launching softmax");
    launch(stream, elements, RowQuotients{rows, sums, y.floats()}, "launching softmax");
  });
}

void softmaxBackward(cudaStream_t stream, void* scratch, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  auto* dots = static_cast<float*>(scratch);
  const int64_t share = perImage(y, dx);
  eachPart(dx, [&](const Rows& rows, int64_t lanes, int64_t elements) {
    launch(stream, lanes, RowDots{rows, share, y.floats(), dy.floats(), dots}, "launching softmaxBackward");
    const RowGradients gradients{rows, share, y.floats(), dy.floats(), dots, dx.floats()};
    launch(stream, elements, gradients, "launching softmaxBackward");
  });
}

void seed(cudaStream_t stream, void* scratch, const Tensor& scores, const Tensor& classes, const Tensor& dy) {
  auto* bests = static_cast<Best*>(scratch);
  eachPart(dy, [&](const Rows& rows, int64_t lanes, int64_t elements) {
    launch(stream, lanes, RowBests{rows, perImage(scores, dy), scores.floats(), bests}, "launching seed");
    launch(stream, elements, RowSeeds{rows, bests, classes.ints(), dy.floats()}, "launching seed");
  });
}

}  // namespace deep_inside::cuda
