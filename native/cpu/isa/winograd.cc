// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/winograd.h"

#include <omp.h>

#include "cpu/isa/winograd_ties.h"
#include "cpu/isa/winograd_zeros.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** More floats of filters than a third-level cache holds: the threads share them out instead of the tiles. */
constexpr int64_t kManyFilters = 1 << 22;
/** Floats of a thread's transformed tiles and of its products: they fit a second-level cache beside what streams by. */
constexpr int64_t kInputs = 3 << 15, kProducts = 5 << 15;

struct Range {
  int64_t begin, end;
};

Range share(int64_t count, int64_t part, int64_t parts) { return {count * part / parts, count * (part + 1) / parts}; }

/** The next odd number of vectors: steps that share a power of two with a cache's size crowd a few of its sets. */
int64_t odd(int64_t floats) { return (floats / kLanes | 1) * kLanes; }

/** Floats from one transformed tile to the next, and from one element of them all to the next. */
int64_t inputStep(const WinogradGeometry& g) { return odd(channels(g.x)); }
int64_t elementStep(const WinogradGeometry& g, int64_t chunk) { return odd(chunk * inputStep(g)); }
int64_t inputFloats(const WinogradGeometry& g, int64_t chunk) { return kElements * elementStep(g, chunk); }
/** Likewise of `count` tiles' products with `width` channels. */
int64_t productStep(int64_t count, int64_t width) { return odd(count * width); }
int64_t productFloats(int64_t chunk) { return kElements * productStep(chunk, kGroup); }

WinogradSchedule schedule(const WinogradGeometry& g, int threads) {
  const int64_t filters = FilterLayout(g).direct, most = kProducts / productFloats(1);
  if (filters > kManyFilters || tilesOf(g) < 4 * threads) return {smaller(most, tilesOf(g)), true, threads};
  // With many filters more tiles at a time, so that the filters are read less often.
  const int64_t fitting = larger(kInputs, filters / 8) / inputFloats(g, 1), own = (tilesOf(g) + threads - 1) / threads;
  const int64_t chunk = larger(kRows, smaller(most, fitting) / kRows * kRows);
  return {smaller(chunk, own), false, threads};
}

/** The workspace, in floats: transformed inputs and products, neighbourhoods, tile numbers, their outputs, pixels. */
struct Areas {
  int64_t products, patches, tiles, outputs, pixels, end;

  Areas(const WinogradGeometry& g, const WinogradSchedule& s)
      : products(inputFloats(g, s.chunk) * (s.shared ? 1 : s.threads)),
        patches(products + productFloats(s.chunk) * s.threads),
        tiles(patches + patchesFloats(g) * s.threads),
        outputs(tiles + tilesOf(g)),
        pixels(outputs + (tilesOf(g) + 1) / 2),
        end(pixels + (g.x.n * area(g.x) + 3) / 4) {}
};

size_t workspaceFloats(const WinogradGeometry& g, const WinogradSchedule& s) {
  return static_cast<size_t>(Areas(g, s).end);
}

size_t filterFloats(const WinogradGeometry& g) { return static_cast<size_t>(FilterLayout(g).end); }

/** One run: its operands and the tiles to transform, then those to compute directly or, backward, to clear. */
struct Run {
  const WinogradGeometry& g;
  const WinogradSchedule& s;
  const CorrelationOperands& o;
  float* workspace;
  Areas areas{g, s};
  int64_t transformed = 0;

  int32_t* tiles() const { return reinterpret_cast<int32_t*>(workspace + areas.tiles); }
  /** Of each tile, what the transforms give. */
  TileOutputs* outputs() const { return reinterpret_cast<TileOutputs*>(workspace + areas.outputs); }
  /** What is known of each pixel of x: ties, or backward whether it is not 0. */
  unsigned char* pixels() const { return reinterpret_cast<unsigned char*>(workspace + areas.pixels); }

  void lookAtRow(int64_t row) const {
    const auto look = g.use == FilterUse::Forward ? findTies : findLive;
    look(g.x, o.x, row / g.x.h, row % g.x.h, pixels());
  }

  void lookAtTile(int64_t tile) const {
    const auto look = g.use == FilterUse::Forward ? outputsWithoutTies : liveOutputs;
    outputs()[tile] = look(g, placeOf(g, tile), pixels());
  }

  void sortTiles() {
    int64_t others = tilesOf(g);
    transformed = 0;
    for (int64_t tile = 0; tile < tilesOf(g); ++tile)
      tiles()[outputs()[tile] ? transformed++ : --others] = static_cast<int32_t>(tile);
  }

