#pragma once

#include "kernels/lanes.h"
#include "kernels/planes.h"
#include "kernels/window.h"

// How the calls of a kernel body are shared out to the caller's OpenMP team. Each is made once, by one thread.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** Below this many elements a team of threads costs more than it saves. */
constexpr int64_t kAlone = 1 << 13;

/** Elements that one thread takes at a time. */
constexpr int64_t kChunk = 1 << 12;

/** Calls `visit(n, begin, end)` for parts of `count` elements of each image. */
template <class Visit>
void eachChunk(int64_t images, int64_t count, const Visit& visit) {
#pragma omp parallel for schedule(static) collapse(2) if (images * count > kAlone)
  for (int64_t n = 0; n < images; ++n)
    for (int64_t chunk = 0; chunk < count; chunk += kChunk) visit(n, chunk, smaller(chunk + kChunk, count));
}

/** One call per element of each image, with the body that `bodyOf` makes for it. */
template <class BodyOf>
void eachElement(int64_t images, int64_t count, const BodyOf& bodyOf) {
  eachChunk(images, count, [&](int64_t n, int64_t begin, int64_t end) {
    const auto body = bodyOf(n);
#pragma omp simd
    for (int64_t i = begin; i < end; ++i) body(i);
  });
}

/** One call per pixel, row or group of lanes: heavier bodies that keep their own inner loops. */
template <class Body>
void eachCall(int64_t calls, int64_t elements, const Body& body) {
#pragma omp parallel for schedule(static) if (elements > kAlone)
  for (int64_t i = 0; i < calls; ++i) {
    const Body own = body;  // which no store can reach: its fields stay in registers
    own(i);
  }
}

template <int B>
struct LaneCount {
  static constexpr int value = B;
};

/** Calls `run` with the widest LaneCount that divides the block. */
template <int B = kWidest, class Run>
void withLanes(int64_t block, const Run& run) {
  if (block % B == 0) return run(LaneCount<B>{});
  if constexpr (B > 1) withLanes<B == 4 ? 1 : B / 2>(block, run);
}

/** One call for each of `rows` rows of every plane. */
template <template <int> class Body, class... Arguments>
void eachRow(int64_t rows, const Planes& in, Arguments... arguments) {
  withLanes(in.b, [&](auto lanes) {
    constexpr int B = decltype(lanes)::value;
    eachCall(in.n * blocks(in) * in.b / B * rows, stored(in), Body<B>{in, arguments...});
  });
}

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
