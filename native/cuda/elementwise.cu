#include <algorithm>

#include "cuda/check.h"
#include "cuda/elementwise.h"
#include "kernels/channels.h"
#include "kernels/elementwise.h"

namespace deep_inside::cuda {

namespace {

constexpr int kThreads = 256;
/** More blocks than any GPU runs at a time; each thread strides over the rest. */
constexpr int64_t kMostBlocks = 16384;

template <class Body>
__global__ void eachCall(int64_t count, Body body) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < count; i += step) body(i);
}

template <class Body>
void launch(cudaStream_t stream, int64_t count, const Body& body, const char* doing) {
  if (count == 0) return;
  const int64_t blocks = std::min((count + kThreads - 1) / kThreads, kMostBlocks);
  eachCall<<<static_cast<unsigned>(blocks), kThreads, 0, stream>>>(count, body);
  check(cudaGetLastError(), doing);
}

/** One launch, or one for each image where several share an image of y. */
template <ReluRule rule>
void reluBackwardBy(cudaStream_t stream, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  const int64_t share = perImage(y, dx), launches = share == 1 ? 1 : dx.shape[0];
  const int64_t count = dx.storedElements() / launches;
  for (int64_t i = 0; i < launches; ++i) {
    const ReluBackward<rule> body{y.floats() + i / share * count, dy.floats() + i * count, dx.floats() + i * count};
    launch(stream, count, body, "launching reluBackward");
  }
}

}  // namespace

void relu(cudaStream_t stream, const Tensor& x, const Tensor& y) {
  launch(stream, y.storedElements(), Relu{x.floats(), y.floats()}, "launching relu");
}

void reluBackward(cudaStream_t stream, ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  switch (rule) {
    case ReluRule::Gradient: return reluBackwardBy<ReluRule::Gradient>(stream, y, dy, dx);
    case ReluRule::Deconvnet: return reluBackwardBy<ReluRule::Deconvnet>(stream, y, dy, dx);
    case ReluRule::Guided: return reluBackwardBy<ReluRule::Guided>(stream, y, dy, dx);
  }
}

void add(cudaStream_t stream, const Tensor& a, const Tensor& b, const Tensor& y) {
  launch(stream, y.storedElements(), Add{a.floats(), b.floats(), y.floats()}, "launching add");
}

void axpy(cudaStream_t stream, float alpha, const Tensor& x, const Tensor& y) {
  launch(stream, y.storedElements(), Axpy{alpha, x.floats(), y.floats()}, "launching axpy");
}

void fill(cudaStream_t stream, float value, const Tensor& y) {
  const Planes at = y.planes();
  launch(stream, at.n * blocks(at) * at.b * at.h, Fill<1>{at, value, y.floats()}, "launching fill");
}

}  // namespace deep_inside::cuda
