#pragma once

#include "mixture/moments.h"
#include "mixture/wanted.h"

namespace deep_inside {

/**
 * Lloyd's k-means from the centres of k-means++ (Arthur and Vassilvitskii 2007), until nothing changes or for
 * `iterations` rounds; fewer than `count` clusters where there are fewer colours. Colours as near to two centres belong
 * to the first; a cluster that loses all its colours is left out.
 */
std::vector<Moments> kMeans(const std::vector<Colour>& colours, int count, int iterations, uint64_t seed,
                            const Wanted& wanted = kAlwaysWanted);

}  // namespace deep_inside
