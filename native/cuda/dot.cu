#include "cuda/dot.h"
#include "cuda/launch.h"
#include "cuda/rows.h"
#include "kernels/dot.h"

namespace deep_inside::cuda {

void dot(cudaStream_t stream, void* scratch, const Tensor& a, const Tensor& b, const Tensor& y) {
  // 31 images at a time, 31,744 threads.
  constexpr auto most = static_cast<int64_t>(kRowScratchBytes / sizeof(double)) / (kDotLanes + kDotSums);
  double *lanes = static_cast<double*>(scratch), *sums = lanes + most * kDotLanes;
  for (int64_t first = 0; first < a.shape[0]; first += most) {
    const int64_t n = std::min(most, a.shape[0] - first);
    const DotLanes body{first, a.storedInImage(), a.floats(), b.floats(), lanes};
    launch(stream, n * kDotLanes, body, "launching dot");
    launch(stream, n * kDotSums, DotSums{lanes, sums}, "launching dot");
    launch(stream, n, DotTotals{first, sums, y.floats()}, "launching dot");
  }
}

}  // namespace deep_inside::cuda
