#pragma once

#include <cstdint>

#include "mixture/likelihood.h"

namespace deep_inside {

/** The largest capacity that a cut takes (native/maxflow). */
constexpr int32_t kLargestCapacity = (1 << 27) - 1;

/** Masks of the pixels whose label is known beforehand, whatever their colour; null: none is. */
struct Clamps {
  const uint8_t *foreground = nullptr, *background = nullptr;

  Clamps from(int64_t pixel) const {
    return {foreground ? foreground + pixel : nullptr, background ? background + pixel : nullptr};
  }
};

/**
 * Costs of the labels of pixels by their colours x, as capacities of edges to source and sink: with the posterior
 * p = L_f(x) / (L_f(x) + L_b(x)) foreground costs -ln p (the edge to the sink is cut), background -ln(1 - p), each at
 * most `cap`, times `scale`. Only the difference ln L_f - ln L_b matters to the cut, as long as no cap is reached: so
 * GrabCut's energy, -ln L of each label, is this one without uniform part and cap.
 *
 * A clamped pixel's other label costs more than all edges.
 */
class Unaries {
 public:
  Unaries(const ColourModel& foreground, const ColourModel& background, double uniform, const Costs& costs)
      : foreground_(foreground, uniform), background_(background, uniform), costs_(costs) {}

  /** Of up to kColoursAtOnce pixels. Overwrites source and sink. */
  void costs(const ColourRun& colours, int count, const Clamps& clamps, int32_t* source, int32_t* sink);

 private:
  Likelihood foreground_, background_;
  Costs costs_;
};

}  // namespace deep_inside
