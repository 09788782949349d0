#include "mixture/unaries.h"

namespace deep_inside {

namespace {

/** Pixels of the mask go to the one label alone, whose edge is `own`. */
void clamp(const uint8_t* mask, int count, int32_t* own, int32_t* other) {
  for (int i = 0; mask && i < count; ++i) {
    if (mask[i] == 0) continue;
    own[i] = kLargestCapacity;
    other[i] = 0;
  }
}

}  // namespace

void Unaries::costs(const ColourRun& colours, int count, const Clamps& clamps, int32_t* source, int32_t* sink) {
  float foreground[kColoursAtOnce], background[kColoursAtOnce];
  foreground_.logs(colours, count, foreground);
  background_.logs(colours, count, background);
  colourKernels().labels(foreground, background, count, costs_, source, sink);
  clamp(clamps.foreground, count, source, sink);
  clamp(clamps.background, count, sink, source);
}

}  // namespace deep_inside
