#pragma once

#include "maxflow/tile_memory.h"

namespace deep_inside::tiles {

/**
 * What a block needs for its part of the work. Tile t belongs to block t modulo the number of blocks: neighbours, which
 * tend to be active together, lie in different blocks.
 *
 * A Block has lanes, which all run each phase; `slot` numbers the pixels of a lane, whose own values may so lie in
 * registers. Phases are written in gather form: no lane writes what another reads or writes in the same phase, so that
 * their order does not matter. It offers
 *   kSlots; index(), count()          of the pixels of a lane; of blocks
 *   each(f), any(f)                   f(pixel, slot) for all pixels; whether one gave true
 *   eachOf(n, f), anyOf(n, f)         f(i) for i < n
 *   once(f)                           f() in one lane; others do not wait for it
 *   sync()                            waits for all lanes, as each of the above but once() ends
 *   syncBlocks()                      waits for all blocks; what was written before is seen after it
 */
template <class Block, class WordType, int Neighbours>
struct Work {
  using Word = WordType;
  static constexpr int D = Neighbours;
  static constexpr int kSlots = Block::kSlots;

  Block& block;
  const Grid& grid;
  const Memory<Word, D>& memory;
  Shared<Word, D>& shared;
  uint32_t turn = 0, round = 0, pass = 0, relabels = 0;

  DI_TILE Work(Block& ofBlock, const Grid& ofGrid, const Memory<Word, D>& withMemory, Shared<Word, D>& inShared)
      : block(ofBlock), grid(ofGrid), memory(withMemory), shared(inShared) {}

  template <class Visit>
  DI_TILE void eachOwnTile(const Visit& visit) {
    for (int i = block.index(); i < memory.tiling.count(); i += block.count()) visit(memory.tiling.at(i));
  }

  struct Answers {
    bool first, second;
  };

  /**
   * Whether any block says yes to each of two questions; a sync. Words of even and odd turns: none is written again
   * before every block has read it. Those of earlier turns never equal this one.
   */
  DI_TILE Answers any(bool first, bool second) {
    ++turn;
    uint32_t* yes = memory.control->yes[turn & 1];
    block.once([&] {
      if (first) post(yes, turn);
      if (second) post(yes + 1, turn);
    });
    block.syncBlocks();
    return {peek(yes) == turn, peek(yes + 1) == turn};
  }
  DI_TILE bool any(bool mine) { return any(mine, false).first; }

  /** Tells the neighbours of a tile, in the next pass, that its border has fallen. */
  DI_TILE void wakeNeighbours(const Tile& tile) {
    block.eachOf(D, [&](int k) {
      const Pixel middle{kSide / 2, kSide / 2};
      const Pixel there{middle.row + kSide * rowStep(directionOf<D>(k)),
                        middle.col + kSide * colStep(directionOf<D>(k))};
      const int other = spotOf(memory.tiling, tile, there).tile;
      if (other >= 0) post(memory.woken[pass & 1] + other, pass);
    });
  }

  /** The sum over all pixels, in every lane. Shared memory but for the heights is free meanwhile. */
  template <class Summand>
  DI_TILE uint64_t sum(const Summand& summand) {
    uint64_t* sums = shared.sums;
    block.each([&](int pixel, int) { sums[pixel] = summand(pixel); });
    for (int half = kPixels / 2; half > 0; half /= 2) block.eachOf(half, [&](int i) { sums[i] += sums[i + half]; });
    const uint64_t whole = sums[0];
    block.sync();
    return whole;
  }
};

}  // namespace deep_inside::tiles
