// Compiled once per instruction set, with DEEP_INSIDE_ISA naming the namespace. Only kernel bodies and C functions may be
// used here: an inline function of the C++ library compiled for AVX-512 could be linked into code for other processors.

#include "cpu/kernels.h"

#include "cpu/isa/each.h"
#include "kernels/channels.h"
#include "kernels/elementwise.h"
#include "kernels/max_pool.h"
#include "kernels/rows.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

void relu(int64_t n, int64_t count, const Images<const float>& x, const Images<float>& y) {
  eachElement(n, count, [=](int64_t i) { return Relu{imageAt(x, i), imageAt(y, i)}; });
}

/** Of gradients most parts have something else in their first vectors. */
bool allZeros(const float* x, int64_t count) {
  constexpr int64_t step = 4 * kWidest;
  int64_t i = 0;
  for (int32_t live = 0; i + step <= count; i += step) {
    for (int64_t j = 0; j < step; ++j) live |= x[i + j] != 0.0f;
    if (live) return false;
  }
  while (i < count && x[i] == 0.0f) ++i;
  return i == count;
}

/** Where dy is 0, as in all channels but one behind the scores of a SqueezeNet, y is not looked at. */
template <ReluRule rule>
void reluBackwardBy(int64_t n, int64_t perImage, int64_t count, const Images<const float>& y,
                    const Images<const float>& dy, const Images<float>& dx) {
  eachChunk(n, count, [=](int64_t i, int64_t begin, int64_t end) {
    const ReluBackward<rule> body{imageAt(y, i / perImage), imageAt(dy, i), imageAt(dx, i)};
    if (allZeros(body.dy + begin, end - begin)) {
      if (body.dx != body.dy) __builtin_memset(body.dx + begin, 0, static_cast<size_t>(end - begin) * sizeof(float));
      return;
    }
#pragma omp simd
    for (int64_t j = begin; j < end; ++j) body(j);
  });
}

void reluBackward(ReluRule rule, int64_t n, int64_t perImage, int64_t count, const Images<const float>& y,
                  const Images<const float>& dy, const Images<float>& dx) {
  switch (rule) {
    case ReluRule::Gradient: return reluBackwardBy<ReluRule::Gradient>(n, perImage, count, y, dy, dx);
    case ReluRule::Deconvnet: return reluBackwardBy<ReluRule::Deconvnet>(n, perImage, count, y, dy, dx);
    case ReluRule::Guided: return reluBackwardBy<ReluRule::Guided>(n, perImage, count, y, dy, dx);
  }
}

void add(int64_t n, int64_t count, const Images<const float>& a, const Images<const float>& b, const Images<float>& y) {
  eachElement(n, count, [=](int64_t i) { return Add{imageAt(a, i), imageAt(b, i), imageAt(y, i)}; });
}

void axpy(float alpha, const float* x, float* y, int64_t count) {
  eachElement(1, count, [=](int64_t) { return Axpy{alpha, x, y}; });
}

void fill(const Planes& at, float value, float* y) { eachRow<Fill>(at.h, at, value, y); }

/** Copies `count` floats of each image. */
void copyRuns(int64_t images, int64_t count, const Images<const float>& from, const Images<float>& to) {
  eachChunk(images, count, [=](int64_t n, int64_t begin, int64_t end) {
    __builtin_memcpy(imageAt(to, n) + begin, imageAt(from, n) + begin,
                     static_cast<size_t>(end - begin) * sizeof(float));
  });
}

void put(const ChannelCopy& p) {
  if (wholeBlocks(p.x, p.y, p.first))
    return copyRuns(p.x.n, storedInImage(p.x), p.from, {p.to.data + p.first * area(p.y), p.to.step});
  eachCall(channelRuns(p.x), stored(p.x), PutChannels{p.x, p.y, p.first, p.from, p.to});
}

void take(const ChannelCopy& p) {
  if (wholeBlocks(p.y, p.x, p.first))
    return copyRuns(p.y.n, storedInImage(p.y), {p.from.data + p.first * area(p.x), p.from.step}, p.to);
  eachCall(channelRuns(p.y), stored(p.y), TakeChannels{p.x, p.y, p.first, p.from, p.to});
}

