// Compiled once per instruction set, with DEEP_INSIDE_ISA naming the namespace. Only C functions may be used here: an
// inline function of the C++ library compiled for AVX-512 could be linked into code for other processors.

#include "mixture/kernels.h"

#include "mixture/isa/capacities.h"
#include "mixture/isa/densities.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

void separate(const uint8_t* colours, int64_t count, float* red, float* green, float* blue) {
  for (int64_t i = 0; i < count; ++i) {
    red[i] = colours[3 * i];
    green[i] = colours[3 * i + 1];
    blue[i] = colours[3 * i + 2];
  }
}

void nearestCentres(const Centre* centres, size_t centreCount, const ColourRun& colours, int count, int32_t* nearest) {
  const ColourRun x = colours;
  float least[kColoursAtOnce];
  for (int i = 0; i < count; ++i) {
    least[i] = __FLT_MAX__;
    nearest[i] = 0;
  }
  for (size_t k = 0; k < centreCount; ++k) {
    const Centre centre = centres[k];
    const auto index = static_cast<int32_t>(k);
    for (int i = 0; i < count; ++i) {
      const float r = x.red[i] - centre.red, g = x.green[i] - centre.green, b = x.blue[i] - centre.blue;
      const float distance = r * r + g * g + b * b;
      // Both are always written, so that there is no branch and vectors can be made of the loop.
      const float before = least[i];
      const int32_t nearer = -static_cast<int32_t>(distance < before);
      nearest[i] = (index & nearer) | (nearest[i] & ~nearer);
      least[i] = distance < before ? distance : before;
    }
  }
}

}  // namespace

extern const ColourKernels colours;
const ColourKernels colours = {separate,       squaredDifferences, sumOf,       edgeCapacities,
                               logLikelihoods, labelCapacities,    likeliestOf, nearestCentres};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
