#include "mixture/density.h"

#include <cmath>

#include "mixture/elementary.h"

namespace deep_inside {

namespace {

constexpr double kLogOfTwoPi = 1.8378770664093453;

/** Those of a covariance with a floor are far above 1e-12. */
double pivot(double square) { return std::sqrt(square > 1e-12 ? square : 1e-12); }

Density densityOf(const ColourComponent& component) {
  Density density{kLogZero, {}, {}};
  if (!(component.weight > 0)) return density;
  const double(&c)[6] = component.covariance;
  const double rr = pivot(c[0]), gr = c[1] / rr, br = c[2] / rr;
  const double gg = pivot(c[3] - gr * gr), bg = (c[4] - br * gr) / gg;
  const double bb = pivot(c[5] - br * br - bg * bg);
  const double inverse[6] = {1 / rr,          -gr / (rr * gg), 1 / gg, (gr * bg - br * gg) / (rr * gg * bb),
                             -bg / (gg * bb), 1 / bb};
  for (int i = 0; i < 6; ++i) density.inverse[i] = static_cast<float>(inverse[i] / 255);
  for (int i = 0; i < 3; ++i) density.mean[i] = static_cast<float>(component.mean[i] * 255);
  density.constant = static_cast<float>(logOf(component.weight) - logOf(rr * gg * bb) - 1.5 * kLogOfTwoPi);
  return density;
}

}  // namespace

std::vector<Density> densitiesOf(const ColourModel& model) {
  std::vector<Density> densities;
  for (const ColourComponent& component : model) densities.push_back(densityOf(component));
  return densities;
}

}  // namespace deep_inside