void scaleShift(const Planes& at, const float* x, const float* scale, const float* shift, float* y) {
  eachRow<ScaleShift>(at.h, at, x, scale, shift, y);
}

/** Images of one pixel differ in their padding alone. */
void reorderPixels(const Planes& to, const Images<const float>& x, const Images<float>& y) {
  copyRuns(to.n, to.c, x, y);
  for (int64_t n = 0; n < to.n; ++n)
    for (int64_t c = to.c; c < storedInImage(to); ++c) imageAt(y, n)[c] = 0.0f;
}

void reorder(const Planes& from, const Planes& to, const Images<const float>& x, const Images<float>& y) {
  if (from.b == to.b) return copyRuns(to.n, storedInImage(to), x, y);
  if (area(to) == 1) return reorderPixels(to, x, y);
  eachCall(channelRuns(to), stored(to), Reorder{from, to, x, y});
}

void maxPool(const Planes& in, const Window& window, const float* x, float* y, int32_t* at) {
  eachRow<MaxPool>(window.p, in, window, x, y, at);
}

void unpool(const Planes& in, const Window& window, int64_t perImage, const float* dy, const int32_t* at, float* dx) {
  eachRow<Unpool>(bands(in), in, window, perImage, dy, at, dx);
}

void averagePool(const Planes& in, const Window& window, Divisor divisor, const float* x, float* y) {
  eachRow<AveragePool>(window.p, in, window, divisor, x, y);
}

void averagePoolBackward(const Planes& in, const Window& window, Divisor divisor, const float* dy, float* dx) {
  eachRow<AveragePoolBackward>(bands(in), in, window, divisor, dy, dx);
}

void lrn(const Planes& at, const Lrn& lrn, const float* x, float* y) {
  withLanes(at.b, [&](auto lanes) {
    eachCall(at.n * lrnChunks(at) * at.h, stored(at), LrnForward<decltype(lanes)::value>{at, lrn, x, y});
  });
}

void lrnBackward(const Planes& at, const Lrn& lrn, int64_t perImage, const float* x, const float* dy, float* dx) {
  withLanes(at.b, [&](auto lanes) {
    const LrnBackward<decltype(lanes)::value> body{at, lrn, perImage, x, dy, dx};
    eachCall(at.n * lrnChunks(at) * at.h, stored(at), body);
  });
}

void softmax(int64_t rows, int64_t classes, const float* x, float* y) {
  eachCall(rows, rows * classes, Softmax{classes, x, y});
}

void softmaxBackward(int64_t rows, int64_t classes, int64_t perImage, const float* y, const float* dy, float* dx) {
  eachCall(rows, rows * classes, SoftmaxBackward{classes, perImage, y, dy, dx});
}

void seed(int64_t rows, int64_t classes, int64_t perImage, const float* scores, const int32_t* wanted, float* dy) {
  eachCall(rows, rows * classes, Seed{classes, perImage, scores, wanted, dy});
}

template <MaxAbsResult result>
void maxAbsBy(const Planes& at, const float* x, const float* scale, float* y) {
  const int64_t groups = (area(at) + kWidest - 1) / kWidest;
  if (at.b == 1) return eachCall(at.n * groups, stored(at), MaxAbsOverChannels<result, kWidest>{at, x, scale, y});
  eachCall(at.n * area(at), stored(at), MaxAbsOverChannels<result, 1>{at, x, scale, y});
}

void maxAbs(MaxAbsResult result, const Planes& at, const float* x, const float* scale, float* y) {
  if (result == MaxAbsResult::Signed) return maxAbsBy<MaxAbsResult::Signed>(at, x, scale, y);
  maxAbsBy<MaxAbsResult::Magnitude>(at, x, scale, y);
}

}  // namespace

#define DI_TEXT_OF(name) #name
#define DI_TEXT(name) DI_TEXT_OF(name)

extern const Kernels table;
const Kernels table = {DI_TEXT(DEEP_INSIDE_ISA),
                       relu,
                       reluBackward,
                       add,
                       axpy,
                       fill,
                       put,
                       take,
                       scaleShift,
                       reorder,
                       maxPool,
                       unpool,
                       averagePool,
                       averagePoolBackward,
                       lrn,
                       lrnBackward,
                       softmax,
                       softmaxBackward,
                       seed,
                       maxAbs};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
