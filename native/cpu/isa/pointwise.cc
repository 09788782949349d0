// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/pointwise.h"

#include "cpu/isa/multiply.h"
#include "kernels/window.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

constexpr int64_t kGroup = kVectors * kLanes;
/** Pixels for which a group of filters is read once. */
constexpr int64_t kRun = 4 * kRows;
constexpr int64_t kMostBlocks = 256;

int64_t channels(const Planes& x) { return blocks(x) * x.b; }
int64_t groups(const PointwiseGeometry& g) { return (channels(g.y) + kGroup - 1) / kGroup; }
size_t filterFloats(const PointwiseGeometry& g) { return static_cast<size_t>((channels(g.x) + 1) * channels(g.y)); }

/** filters: [groups][c][width], then the bias [k]. */
void pack(const PointwiseGeometry& g, bool transposed, const float* w, const float* bias, float* filters) {
  const int64_t wide = channels(g.x), count = channels(g.y);
  for (int64_t k = 0; k < count; ++k) {
    const int64_t first = k / kGroup * kGroup, width = smaller(kGroup, count - first);
    for (int64_t c = 0; c < wide; ++c) {
      const bool real = k < g.y.c && c < g.x.c;
      filters[first * wide + c * width + k % kGroup] = real ? w[transposed ? c * g.y.c + k : k * g.x.c + c] : 0.0f;
    }
    filters[count * wide + k] = bias && k < g.y.c ? bias[k] : 0.0f;
  }
}

/** Neighbouring pixels of a row of y, and of x where they lie inside it. */
struct PixelRun {
  int64_t n, y, x, count;  // image, first pixel in the planes of y and x, how many
};

/** The blocks of channels in which some pixel of the run is not zero. */
int64_t blocksInUse(const PointwiseGeometry& g, const BlockedRows& v, int64_t count, int32_t* which) {
  int64_t used = 0;
  for (int64_t b = 0; b < blocks(g.x); ++b) {
    const float* from = v.data + b * v.block;
    Lanes any = {};
    for (int64_t t = 0; t < count; ++t) {
      const Lanes here = lanesAt(from + t * kLanes);
      any = here != 0.0f ? Lanes{} + 1.0f : any;
    }
    float sum = 0;
    for (int lane = 0; lane < kLanes; ++lane) sum += any[lane];
    if (sum != 0.0f) which[used++] = static_cast<int32_t>(b);
  }
  return used;
}

template <int vectors>
void storeRun(const PointwiseGeometry& g, const PointwiseOperands& o, const PixelRun& run, int64_t group,
              const float* sums) {
  const float* bias = o.filters + channels(g.x) * channels(g.y);
  const int64_t image = blocks(g.y) * area(g.y);
  for (int k = 0; k < vectors; ++k) {
    const int64_t block = group * kVectors + k, first = (block * area(g.y) + run.y) * kLanes;
    const float* mask = o.mask ? o.mask + run.n / o.gradients * image * kLanes + first : nullptr;
    float* to = o.y + run.n * image * kLanes + first;
    const Lanes shift = lanesAt(bias + block * kLanes);
    for (int64_t t = 0; t < run.count; ++t)
      store(lanesAt(sums + (t * vectors + k) * kLanes), shift, o.relu, mask ? mask + t * kLanes : nullptr,
            to + t * kLanes);
  }
}

template <int vectors>
void produce(const PointwiseGeometry& g, const PointwiseOperands& o, const PixelRun& run, const BlockedRows& v,
             int64_t group) {
  float sums[kRun * vectors * kLanes];
  multiply<vectors>(run.count, v, o.filters + group * kGroup * channels(g.x), sums);
  storeRun<vectors>(g, o, run, group, sums);
}

void produceAll(const PointwiseGeometry& g, const PointwiseOperands& o, const PixelRun& run, const BlockedRows& v) {
  for (int64_t group = 0; group < groups(g); ++group) {
    if (channels(g.y) - group * kGroup >= kGroup) {
      produce<kVectors>(g, o, run, v, group);
    } else {
      produce<1>(g, o, run, v, group);
    }
  }
}

void produceRun(const PointwiseGeometry& g, const PointwiseOperands& o, const PixelRun& run) {
  const int64_t plane = area(g.x) * kLanes;
  BlockedRows v{o.x + run.n * blocks(g.x) * plane + run.x * kLanes, kLanes, plane, blocks(g.x)};
  int32_t which[kMostBlocks];
  if (blocks(g.x) > kMostBlocks) return produceAll(g, o, run, v);
  v.blocks = blocksInUse(g, v, run.count, which);
  v.which = which;
  produceAll(g, o, run, v);
}

/** A row of y; beyond the edges of x its pixels are the bias alone. */
void produceRow(const PointwiseGeometry& g, const PointwiseOperands& o, int64_t n, int64_t p, int64_t begin,
                int64_t end) {
  const int64_t row = p + g.rows;
  const int64_t first = larger(begin, smaller(end, -g.cols)), last = larger(first, smaller(end, g.x.w - g.cols));
  const bool inside = row >= 0 && row < g.x.h;
  for (int64_t q = begin; q < end;) {
    const bool real = inside && q >= first && q < last;
    const int64_t until = !inside ? end : q < first ? first : q < last ? last : end;
    const PixelRun run{n, p * g.y.w + q, row * g.x.w + q + g.cols, smaller(kRun, until - q)};
    real ? produceRun(g, o, run) : produceAll(g, o, run, {o.x, kLanes, 0, 0});
    q += run.count;
  }
}

void run(const PointwiseGeometry& given, const PointwiseOperands& o) {
  PointwiseGeometry g = given;
  if (g.x.h == g.y.h && g.x.w == g.y.w && g.rows == 0 && g.cols == 0) {
    g.x.w = g.y.w = area(g.x);  // a plane is one long row
    g.x.h = g.y.h = 1;
  }
  const int64_t parts = (g.y.w + kRun - 1) / kRun;
#pragma omp parallel for schedule(static) num_threads(g.threads)
  for (int64_t i = 0; i < g.y.n * g.y.h * parts; ++i) {
    const int64_t part = i % parts, p = i / parts % g.y.h;
    produceRow(g, o, i / parts / g.y.h, p, g.y.w * part / parts, g.y.w * (part + 1) / parts);
  }
}

}  // namespace

extern const PointwiseKernels pointwise;
const PointwiseKernels pointwise = {kLanes, filterFloats, pack, run};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
