#include "cuda/channels.h"
#include "cuda/launch.h"
#include "kernels/channels_elements.h"

namespace deep_inside::cuda {

namespace {

/** Copies `count` floats of each of `rows`. */
void copyRows(cudaStream_t stream, int64_t rows, int64_t count, const Images<const float>& from,
              const Images<float>& to, const char* doing) {
  const auto bytes = [](int64_t floats) { return static_cast<size_t>(floats) * sizeof(float); };
  check(cudaMemcpy2DAsync(to.data, bytes(to.step), from.data, bytes(from.step), bytes(count), static_cast<size_t>(rows),
                          cudaMemcpyDeviceToDevice, stream),
        doing);
}

/** Whether all channels of a pixel lie side by side (NHWC), and so do the pixels of all images. */
bool isRowsOfChannels(const Tensor& x) { return x.block == x.shape[1] && x.isDense(); }

void put(cudaStream_t stream, const Tensor& x, const Tensor& y, int64_t first) {
  constexpr const char* doing = "copying for concat";
  const Planes part = x.planes(), whole = y.planes();
  const Images<const float> from = x.images<const float>();
  const Images<float> to = y.images();
  if (wholeBlocks(part, whole, first)) {
    copyRows(stream, part.n, storedInImage(part), from, {to.data + first * area(whole), to.step}, doing);
  } else if (isRowsOfChannels(x) && isRowsOfChannels(y)) {
    copyRows(stream, part.n * area(part), part.c, {from.data, part.c}, {to.data + first, whole.c}, doing);
  } else {
    launch(stream, stored(putOrder(part, whole)), PutElements{{part, whole, first, from, to}}, "launching concat");
  }
}

void take(cudaStream_t stream, const Tensor& dy, const Tensor& dx, int64_t first) {
  constexpr const char* doing = "copying for split";
  const Planes whole = dy.planes(), part = dx.planes();
  const Images<const float> from = dy.images<const float>();
  const Images<float> to = dx.images();
  if (wholeBlocks(part, whole, first)) {
    copyRows(stream, part.n, storedInImage(part), {from.data + first * area(whole), from.step}, to, doing);
  } else if (isRowsOfChannels(dy) && isRowsOfChannels(dx)) {
    copyRows(stream, part.n * area(part), part.c, {from.data + first, whole.c}, {to.data, part.c}, doing);
  } else {
    launch(stream, stored(part), TakeElements{{whole, part, first, from, to}}, "launching split");
  }
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
    return copyRows(stream, to.n, storedInImage(to), x.images<const float>(), y.images(), "copying for reorder");
  }
  launch(stream, stored(to), ReorderElements{{from, to, x.images<const float>(), y.images()}}, "launching reorder");
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
