#include "cuda/elementwise.h"
#include "cuda/launch.h"
#include "kernels/channels.h"
#include "kernels/elementwise.h"

namespace deep_inside::cuda {

namespace {

/** One launch for each run of memory. */
template <class BodyOf>
void launchRuns(cudaStream_t stream, int64_t runs, const Tensor& y, const BodyOf& bodyOf, const char* doing) {
  for (int64_t i = 0; i < runs; ++i) launch(stream, y.storedElements() / runs, bodyOf(i), doing);
}

template <ReluRule rule>
void reluBackwardBy(cudaStream_t stream, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  constexpr const char* doing = "launching reluBackward";
  const int64_t share = perImage(y, dx);
  if (share == 1 && runsOf(y, dy, dx) == 1) {
    launch(stream, dx.storedElements(), ReluBackward<rule>{y.floats(), dy.floats(), dx.floats()}, doing);
  } else {
    const ReluBackwardOfImages<rule> body{dx.storedInImage(), share, y.images<const float>(), dy.images<const float>(),
                                          dx.images()};
    launch(stream, dx.storedElements(), body, doing);
  }
}

}  // namespace

void relu(cudaStream_t stream, const Tensor& x, const Tensor& y) {
  const auto bodyOf = [&](int64_t i) { return Relu{imageAt(x.images(), i), imageAt(y.images(), i)}; };
  launchRuns(stream, runsOf(x, y), y, bodyOf, "launching relu");
}

void reluBackward(cudaStream_t stream, ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  switch (rule) {
    case ReluRule::Gradient: return reluBackwardBy<ReluRule::Gradient>(stream, y, dy, dx);
    case ReluRule::Deconvnet: return reluBackwardBy<ReluRule::Deconvnet>(stream, y, dy, dx);
    case ReluRule::Guided: return reluBackwardBy<ReluRule::Guided>(stream, y, dy, dx);
  }
}

void add(cudaStream_t stream, const Tensor& a, const Tensor& b, const Tensor& y) {
  const auto bodyOf = [&](int64_t i) {
    return Add{imageAt(a.images(), i), imageAt(b.images(), i), imageAt(y.images(), i)};
  };
  launchRuns(stream, runsOf(a, b, y), y, bodyOf, "launching add");
}

void axpy(cudaStream_t stream, float alpha, const Tensor& x, const Tensor& y) {
  launch(stream, y.storedElements(), Axpy{alpha, x.floats(), y.floats()}, "launching axpy");
}

void fill(cudaStream_t stream, float value, const Tensor& y) {
  const Planes at = y.planes();
  launch(stream, at.n * blocks(at) * at.b * at.h, Fill<1>{at, value, y.floats()}, "launching fill");
}

}  // namespace deep_inside::cuda
