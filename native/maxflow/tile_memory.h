#pragma once

#include <cstddef>

#include "maxflow/tile.h"

namespace deep_inside::tiles {

/** What blocks tell each other beside pixels, and how much work it was. */
struct Control {
  /** Turns at which a block said yes, of even and odd turns (Work::any); of two questions. */
  uint32_t yes[2][2];
  /** Not 0: labels or capacities did not fit into the words. */
  uint32_t unfit;
  uint32_t rounds, relabels, passes;
};

/** Hands out parts of a run of memory, or, from null, counts what they take. */
class Carver {
 public:
  explicit Carver(void* base) : base_(static_cast<char*>(base)) {}

  template <class T>
  T* take(size_t count) {
    used_ = (used_ + alignof(T) - 1) / alignof(T) * alignof(T);
    T* part = base_ ? reinterpret_cast<T*>(base_ + used_) : nullptr;
    used_ += count * sizeof(T);
    return part;
  }
  size_t used() const { return used_; }

 private:
  char* base_;
  size_t used_ = 0;
};

/** Room for the flows that leave a tile in one direction: by row where they leave to the side, else by column. */
constexpr int kBox = 2 * kSide;

DI_HD constexpr int boxSlot(Pixel from, Pixel to) {
  return to.col < 0 || to.col >= kSide ? from.row : kSide + from.col;
}

/**
 * All that is known of a grid between the phases. Planes are by tile, so that a block reads runs of memory; pixels of a
 * tile that lie outside the grid have no capacities.
 */
template <class Word, int D>
struct Memory {
  Tiling tiling;
  Control* control;
  uint64_t* sums;      // [tiles], of whatever is being added up
  uint32_t* woken[2];  // [tiles]: the last even and odd pass in which a neighbour's border fell (tile_relabel.h)
  uint32_t* sent;      // [tiles]: the last round in which it filled its outbox (tile_ring.h)
  Word *height, *excess, *sink;  // [tiles][pixels]
  Word* residual;                // [tiles][D][pixels]
  Word* outbox;                  // [tiles][D][kBox]
  Word* bound;                   // [tiles][pixels], of those on the ring: the least height beyond the border, and 1
  uint8_t* open;                 // [tiles][pixels]: bit k: something is left of the edge in direction k
  uint8_t* active;               // [tiles]: some pixel has excess that may reach the sink
  uint8_t* busy;                 // [tiles]: active, or has received something in this round

  Memory(const Tiling& tiles, Carver& carver) : tiling(tiles) {
    const auto n = static_cast<size_t>(tiles.count());
    control = carver.take<Control>(1);
    sums = carver.take<uint64_t>(n);
    for (auto& slot : woken) slot = carver.take<uint32_t>(n);
    sent = carver.take<uint32_t>(n);
    for (Word** plane : {&height, &excess, &sink, &bound}) *plane = carver.take<Word>(n * kPixels);
    residual = carver.take<Word>(n * D * kPixels);
    outbox = carver.take<Word>(n * D * kBox);
    open = carver.take<uint8_t>(n * kPixels);
    active = carver.take<uint8_t>(n);
    busy = carver.take<uint8_t>(n);
  }

  DI_HD static size_t pixel(int tile, int index) { return static_cast<size_t>(tile) * kPixels + index; }
  DI_HD static size_t edge(int tile, int k, int index) { return (static_cast<size_t>(tile) * D + k) * kPixels + index; }
  DI_HD static size_t box(int tile, int k, int slot) { return (static_cast<size_t>(tile) * D + k) * kBox + slot; }
};

/** A tile while a block works on it; 46 KB for 32 bits and 8 neighbours, within every GPU's 48. */
template <class Word, int D>
struct Shared {
  Word height[2][kRimmedPixels];
  union {
    Word flow[D][kRimmedPixels];  // what was pushed in direction k
    uint64_t sums[kPixels];
  };
};

}  // namespace deep_inside::tiles
