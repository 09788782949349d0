#include "mixture/likelihood.h"

#include "mixture/elementary.h"

namespace deep_inside {

Likelihood::Likelihood(const ColourModel& model, double uniform)
    : densities_(densitiesOf(model)),
      uniform_(uniform > 0 ? static_cast<float>(logOf(uniform)) : kLogZero),
      scratch_(model.size() * kColoursAtOnce) {
  const auto rest = static_cast<float>(logOf(1 - uniform));
  for (Density& density : densities_) density.constant += rest;
}

}  // namespace deep_inside
