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

/** Neighbouring pixels of the planes of x, and the pixels of y that they make. */
struct PixelRun {
  int64_t n, x, count;   // image, first pixel of x, how many
  int64_t pixels[kRun];  // of y, for each
};

/** `y` is made of the first pixel; after `width` pixels a row of x ends, and `skip` pixels of y are left out. */
PixelRun pixelRun(int64_t n, int64_t x, int64_t count, int64_t y, int64_t width, int64_t skip) {
  PixelRun run{n, x, count, {}};
  int64_t left = width - x % width;
  for (int64_t t = 0; t < count; ++t, ++y) {
    if (left-- == 0) {
      y += skip;
      left = width - 1;
    }
    run.pixels[t] = y;
  }
  return run;
}

/** The blocks of channels in which some pixel of the run is not zero. */
int64_t blocksInUse(const PointwiseGeometry& g, const BlockedRows& v, int64_t count, int32_t* which) {
  int64_t used = 0;
  for (int64_t b = 0; b < blocks(g.x); ++b) {
    const float* from = v.data + b * v.block;
    Lanes any = {};
    for (int64_t t = 0; t < count; ++t) {
      const Lanes here = *lanesAt(from + t * kLanes);
      any = here != 0.0f ? Lanes{} + 1.0f : any;
    }
    float sum = 0;
    for (int lane = 0; lane < kLanes; ++lane) sum += any[lane];
    if (sum != 0.0f) which[used++] = static_cast<int32_t>(b);
  }
  return used;
}

/** Some vectors of a run's pixels: what masks them, and where they go. */
template <int vectors>
struct Destination {
  const float* mask[vectors];  // null: nothing
  float* to[vectors];
  Lanes bias[vectors];

  Destination(const PointwiseGeometry& g, const CorrelationOperands& o, int64_t n, int64_t group) {
    const float* image = maskAt(o, n);
    for (int k = 0; k < vectors; ++k) {
      const int64_t block = group * kVectors + k, plane = block * area(g.y) * kLanes;
      mask[k] = image ? image + plane : nullptr;
      to[k] = imageAt(o.y, n) + plane;
      bias[k] = *lanesAt(o.filters + channels(g.x) * channels(g.y) + block * kLanes);
    }
  }

  /** Begins to load the lines of `count` pixels: a run is too short for processors to foresee them. */
  __attribute__((always_inline)) void fetch(const int64_t* pixels, int64_t count) const {
    for (int k = 0; k < vectors; ++k)
      for (int64_t t = 0; t < count; ++t) {
        __builtin_prefetch(to[k] + pixels[t] * kLanes, 1);
        if (mask[k]) __builtin_prefetch(mask[k] + pixels[t] * kLanes);
      }
  }
};

template <int vectors>
void produce(const PointwiseGeometry& g, const CorrelationOperands& o, const PixelRun& run, const BlockedRows& v,
             int64_t group) {
  const Destination<vectors> at(g, o, run.n, group);
  eachPart(run.count, [&](int64_t begin, int64_t end) {
    const int64_t* pixels = run.pixels + begin;
    at.fetch(pixels, end - begin);
    multiplyFew<vectors>(end - begin, v.from(begin), o.filters + group * kGroup * channels(g.x),
                         [&](int t, int k, const Lanes& sum) {
                           const int64_t here = pixels[t] * kLanes;
                           store(sum, at.bias[k], o.relu, at.mask[k] ? at.mask[k] + here : nullptr, at.to[k] + here);
                         });
  });
}

void produceAll(const PointwiseGeometry& g, const CorrelationOperands& o, const PixelRun& run, const BlockedRows& v) {
  for (int64_t group = 0; group < groups(g); ++group) {
    if (channels(g.y) - group * kGroup >= kGroup) {
      produce<kVectors>(g, o, run, v, group);
    } else {
      produce<1>(g, o, run, v, group);
    }
  }
}

void produceRun(const PointwiseGeometry& g, const CorrelationOperands& o, const PixelRun& run) {
  const int64_t plane = area(g.x) * kLanes;
  BlockedRows v{imageAt(o.x, run.n) + run.x * kLanes, kLanes, plane, blocks(g.x)};
  int32_t which[kMostBlocks];
  if (blocks(g.x) > kMostBlocks) return produceAll(g, o, run, v);
  v.blocks = blocksInUse(g, v, run.count, which);
  v.which = which;
  produceAll(g, o, run, v);
}

/** Some pixels of one image, wherever in x they begin: all of x lies inside y, whose other pixels are the bias alone. */
void scatter(const PointwiseGeometry& g, const CorrelationOperands& o, int64_t n, int64_t begin, int64_t end) {
  for (int64_t x = begin; x < end; x += kRun) {
    const int64_t y = (x / g.x.w - g.rows) * g.y.w + x % g.x.w - g.cols;
    produceRun(g, o, pixelRun(n, x, smaller(kRun, end - x), y, g.x.w, g.y.w - g.x.w));
  }
}

/** A row of y, all of which lies inside x. */
void gather(const PointwiseGeometry& g, const CorrelationOperands& o, int64_t n, int64_t row) {
  for (int64_t col = 0; col < g.y.w; col += kRun) {
    const int64_t x = (row + g.rows) * g.x.w + col + g.cols;
    produceRun(g, o, pixelRun(n, x, smaller(kRun, g.y.w - col), row * g.y.w + col, g.x.w, 0));
  }
}

/** The pixels of a row of y that lie outside x. */
void fillEdges(const PointwiseGeometry& g, const CorrelationOperands& o, int64_t n, int64_t row) {
  const bool inside = row + g.rows >= 0 && row + g.rows < g.x.h;
  for (int64_t col = 0; col < g.y.w; ++col) {
    if (inside && col + g.cols >= 0 && col + g.cols < g.x.w) continue;
    produceAll(g, o, pixelRun(n, 0, 1, row * g.y.w + col, 1, 0), {o.x.data, kLanes, 0, 0});
  }
}

void run(const PointwiseGeometry& g, const CorrelationOperands& o) {
  if (area(g.y) < area(g.x)) {
#pragma omp parallel for schedule(static) num_threads(g.threads)
    for (int64_t i = 0; i < g.y.n * g.y.h; ++i) gather(g, o, i / g.y.h, i % g.y.h);
    return;
  }
  const bool edges = g.y.h > g.x.h || g.y.w > g.x.w;
  // Runs of nearly equal length, as many as a multiple of the threads.
  const int64_t least = (area(g.x) + kRun - 1) / kRun, threads = g.threads;
  const int64_t parts = g.x.n % threads == 0 ? least : (least + threads - 1) / threads * threads;
#pragma omp parallel num_threads(g.threads)
  {
    if (edges) {
#pragma omp for schedule(static) nowait
      for (int64_t i = 0; i < g.y.n * g.y.h; ++i) fillEdges(g, o, i / g.y.h, i % g.y.h);
    }
#pragma omp for schedule(static)
    for (int64_t i = 0; i < g.x.n * parts; ++i) {
      const int64_t part = i % parts;
      scatter(g, o, i / parts, area(g.x) * part / parts, area(g.x) * (part + 1) / parts);
    }
  }
}

}  // namespace

extern const PointwiseKernels pointwise;
const PointwiseKernels pointwise = {kLanes, filterFloats, pack, run};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
