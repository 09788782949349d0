#pragma once

#include <vector>

#include "kernels/planes.h"
#include "test/harness.h"

namespace deep_inside::test {

using Values = std::vector<float>;

/** A tensor as it lies: values in (-1, 1), others for each seed from 0 on, and zeros in padding channels. */
inline Values lying(const Planes& at, size_t seed) {
  const auto count = static_cast<size_t>(stored(at));
  const Values longer = shuffled(count + seed);
  Values values(longer.begin() + static_cast<std::ptrdiff_t>(seed), longer.end());
  for (int64_t i = 0; i < stored(at); ++i)
    if (channelOf(at, elementAt(i, at.h, at.w, at.b)) >= at.c) values[static_cast<size_t>(i)] = 0.0f;
  return values;
}

}  // namespace deep_inside::test
