#include "cuda/channels.h"
#include "cuda/launch.h"
#include "kernels/channels.h"

namespace deep_inside::cuda {

namespace {

/** Copies `count` floats of each image. */
void copyRuns(cudaStream_t stream, int64_t images, int64_t count, const Images<const float>& from,
              const Images<float>& to, const char* doing) {
  const auto bytes = [](int64_t floats) { return static_cast<size_t>(floats) * sizeof(float); };
  check(cudaMemcpy2DAsync(to.data, bytes(to.step), from.data, bytes(from.step), bytes(count),
                          static_cast<size_t>(images), cudaMemcpyDeviceToDevice, stream),
        doing);
}

void put(cudaStream_t stream, const Tensor& x, const Tensor& y, int64_t first) {
  const Planes part = x.planes(), whole = y.planes();
  const Images<const float> from = x.images<const float>();
  const Images<float> to = y.images();
  if (wholeBlocks(part, whole, first)) {
    return copyRuns(stream, part.n, storedInImage(part), from, {to.data + first * area(whole), to.step},
                    "copying for concat");
  }
  launch(stream, channelRuns(part), PutChannels{part, whole, first, from, to}, "launching concat");
}

void take(cudaStream_t stream, const Tensor& dy, const Tensor& dx, int64_t first) {
  const Planes whole = dy.planes(), part = dx.planes();
  const Images<const float> from = dy.images<const float>();
  const Images<float> to = dx.images();
  if (wholeBlocks(part, whole, first)) {
    return copyRuns(stream, part.n, storedInImage(part), {from.data + first * area(whole), from.step}, to,
                    "copying for split");
  }
  launch(stream, channelRuns(part), TakeChannels{whole, part, first, from, to}, "launching split");
}

template <MaxAbsResult result>
void maxAbsBy(cudaStream_t stream, const Tensor& x, const float* scale, const Tensor& y) {
  const MaxAbsOverChannels<result, 1> body{x.planes(), x.floats(), scale, y.floats()};
  launch(stream, y.storedElements(), body, "launching maxAbsOverChannels");
}

}  // namespace

void concat(cudaStream_t stream, const std::vector<Tensor>& xs, const Tensor& y) {
  int64_t first = 0;
  for (const Tensor& x : xs) {
    put(stream, x, y, first);
    first += x.shape[1];
  }
}

void split(cudaStream_t stream, const Tensor& dy, const std::vector<Tensor>& dxs) {
  int64_t first = 0;
  for (const Tensor& dx : dxs) {
    take(stream, dy, dx, first);
    first += dx.shape[1];
  }
}

void reorder(cudaStream_t stream, const Tensor& x, const Tensor& y) {
  // A flattened side is the dense form of the other's shape.
  const Shape& shape = x.shape.size() == 4 ? x.shape : y.shape;
  const Planes from = Tensor::planesOf(shape, x.block), to = Tensor::planesOf(shape, y.block);
  if (from.b == to.b) {
    return copyRuns(stream, to.n, storedInImage(to), x.images<const float>(), y.images(), "copying for reorder");
  }
  launch(stream, channelRuns(to), Reorder{from, to, x.images<const float>(), y.images()}, "launching reorder");
}

void scaleShift(cudaStream_t stream, const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y) {
  const float* terms = shift ? shift->floats() : nullptr;
  const ScaleShiftElements body{{y.planes(), x.floats(), scale.floats(), terms, y.floats()}};
  launch(stream, y.storedElements(), body, "launching scaleShift");
}

void maxAbsOverChannels(cudaStream_t stream, const Tensor& x, const Tensor* scale, const Tensor& y,
                        MaxAbsResult result) {
  const float* factors = scale ? scale->floats() : nullptr;
  if (result == MaxAbsResult::Signed) return maxAbsBy<MaxAbsResult::Signed>(stream, x, factors, y);
  maxAbsBy<MaxAbsResult::Magnitude>(stream, x, factors, y);
}

}  // namespace deep_inside::cuda
