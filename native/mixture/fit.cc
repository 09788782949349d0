#include "mixture/fit.h"

#include <algorithm>

#include "mixture/binary_split.h"
#include "mixture/colour_row.h"
#include "mixture/density.h"
#include "mixture/k_means.h"

namespace deep_inside {

namespace {

ColourModel modelOf(std::vector<Moments> clusters, size_t components, size_t samples, double floor) {
  clusters.resize(components);
  ColourModel model;
  for (const Moments& cluster : clusters) {
    model.push_back(componentOf(cluster, static_cast<int64_t>(samples), floor));
  }
  return model;
}

bool haveGaussian(const std::vector<Moments>& clusters) {
  return std::any_of(clusters.begin(), clusters.end(), [](const Moments& m) { return m.count >= kFewestSamples; });
}

std::vector<Moments> clustersOf(std::vector<Colour>& colours, const Fit& fit, int count, const Wanted& wanted) {
  return fit.clustering == Clustering::BinarySplit ? binarySplit(colours, count, wanted)
                                                   : kMeans(colours, count, fit.rounds, fit.seed, wanted);
}

}  // namespace

ColourModel fitColourModel(std::vector<Colour>& colours, const Fit& fit, const Wanted& wanted) {
  int count = fit.components;
  std::vector<Moments> clusters = clustersOf(colours, fit, count, wanted);
  while (count > 1 && !haveGaussian(clusters)) clusters = clustersOf(colours, fit, count /= 2, wanted);
  return modelOf(clusters, static_cast<size_t>(fit.components), colours.size(), fit.covarianceFloor);
}

ColourModel refitColourModel(const std::vector<Colour>& colours, const ColourModel& model, double covarianceFloor,
                             const Wanted& wanted) {
  const std::vector<Density> densities = densitiesOf(model);
  std::vector<Moments> clusters(model.size());
  ColourRow row(kColoursAtOnce);
  int32_t likeliest[kColoursAtOnce];
  for (size_t first = 0; wanted && first < colours.size(); first += kColoursAtOnce) {
    const Colour* const some = &colours[first];
    const auto count = static_cast<int>(std::min<size_t>(kColoursAtOnce, colours.size() - first));
    row.read(reinterpret_cast<const uint8_t*>(some), count);
    colourKernels().likeliest({densities.data(), densities.size(), kLogZero}, row.from(0), count, likeliest);
    for (int i = 0; i < count; ++i) clusters[static_cast<size_t>(likeliest[i])].add(some[i]);
  }
  if (!haveGaussian(clusters)) {
    Moments all;
    for (const Moments& cluster : clusters) all.merge(cluster);
    clusters = {all};
  }
  return modelOf(clusters, model.size(), colours.size(), covarianceFloor);
}

}  // namespace deep_inside
