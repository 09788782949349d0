#pragma once

#include "mixture/contrast.h"

namespace deep_inside {

/** w = strength e^(-beta c): what it costs to cut the edge between two pixels of colours from 0 to 1. */
struct Pairwise {
  float strength;
  float beta;
};

/** capacities [count]: w of each squared difference c in grey levels, rounded. Overwrites. */
void pairwiseCapacities(const Pairwise& pairwise, const float* c, int64_t count, int32_t* capacities);

}  // namespace deep_inside
