#include <omp.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "maxflow/sweeps.h"
#include "test/boost/cut.h"
#include "test/harness.h"

// The sweeps of every instruction set, in both words and with several threads. Every answer is checked by its own
// certificate: the flow is the cost of the cut, so neither can be better.

namespace deep_inside {

namespace baseline {
extern const SweepKernels sweeps;
}
#ifdef __x86_64__
namespace avx2 {
extern const SweepKernels sweeps;
}
namespace avx512 {
extern const SweepKernels sweeps;
}
#endif

}  // namespace deep_inside

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

std::vector<const SweepKernels*> tables() {
  std::vector<const SweepKernels*> all{&deep_inside::baseline::sweeps};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) all.push_back(&deep_inside::avx2::sweeps);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&deep_inside::avx512::sweeps);
#endif
  return all;
}

struct alignas(64) Line {
  char bytes[64];
};

/** In a workspace of exactly the right size with garbage in it. */
Cut solve(const SweepKernels& sweeps, const GridData& data, int threads = 1, Words words = Words::Fitting) {
  const size_t bytes = sweeps.workspaceBytes(data.rows, data.cols, data.neighbours, threads);
  std::vector<Line> workspace((bytes + 63) / 64);
  std::memset(workspace.data(), 0xa5, workspace.size() * sizeof(Line));
  Cut cut{0, std::vector<uint8_t>(data.pixels(), 77)};
  const Team team{threads, threads <= omp_get_num_procs() ? Waiting::Awake : Waiting::Asleep};
  cut.flow = sweeps.solve(data.grid(), team, words, workspace.data(), cut.foreground.data());
  EXPECT(cutCost(data, cut.foreground) == cut.flow);
  return cut;
}

constexpr Words kWords[] = {Words::Fitting, Words::Of32Bits};

}  // namespace

TEST("cuts of up to 12 pixels are the best of all cuts, with every pixel in front that may be") {
  Random random(1);
  for (int i = 0; i < 2000 / kSlowdown; ++i) {
    const int64_t rows = 1 + random.below(12), cols = 1 + random.below(12 / rows);
    const GridData data = randomGrid(random, rows, cols, random.below(2) ? 4 : 8, kMost[i % 5], kSeeds[i % 3]);
    const Cut best = bruteForce(data);
    for (const SweepKernels* sweeps : tables())
      for (const Words words : kWords) EXPECT(solve(*sweeps, data, 1, words) == best);
  }
}

TEST("10,000 random grids full of ties up to 97 x 65 are cut as Boost cuts them") {
  const auto all = tables();
  Random random(2);
  for (int i = 0; i < 10000 / kSlowdown; ++i) {
    const GridData data = anyGrid(random, 97, 65);
    const Cut cut = solve(*all[static_cast<size_t>(i) % all.size()], data, 1 + i / 7 % 3, kWords[i / 3 % 2]);
#ifdef DEEP_INSIDE_BOOST
    EXPECT(cut == boostCut(data));
#endif
  }
#ifndef DEEP_INSIDE_BOOST
  throw Skipped{"no Boost here, so that only the costs were checked; install libboost-graph-dev"};
#endif
}

TEST("1 to 8 threads, words of 16 and 32 bits, and all instruction sets cut alike") {
  Random random(3);
  for (int i = 0; i < 15; ++i) {
    const int64_t rows = 16 + random.below(82), cols = 1 + random.below(65);
    const GridData data = randomGrid(random, rows, cols, i % 2 ? 4 : 8, kMost[i % 5], kSeeds[i / 5 % 3]);
    const Cut expected = solve(deep_inside::baseline::sweeps, data);
    for (const SweepKernels* sweeps : tables())
      for (const Words words : kWords)
        for (int threads = 1; threads <= 8; ++threads) EXPECT(solve(*sweeps, data, threads, words) == expected);
  }
}

TEST("threads cut alike where all that there is to do lies in a few rows") {
  Random random(5);
  for (const int64_t row : {0, 1, 30, 62, 63}) {
    GridData data = randomGrid(random, 64, 50, 4, 12, Seeds::None);
    for (int64_t col = 0; col < 50; ++col) {
      (col < 25 ? data.source : data.sink)[static_cast<size_t>(row * 50 + col)] = 9;
    }
    const Cut expected = solve(deep_inside::baseline::sweeps, data);
    EXPECT(expected.flow > 0);
    for (const SweepKernels* sweeps : tables())
      for (int threads = 2; threads <= 8; ++threads) EXPECT(solve(*sweeps, data, threads) == expected);
  }
}

TEST("flow finds its way through spirals, also where labels need more than 16 bits") {
  constexpr int64_t sides[][2] = {{1, 40}, {40, 1}, {31, 33}, {33, 31}, {64, 65}, {270, 260}};
  for (const auto& [rows, cols] : sides) {
    if (kSlowdown > 1 && rows > 100) continue;
    for (const int64_t neighbours : {4, 8}) {
      GridData data = spiral(rows, cols, neighbours);
      for (const bool open : {true, false}) {
        if (!open) data.sink.assign(data.pixels(), 0);
        for (const SweepKernels* sweeps : tables()) {
          const Cut cut = solve(*sweeps, data, 2);
          EXPECT(cut.flow == (open ? 2 : 0));
          EXPECT(std::count(cut.foreground.begin(), cut.foreground.end(), 1) == (open ? 0 : rows * cols));
        }
      }
    }
  }
}

TEST("capacities outside of 0 to 2^27 - 1 count as the nearest of these") {
  constexpr int32_t least = std::numeric_limits<int32_t>::min(), most = std::numeric_limits<int32_t>::max();
  Random random(4);
  for (int i = 0; i < 200 / kSlowdown; ++i) {
    GridData wild(1 + random.below(20), 1 + random.below(40), i % 2 ? 4 : 8);
    GridData tame = wild;
    Capacities* const of[] = {&wild.source, &wild.sink, &wild.right, &wild.down, &wild.downRight, &wild.downLeft};
    Capacities* const to[] = {&tame.source, &tame.sink, &tame.right, &tame.down, &tame.downRight, &tame.downLeft};
    for (size_t array = 0; array < 6; ++array) {
      for (size_t pixel = 0; pixel < wild.pixels(); ++pixel) {
        const int32_t choices[] = {least, -1, 0, 5, kMostCapacity, kMostCapacity + 1, most};
        const int32_t chosen = choices[random.below(7)];
        (*of[array])[pixel] = chosen;
        (*to[array])[pixel] = std::clamp(chosen, 0, kMostCapacity);
      }
    }
    for (const SweepKernels* sweeps : tables())
      for (const Words words : kWords) EXPECT(solve(*sweeps, wild, 2, words) == solve(*sweeps, tame, 1, words));
  }
}

TEST("a flow may need more than 32 bits") {
  GridData data(8, 40, 8);
  data.source.assign(data.pixels(), kMostCapacity);
  data.sink.assign(data.pixels(), kMostCapacity);
  for (const SweepKernels* sweeps : tables()) EXPECT(solve(*sweeps, data).flow == int64_t{kMostCapacity} * 320);
}
