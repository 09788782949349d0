#pragma once

#include "maxflow/tile_work.h"

// Push-relabel inside of a tile, with everything beyond its border out of reach. Excess, the residual to the sink and
// those of the edges are a lane's own; heights and flows lie in shared memory for the neighbours.

namespace deep_inside::tiles {

template <class Word, int D>
struct Own {
  Word excess, sink, bound;
  Word residual[D];
};

/** Loads a tile; the flows and both heights get a rim that takes nothing and sends nothing. */
template <class Work, class Owned>
DI_TILE void load(Work& work, const Tile& tile, Owned* owned) {
  using Word = typename Work::Word;
  const auto& memory = work.memory;
  auto& shared = work.shared;
  work.block.eachOf(kRim, [&](int i) {
    const int at = rimmed(rimPixel(i));
    shared.height[0][at] = shared.height[1][at] = kUnreachable<Word>;
    for (auto& plane : shared.flow) plane[at] = 0;
  });
  work.block.each([&](int pixel, int slot) {
    const size_t index = memory.pixel(tile.index, pixel);
    Owned& own = owned[slot];
    own.excess = memory.excess[index];
    own.sink = memory.sink[index];
    own.bound = isOnRing(pixelOf(pixel)) ? memory.bound[index] : kUnreachable<Word>;
    DI_UNROLL
    for (int k = 0; k < Work::D; ++k) own.residual[k] = memory.residual[memory.edge(tile.index, k, pixel)];
    shared.height[0][rimmed(pixelOf(pixel))] = memory.height[index];
  });
}

/** Excess goes to the sink, then down: first come, first served, in the order of the directions. */
template <class Work, class Owned>
DI_TILE void push(Work& work, const typename Work::Word* heights, int pixel, Owned& own) {
  using Word = typename Work::Word;
  const int at = rimmed(pixelOf(pixel));
  const Word height = heights[at];
  const bool reaches = height != kUnreachable<Word>;
  Word excess = reaches ? own.excess : Word{0};
  const Word kept = static_cast<Word>(own.excess - excess), sunk = least(excess, own.sink);
  excess = static_cast<Word>(excess - sunk);
  own.sink = static_cast<Word>(own.sink - sunk);
  DI_UNROLL
  for (int k = 0; k < Work::D; ++k) {
    const bool isBelow = heights[at + rimmedStep<Work::D>(k)] + 1u == height;
    const Word flow = isBelow ? least(excess, own.residual[k]) : Word{0};
    excess = static_cast<Word>(excess - flow);
    own.residual[k] = static_cast<Word>(own.residual[k] - flow);
    work.shared.flow[k][at] = flow;
  }
  own.excess = static_cast<Word>(kept + excess);
}

/** Takes what the neighbours pushed, then rises above the lowest that something can go to. Whether excess may go on. */
template <class Work, class Owned>
DI_TILE bool gatherAndRise(Work& work, const typename Work::Word* from, typename Work::Word* to, int pixel,
                           Owned& own) {
  using Word = typename Work::Word;
  const int at = rimmed(pixelOf(pixel));
  Word low = kUnreachable<Word>;
  DI_UNROLL
  for (int k = 0; k < Work::D; ++k) {
    const int there = at + rimmedStep<Work::D>(k);
    const Word flow = work.shared.flow[back<Work::D>(k)][there];
    own.excess = static_cast<Word>(own.excess + flow);
    own.residual[k] = static_cast<Word>(own.residual[k] + flow);
    low = least(low, own.residual[k] ? from[there] : kUnreachable<Word>);
  }
  const Word above = least(own.bound, low == kUnreachable<Word> ? low : static_cast<Word>(low + 1));
  Word height = from[at];
  if (own.excess && !own.sink && above > height) {
    height = above;
    if (low == kUnreachable<Word> - 1) post(&work.memory.control->unfit, 1u);
  }
  to[at] = height;
  return own.excess && height != kUnreachable<Word>;
}

/** So many pulses of all pixels, or fewer where nothing is left to do. Whether something is. */
template <class Work>
DI_TILE bool discharge(Work& work, const Tile& tile, int pulses) {
  using Owned = Own<typename Work::Word, Work::D>;
  const auto& memory = work.memory;
  auto& height = work.shared.height;
  Owned owned[Work::kSlots];
  load(work, tile, owned);
  bool active = true;
  int done = 0;
  for (; done < pulses && active; ++done) {
    const auto* from = height[done & 1];
    auto* to = height[(done + 1) & 1];
    work.block.each([&](int pixel, int slot) { push(work, from, pixel, owned[slot]); });
    active = work.block.any([&](int pixel, int slot) { return gatherAndRise(work, from, to, pixel, owned[slot]); });
  }
  work.block.each([&](int pixel, int slot) {
    const size_t index = memory.pixel(tile.index, pixel);
    const Owned& own = owned[slot];
    memory.excess[index] = own.excess;
    memory.sink[index] = own.sink;
    DI_UNROLL
    for (int k = 0; k < Work::D; ++k) memory.residual[memory.edge(tile.index, k, pixel)] = own.residual[k];
    memory.height[index] = height[done & 1][rimmed(pixelOf(pixel))];
  });
  work.block.once([&] { memory.active[tile.index] = active; });
  return active;
}

}  // namespace deep_inside::tiles