  void transform(const int32_t* chunk, Range some, float* v) const {
    for (int64_t i = some.begin; i < some.end; ++i) {
      const TilePlace next = placeOf(g, chunk[smaller(i + 1, some.end - 1)]);
      transformTile(g, o.x, placeOf(g, chunk[i]), next, v + i * inputStep(g), elementStep(g, s.chunk));
    }
  }

  /** Some tiles of a chunk for one group of output channels: products, then y. */
  template <int vectors>
  void produce(const int32_t* chunk, Range some, int64_t group, const float* v, float* m) const {
    const FilterLayout layout(g);
    const int64_t count = some.end - some.begin, width = vectors * kLanes;
    const int64_t from = elementStep(g, s.chunk), to = productStep(count, width);
    const float* filters = o.filters + layout.group(group);
    BlockedRows rows{v + some.begin * inputStep(g), inputStep(g), kLanes, blocks(g.x)};
    rows.last = g.x.c - (blocks(g.x) - 1) * kLanes;
    for (int e = 0; e < kElements; ++e, rows.data += from)
      multiply<vectors>(count, rows, filters + e * layout.wide * width, m + e * to);
    const auto finish = g.r == 3 ? finishTile<4> : g.r == 4 ? finishTile<3> : finishTile<2>;
    for (int64_t i = 0; i < count; ++i) {
      const int32_t tile = chunk[some.begin + i], next = chunk[some.begin + smaller(i + 1, count - 1)];
      for (int k = 0; k < vectors; ++k)
        finish(g, o, placeOf(g, tile), placeOf(g, next), outputs()[tile], group * kVectors + k,
               m + (i * vectors + k) * kLanes, to);
    }
  }

  void produceGroup(const int32_t* chunk, Range some, int64_t group, const float* v, float* m) const {
    if (widthOf(g, group) == kGroup) return produce<kVectors>(chunk, some, group, v, m);
    produce<1>(chunk, some, group, v, m);
  }

  /** A tile without anything to transform. */
  void finishOther(int64_t tile, float* patches) const {
    if (g.use == FilterUse::BackwardData) return clearTile(g, o, placeOf(g, tile));
    const auto directly = g.r == 3 ? produceDirectly<4> : g.r == 4 ? produceDirectly<3> : produceDirectly<2>;
    directly(g, o, tile, patches);
  }

  /** Each thread has tiles of its own. */
  void runApart(int64_t thread, int64_t team, float* m) const {
    float* v = workspace + thread * inputFloats(g, s.chunk);
    const Range mine = share(transformed, thread, team);
    for (int64_t first = mine.begin; first < mine.end; first += s.chunk) {
      const Range all{0, smaller(s.chunk, mine.end - first)};
      transform(tiles() + first, all, v);
      for (int64_t group = 0; group < groups(g); ++group) produceGroup(tiles() + first, all, group, v, m);
    }
  }

  /** All threads transform one chunk together; then each takes some output channels, or some tiles of them. */
  void runTogether(int64_t thread, int64_t team, float* m) const {
    const int64_t parts = (team + groups(g) - 1) / groups(g);
    const Range mine = share(groups(g) * parts, thread, team);
    for (int64_t first = 0; first < transformed; first += s.chunk) {
      const int32_t* chunk = tiles() + first;
      const int64_t count = smaller(s.chunk, transformed - first);
      transform(chunk, share(count, thread, team), workspace);
#pragma omp barrier
      for (int64_t item = mine.begin; item < mine.end; ++item)
        produceGroup(chunk, share(count, item % parts, parts), item / parts, workspace, m);
#pragma omp barrier
    }
  }
};

void run(const WinogradGeometry& g, const WinogradSchedule& s, const CorrelationOperands& o, float* workspace) {
  Run run{g, s, o, workspace};
#pragma omp parallel num_threads(s.threads)
  {
    const int64_t thread = omp_get_thread_num(), team = omp_get_num_threads();
    float* m = workspace + run.areas.products + thread * productFloats(s.chunk);
#pragma omp for schedule(static)
    for (int64_t row = 0; row < g.x.n * g.x.h; ++row) run.lookAtRow(row);
#pragma omp for schedule(static)
    for (int64_t tile = 0; tile < tilesOf(g); ++tile) run.lookAtTile(tile);
#pragma omp single
    run.sortTiles();
    s.shared ? run.runTogether(thread, team, m) : run.runApart(thread, team, m);
    float* patches = workspace + run.areas.patches + thread * patchesFloats(g);
#pragma omp for schedule(static) nowait
    for (int64_t i = run.transformed; i < tilesOf(g); ++i) run.finishOther(run.tiles()[i], patches);
    endStream();
  }
}

}  // namespace

extern const WinogradKernels winograd;
const WinogradKernels winograd = {kLanes, schedule, workspaceFloats, filterFloats, packFilters, run};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
