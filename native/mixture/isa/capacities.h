#pragma once

#include "mixture/elementary.h"
#include "mixture/kernels.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** So many squared differences fit into an int32. */
constexpr int64_t kSummable = 8192;

void squaredDifferences(const ColourRun& a, const ColourRun& b, int64_t count, float* c) {
  const ColourRun x = a, y = b;
  for (int64_t i = 0; i < count; ++i) {
    const float red = x.red[i] - y.red[i], green = x.green[i] - y.green[i], blue = x.blue[i] - y.blue[i];
    c[i] = red * red + green * green + blue * blue;
  }
}

int64_t sumOf(const float* c, int64_t count) {
  int64_t sum = 0;
  for (int64_t first = 0; first < count; first += kSummable) {
    const int64_t end = count < first + kSummable ? count : first + kSummable;
    int32_t part = 0;
    for (int64_t i = first; i < end; ++i) part += static_cast<int32_t>(c[i]);
    sum += part;
  }
  return sum;
}

void edgeCapacities(const Pairwise& pairwise, const float* c, int64_t count, int32_t* capacities) {
  const float strength = pairwise.strength, factor = pairwise.beta / (255.0f * 255.0f);
  for (int64_t i = 0; i < count; ++i) {
    capacities[i] = static_cast<int32_t>(strength * expOf(-factor * c[i]) + 0.5f);
  }
}

int32_t capacityOf(float cost, const Costs& costs) {
  const float capped = (cost < costs.cap ? cost : costs.cap) * costs.scale;
  return static_cast<int32_t>((capped < kLargestRounded ? capped : kLargestRounded) + 0.5f);
}

void labelCapacities(const float* foreground, const float* background, int count, const Costs& costs, int32_t* source,
                     int32_t* sink) {
  const Costs own = costs;
  for (int i = 0; i < count; ++i) {
    const float difference = foreground[i] - background[i];
    // -ln(1 - p) = ln(1 + e^difference), and -ln p the same of -difference.
    const float rest = logOf(1.0f + expOf(-__builtin_fabsf(difference)));
    source[i] = capacityOf((difference > 0 ? difference : 0) + rest, own);
    sink[i] = capacityOf((difference < 0 ? -difference : 0) + rest, own);
  }
}

}  // namespace
}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
