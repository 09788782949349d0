#pragma once

#include "mixture/colour_model.h"
#include "mixture/colours.h"

namespace deep_inside {

/** How colours become clusters: binary_split.h, k_means.h. */
enum class Clustering { BinarySplit, KMeans };

struct Fit {
  Clustering clustering;
  int components;  // 1 to 64
  double covarianceFloor;
  int rounds;     // of k-means
  uint64_t seed;  // of k-means
};

/** A component for each cluster of the colours, which it may reorder; of those that there are too few for, weight 0. */
ColourModel fitColourModel(std::vector<Colour>& colours, const Fit& fit);

/**
 * GrabCut's step 1 and 2 (Rother, Kolmogorov and Blake 2004): every colour belongs to the component under which it is
 * most likely, the first of equal ones, and the components are made anew of what belongs to them.
 */
ColourModel refitColourModel(const std::vector<Colour>& colours, const ColourModel& model, double covarianceFloor);

}  // namespace deep_inside
