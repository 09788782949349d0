#pragma once

#include "mixture/colour_model.h"
#include "mixture/colours.h"
#include "mixture/wanted.h"

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

/**
 * A component for each cluster of the colours, which it may reorder; of those that have too few, weight 0.
 *
 * Choice: where no cluster has enough for a Gaussian, as five of eight colours may, there are half as many, and half of
 * that, until one has. So three colours or more always have a model.
 */
ColourModel fitColourModel(std::vector<Colour>& colours, const Fit& fit, const Wanted& wanted = kAlwaysWanted);

/**
 * GrabCut's step 1 and 2 (Rother, Kolmogorov and Blake 2004): every colour belongs to the component under which it is
 * most likely, the first of equal ones, and the components are made anew of what belongs to them. Choice:
 * where none has enough, there is one of all colours.
 */
ColourModel refitColourModel(const std::vector<Colour>& colours, const ColourModel& model, double covarianceFloor,
                             const Wanted& wanted = kAlwaysWanted);

}  // namespace deep_inside
