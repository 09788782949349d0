#pragma once

#include "mixture/contrast.h"
#include "mixture/unaries.h"
#include "mixture/wanted.h"

namespace deep_inside {

/** The energy of a labelling: costs of pixels (unaries.h) and of edges between neighbours. */
struct Energy {
  ColourModel foreground, background;
  double uniform;
  double cap;          // may be infinite
  double gamma, beta;  // of gamma e^(-beta c), what it costs to cut an edge
  double scale;        // costs times this, rounded, are the capacities; gamma * scale at most 2^23
};

/** The capacities of a grid [rows, cols] with 4 or 8 neighbours; edges that would leave it have 0. */
struct Capacities {
  int32_t *source, *sink, *right, *down;
  int32_t *downRight, *downLeft;  // null for 4 neighbours
};

/**
 * Overwrites all capacities. Edges between diagonal neighbours are weighed with 1 / sqrt 2, the inverse of their
 * length. Each value is computed by itself: the same for every number of threads.
 */
void gridCapacities(const ColourGrid& image, const Clamps& clamps, const Energy& energy, int threads,
                    const Capacities& capacities, const Wanted& wanted = kAlwaysWanted);

}  // namespace deep_inside
