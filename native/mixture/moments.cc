#include "mixture/moments.h"

namespace deep_inside {

namespace {

/** Sums of products may pass 2^63 when they are multiplied by the number of samples. */
using Wide = __int128;

double scatter(const Moments& m, int element, int i, int j) {
  const Wide exact = static_cast<Wide>(m.count) * m.product[element] - static_cast<Wide>(m.sum[i]) * m.sum[j];
  return static_cast<double>(exact) / static_cast<double>(m.count);
}

}  // namespace

void Moments::subtract(const Moments& part) {
  count -= part.count;
  for (int i = 0; i < 3; ++i) sum[i] -= part.sum[i];
  for (int i = 0; i < 6; ++i) product[i] -= part.product[i];
}

void Moments::merge(const Moments& part) {
  count += part.count;
  for (int i = 0; i < 3; ++i) sum[i] += part.sum[i];
  for (int i = 0; i < 6; ++i) product[i] += part.product[i];
}

Symmetric scatterOf(const Moments& m) {
  return {scatter(m, 0, 0, 0), scatter(m, 1, 0, 1), scatter(m, 2, 0, 2),
          scatter(m, 3, 1, 1), scatter(m, 4, 1, 2), scatter(m, 5, 2, 2)};
}

ColourComponent componentOf(const Moments& cluster, int64_t samples, double floor) {
  ColourComponent component;
  component.covariance[0] = component.covariance[3] = component.covariance[5] = floor;
  if (cluster.count < kFewestSamples) return component;
  const auto n = static_cast<double>(cluster.count);
  component.weight = n / static_cast<double>(samples);
  for (int i = 0; i < 3; ++i) component.mean[i] = static_cast<double>(cluster.sum[i]) / n / 255;
  const Symmetric s = scatterOf(cluster);
  const double scatters[6] = {s.rr, s.rg, s.rb, s.gg, s.gb, s.bb};
  for (int i = 0; i < 6; ++i) component.covariance[i] += scatters[i] / n / (255.0 * 255.0);
  return component;
}

}  // namespace deep_inside
