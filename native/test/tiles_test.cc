#include <algorithm>
#include <cstring>
#include <utility>

#include "maxflow/sweeps.h"
#include "maxflow/tile_cut.h"
#include "maxflow/tile_host.h"
#include "test/grids.h"
#include "test/harness.h"

// The solver of CUDA devices, on threads of the host. Every answer is checked by its own certificate: the flow is the cost
// of the cut, so neither can be better.

namespace deep_inside::baseline {
extern const SweepKernels sweeps;
}

using namespace deep_inside;
using namespace deep_inside::test;
using tiles::LaneOrder;

namespace {

struct Way {
  int threads = 1;
  LaneOrder order = LaneOrder::Forward;
  uint32_t traced = 0;  // rounds
};

struct Told {
  Cut cut;
  bool isWide;  // the narrow words did not do
  tiles::Control control;
  std::vector<uint64_t> hashes;

  bool operator==(const Told& other) const {
    return cut == other.cut && hashes == other.hashes && control.rounds == other.control.rounds &&
           control.relabels == other.control.relabels;
  }
};

int64_t wholeOf(const int32_t* words) {
  return static_cast<int64_t>(uint64_t{static_cast<uint32_t>(words[1])} << 32 | static_cast<uint32_t>(words[0]));
}

/** In memory of exactly the right size with garbage in it. */
template <class Narrow, class Wide, int D>
Told solveBy(const GridData& data, const Way& way) {
  std::vector<uint64_t> memory((tiles::cutBytes<D>(data.rows, data.cols) + 7) / 8, 0xa5a5a5a5a5a5a5a5u);
  Told told{{0, std::vector<uint8_t>(data.pixels(), 77)}, false, {}, std::vector<uint64_t>(way.traced)};
  int32_t flow[2];
  const tiles::Trace trace{way.traced ? told.hashes.data() : nullptr, way.traced};
  const tiles::Call call{data.grid(), memory.data(), told.cut.foreground.data(), flow, trace};
  tiles::runBlocks(way.threads, way.order, [&](tiles::HostBlock& block) {
    const auto shared = std::make_unique<tiles::Shared<Narrow, D>>();
    tiles::tryToCut(block, *shared, tiles::jobOf<Narrow, D>(call));
  });
  uint32_t verdict;
  std::memcpy(&verdict, memory.data(), sizeof(verdict));
  told.isWide = verdict != 0;
  tiles::runBlocks(way.threads, way.order, [&](tiles::HostBlock& block) {
    const auto shared = std::make_unique<tiles::Shared<Wide, D>>();
    tiles::cutWhatDidNotFit(block, *shared, tiles::jobOf<Wide, D>(call));
  });
  std::memcpy(&told.control, memory.data() + tiles::kVerdictBytes / 8, sizeof(told.control));
  told.cut.flow = wholeOf(flow);
  EXPECT(cutCost(data, told.cut.foreground) == told.cut.flow);
  return told;
}

template <class Narrow = uint16_t>
Told solve(const GridData& data, const Way& way = {}) {
  return data.neighbours == 8 ? solveBy<Narrow, uint32_t, 8>(data, way) : solveBy<Narrow, uint32_t, 4>(data, way);
}

struct alignas(64) Line {
  char bytes[64];
};

Cut sweep(const GridData& data) {
  const SweepKernels& sweeps = baseline::sweeps;
  std::vector<Line> workspace((sweeps.workspaceBytes(data.rows, data.cols, data.neighbours, 1) + 63) / 64);
  Cut cut{0, std::vector<uint8_t>(data.pixels())};
  cut.flow = sweeps.solve(data.grid(), {1, Waiting::Asleep}, Words::Fitting, workspace.data(), cut.foreground.data());
  return cut;
}

}  // namespace

TEST("tiles: cuts of up to 12 pixels are the best of all cuts, with every pixel in front that may be") {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const int64_t rows = 1 + random.below(12), cols = 1 + random.below(12 / rows);
    const GridData data = randomGrid(random, rows, cols, random.below(2) ? 4 : 8, kMost[i % 5], kSeeds[i % 3]);
    EXPECT(solve(data).cut == bruteForce(data));
  }
}

TEST("tiles: random grids full of ties up to 97 x 65 are cut as by sweeps") {
  Random random(2);
  for (int i = 0; i < 60; ++i) {
    const int64_t rows = 1 + random.below(97), cols = 1 + random.below(65);
    const GridData data = randomGrid(random, rows, cols, i % 2 ? 8 : 4, kMost[i % 5], kSeeds[i / 5 % 4]);
    EXPECT(solve(data).cut == sweep(data));
  }
}

TEST("tiles: thousands of small grids full of ties, and spirals, are cut as by sweeps, in words of either width") {
  constexpr LaneOrder orders[] = {LaneOrder::Forward, LaneOrder::Backward, LaneOrder::Shuffled};
  Random random(6);
  for (int i = 0; i < 3000 / kSlowdown; ++i) {
    const GridData data = i % 500 ? anyGrid(random, 70, 70) : spiral(1 + i % 70, 1 + i / 50 % 70, i % 1000 ? 4 : 8);
    const Way way{1, orders[i % 3]};
    EXPECT((i / 3 % 2 ? solve<uint32_t>(data, way) : solve(data, way)).cut == sweep(data));
  }
}

