#include "mixture/unaries.h"

#include <cmath>

#include "mixture/elementary.h"

namespace deep_inside {

namespace {

inline int32_t capacityOf(float cost, float cap, float scale) {
  const float capped = (cost < cap ? cost : cap) * scale;
  return static_cast<int32_t>((capped < kLargestRounded ? capped : kLargestRounded) + 0.5f);
}

/** Pixels of the mask go to the one label alone, whose edge is `own`. */
void clamp(const uint8_t* mask, int count, int32_t* own, int32_t* other) {
  for (int i = 0; mask && i < count; ++i) {
    if (mask[i] == 0) continue;
    own[i] = kLargestCapacity;
    other[i] = 0;
  }
}

}  // namespace

Unaries::Unaries(const ColourModel& foreground, const ColourModel& background, const Options& options)
    : foreground_(foreground, options.uniform),
      background_(background, options.uniform),
      cap_(options.cap),
      scale_(options.scale) {}

void Unaries::costs(const ColourRun& colours, int count, const Clamps& clamps, int32_t* source, int32_t* sink) {
  float foreground[kColoursAtOnce], background[kColoursAtOnce];
  foreground_.logs(colours, count, foreground);
  background_.logs(colours, count, background);
  const float cap = cap_, scale = scale_;
  for (int i = 0; i < count; ++i) {
    const float difference = foreground[i] - background[i];
    // -ln(1 - p) = ln(1 + e^difference), and -ln p the same of -difference.
    const float rest = logOf(1.0f + expOf(-std::abs(difference)));
    source[i] = capacityOf((difference > 0 ? difference : 0) + rest, cap, scale);
    sink[i] = capacityOf((difference < 0 ? -difference : 0) + rest, cap, scale);
  }
  clamp(clamps.foreground, count, source, sink);
  clamp(clamps.background, count, sink, source);
}

}  // namespace deep_inside
