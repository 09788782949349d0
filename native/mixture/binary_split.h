#pragma once

#include "mixture/moments.h"
#include "mixture/wanted.h"

namespace deep_inside {

/**
 * Vector quantisation by binary splits (Orchard and Bouman 1991, "Color quantization of images"): the cluster whose
 * scatter has the largest principal eigenvalue is split by the plane through its mean across that axis, until there are
 * `count` clusters or each holds one colour. Not iterated, and no choice by lot. Reorders `colours`.
 *
 * Choice: iseg names the method and does not show its criterion; this is Orchard and Bouman's, a scatter and no
 * variance, so that few outliers get no cluster. Colours on the plane stay below it; of equal clusters the first splits.
 */
std::vector<Moments> binarySplit(std::vector<Colour>& colours, int count, const Wanted& wanted = kAlwaysWanted);

}  // namespace deep_inside
