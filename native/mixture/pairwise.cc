#include "mixture/pairwise.h"

#include "mixture/elementary.h"

namespace deep_inside {

void pairwiseCapacities(const Pairwise& pairwise, const float* c, int64_t count, int32_t* capacities) {
  const float strength = pairwise.strength, factor = pairwise.beta / (255.0f * 255.0f);
  for (int64_t i = 0; i < count; ++i) {
    capacities[i] = static_cast<int32_t>(strength * expOf(-factor * c[i]) + 0.5f);
  }
}

}  // namespace deep_inside
