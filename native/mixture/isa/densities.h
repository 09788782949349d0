#pragma once

#include "mixture/elementary.h"
#include "mixture/kernels.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** logs [count]: ln(weight N(x)) of each colour. */
void logDensities(const Density& density, const ColourRun& colours, int count, float* logs) {
  const Density d = density;
  const ColourRun x = colours;
  for (int i = 0; i < count; ++i) {
    const float r = x.red[i] - d.mean[0], g = x.green[i] - d.mean[1], b = x.blue[i] - d.mean[2];
    const float u = d.inverse[0] * r;
    const float v = d.inverse[1] * r + d.inverse[2] * g;
    const float w = d.inverse[3] * r + d.inverse[4] * g + d.inverse[5] * b;
    logs[i] = d.constant - 0.5f * (u * u + v * v + w * w);
  }
}

void logLikelihoods(const Mixture& mixture, const ColourRun& colours, int count, float* scratch, float* logs) {
  const float uniform = mixture.uniform;
  float largest[kColoursAtOnce], sum[kColoursAtOnce];
  for (int i = 0; i < count; ++i) largest[i] = uniform;
  for (size_t k = 0; k < mixture.components; ++k) {
    float* const component = scratch + k * kColoursAtOnce;
    logDensities(mixture.densities[k], colours, count, component);
    for (int i = 0; i < count; ++i) largest[i] = component[i] > largest[i] ? component[i] : largest[i];
  }
  for (int i = 0; i < count; ++i) sum[i] = expOf(uniform - largest[i]);
  for (size_t k = 0; k < mixture.components; ++k) {
    const float* const component = scratch + k * kColoursAtOnce;
    for (int i = 0; i < count; ++i) sum[i] += expOf(component[i] - largest[i]);
  }
  // The largest adds 1 to the sum.
  for (int i = 0; i < count; ++i) logs[i] = largest[i] + logOf(sum[i]);
}

void likeliestOf(const Mixture& mixture, const ColourRun& colours, int count, int32_t* components) {
  float best[kColoursAtOnce], logs[kColoursAtOnce];
  for (int i = 0; i < count; ++i) {
    best[i] = -__builtin_inff();
    components[i] = 0;
  }
  for (size_t k = 0; k < mixture.components; ++k) {
    logDensities(mixture.densities[k], colours, count, logs);
    for (int i = 0; i < count; ++i) {
      const bool better = logs[i] > best[i];
      components[i] = better ? static_cast<int32_t>(k) : components[i];
      best[i] = better ? logs[i] : best[i];
    }
  }
}

}  // namespace
}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
