#include <algorithm>

#include "cuda/launch.h"
#include "cuda/weight_update.h"

namespace deep_inside::cuda {

namespace {

/** `last` is left for who judges; `rounds` may be used again. */
Looked look(cudaStream_t stream, const Floats& x, int32_t* rounds, int64_t* last) {
  if (!x.data) return {nullptr, 0, nullptr, 0};
  const int64_t looks = std::min(x.count, kLooks), parts = std::min(looks, kLastLooks);
  launch(stream, looks, FirstNotFinite{x.count, looks, x.data, rounds}, "looking at new weights");
  launch(stream, parts, Least{x.count, looks, parts, rounds, last}, "looking at new weights");
  return {x.data, x.count, last, parts};
}

}  // namespace

void lookForNotFinite(cudaStream_t stream, void* scratch, const Floats& w, const Floats& b, NotFinite* found) {
  auto* last = static_cast<int64_t*>(scratch);
  auto* rounds = reinterpret_cast<int32_t*>(last + 2 * kLastLooks);
  const Looked inW = look(stream, w, rounds, last);
  const Looked inB = look(stream, b, rounds, last + kLastLooks);
  launch(stream, 1, NoteNotFinite{inW, inB, found}, "looking at new weights");
}

void copyUnlessFound(cudaStream_t stream, const NotFinite* found, const Floats& x, float* y) {
  launch(stream, x.count, UnlessFound<CopyElements>{found, {x.data, y}}, "copying new weights");
}

void takeUnlessFound(cudaStream_t stream, const NotFinite* found, const TakeOutputs& body) {
  const int64_t calls = takeCalls(body.features, body.count);
  launch(stream, calls, UnlessFound<TakeOutputs>{found, body}, "copying new weights");
}

}  // namespace deep_inside::cuda
