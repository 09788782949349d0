#include "mixture/likelihood.h"

#include "mixture/elementary.h"

namespace deep_inside {

Likelihood::Likelihood(const ColourModel& model, double uniform)
    : densities_(densitiesOf(model)),
      uniform_(uniform > 0 ? static_cast<float>(logOf(uniform)) : kLogZero),
      components_(model.size() * kColoursAtOnce) {
  const auto rest = static_cast<float>(logOf(1 - uniform));
  for (Density& density : densities_) density.constant += rest;
}

void Likelihood::logs(const ColourRun& colours, int count, float* logs) {
  float largest[kColoursAtOnce], sum[kColoursAtOnce];
  for (int i = 0; i < count; ++i) largest[i] = uniform_;
  for (size_t k = 0; k < densities_.size(); ++k) {
    float* const component = &components_[k * kColoursAtOnce];
    logDensities(densities_[k], colours, count, component);
    for (int i = 0; i < count; ++i) largest[i] = component[i] > largest[i] ? component[i] : largest[i];
  }
  for (int i = 0; i < count; ++i) sum[i] = expOf(uniform_ - largest[i]);
  for (size_t k = 0; k < densities_.size(); ++k) {
    const float* const component = &components_[k * kColoursAtOnce];
    for (int i = 0; i < count; ++i) sum[i] += expOf(component[i] - largest[i]);
  }
  // The largest adds 1 to the sum.
  for (int i = 0; i < count; ++i) logs[i] = largest[i] + logOf(sum[i]);
}

}  // namespace deep_inside