TEST("tiles: flow is the cost of the cut for sizes about multiples of a tile's") {
  Random random(3);
  for (const int64_t rows : {1, 31, 32, 33, 63, 64, 65})
    for (const int64_t cols : {1, 31, 32, 33, 63, 64, 65})
      for (const int64_t neighbours : {4, 8}) solve(randomGrid(random, rows, cols, neighbours, 3, Seeds::Sparse));
}

TEST("tiles: single rows and columns let through what their narrowest edge does") {
  Random random(4);
  for (const int64_t length : {2, 40, 100, 333}) {
    for (const int64_t neighbours : {4, 8}) {
      GridData row = randomGrid(random, 1, length, neighbours, 9, Seeds::None);
      row.source.front() = 7;
      row.sink.back() = 6;
      GridData col(length, 1, neighbours);
      col.source = row.source, col.sink = row.sink, col.down = row.right;
      const int32_t narrowest = *std::min_element(row.right.begin(), row.right.end() - 1);
      EXPECT(solve(row).cut.flow == std::min(narrowest, 6));
      EXPECT(solve(row).cut == solve(col).cut);
    }
  }
}

TEST("tiles: flow finds its way through spirals") {
  for (const auto& [rows, cols] : {std::pair<int64_t, int64_t>{1, 40}, {33, 31}, {64, 65}}) {
    for (const int64_t neighbours : {4, 8}) {
      GridData data = spiral(rows, cols, neighbours);
      EXPECT(solve(data).cut.flow == 2);
      data.sink.assign(data.pixels(), 0);
      EXPECT((solve(data).cut == Cut{0, std::vector<uint8_t>(data.pixels(), 1)}));
    }
  }
}

TEST("tiles: what is no capacity counts as the nearest one") {
  Random random(5);
  GridData wild = randomGrid(random, 20, 50, 8, 3, Seeds::Random), tame = wild;
  for (int i = 0; i < 100; ++i) {
    const auto at = static_cast<size_t>(random.below(1000));
    const bool below = random.below(2);
    auto GridData::*plane = i % 3 == 0 ? &GridData::sink : i % 3 == 1 ? &GridData::down : &GridData::downLeft;
    (wild.*plane)[at] = below ? INT32_MIN : INT32_MAX;
    (tame.*plane)[at] = below ? 0 : kMostCapacity;
  }
  EXPECT(solve(wild).cut == solve(tame).cut);
}

TEST("tiles: words are wide where the edges of a pixel add up to more than 32,767") {
  for (const int32_t more : {0, 1}) {
    GridData data(1, 3, 4);
    data.source = {kMostCapacity, 0, 0};
    data.sink = {0, 0, kMostCapacity};
    data.right = {16384, 16383 + more, 0};
    const Told told = solve(data);
    EXPECT(told.isWide == (more == 1));
    EXPECT(told.cut.flow == 16383 + more);
  }
}

TEST("tiles: words are wide where they cannot count the way to the sink") {
  for (const int64_t length : {200, 300}) {
    GridData data(1, length, 4);
    data.right.assign(data.pixels(), 2);
    data.source.front() = data.sink.back() = 2;
    const Told told = solveBy<uint8_t, uint16_t, 4>(data, {});
    EXPECT(told.isWide == (length == 300));
    EXPECT(told.cut.flow == 2);
  }
}

TEST("tiles: a flow may need more than 32 bits") {
  GridData data(8, 40, 8);
  data.source.assign(data.pixels(), kMostCapacity);
  data.sink.assign(data.pixels(), kMostCapacity);
  EXPECT(solve(data).cut.flow == int64_t{kMostCapacity} * 320);
}

TEST("tiles: what was sent over a border is received once, also while its sender rests") {
  GridData data(1, 64, 4);
  data.right.assign(data.pixels(), 100);
  data.source[31] = 5;
  data.sink[63] = 100;
  const Told told = solve(data);
  EXPECT(told.control.rounds >= 3);
  EXPECT(told.cut.flow == 5);
}

TEST("tiles: planes after every round are the same for 1 to 8 threads, any order of lanes and either width of words") {
  Random random(7);
  for (const int64_t neighbours : {4, 8}) {
    const GridData data = objectGrid(random, 97, 130, neighbours);
    const Told expected = solve(data, {1, LaneOrder::Forward, 64});
    EXPECT(expected.control.rounds > 16);
    for (const LaneOrder order : {LaneOrder::Backward, LaneOrder::Shuffled})
      EXPECT(solve(data, {1, order, 64}) == expected);
    for (int threads = 2; threads <= 8; ++threads)
      EXPECT(solve(data, {threads, threads % 2 ? LaneOrder::Forward : LaneOrder::Shuffled, 64}) == expected);
    EXPECT(solve<uint32_t>(data, {3, LaneOrder::Forward, 64}) == expected);
  }
}
