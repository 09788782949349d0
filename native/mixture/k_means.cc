#include "mixture/k_means.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mixture/random.h"

namespace deep_inside {

namespace {

struct Centre {
  float red, green, blue;
};

int32_t squaredDistance(Colour a, Colour b) {
  const int r = a.red - b.red, g = a.green - b.green, blue = a.blue - b.blue;
  return r * r + g * g + blue * blue;
}

/** Which element the `at`-th part of the weights belongs to. */
size_t elementAt(const std::vector<int32_t>& weights, int64_t at) {
  size_t element = 0;
  while (at >= weights[element]) at -= weights[element++];
  return element;
}

/** Each centre is drawn with probabilities as its squared distance from the centres before. */
std::vector<Centre> firstCentres(const std::vector<Colour>& colours, int count, SplitMix& random) {
  std::vector<int32_t> distances(colours.size(), std::numeric_limits<int32_t>::max());
  std::vector<Centre> centres;
  auto drawn = static_cast<size_t>(random.below(static_cast<int64_t>(colours.size())));
  for (;;) {
    const Colour centre = colours[drawn];
    centres.push_back({float(centre.red), float(centre.green), float(centre.blue)});
    int64_t total = 0;
    for (size_t i = 0; i < colours.size(); ++i) {
      distances[i] = std::min(distances[i], squaredDistance(colours[i], centre));
      total += distances[i];
    }
    if (centres.size() == static_cast<size_t>(count) || total == 0) return centres;
    drawn = elementAt(distances, random.below(total));
  }
}

/** One that is no number is never the nearest. */
Centre centreOf(const Moments& m) {
  if (m.count == 0) return {NAN, NAN, NAN};
  const auto n = static_cast<double>(m.count);
  return {float(m.sum[0] / n), float(m.sum[1] / n), float(m.sum[2] / n)};
}

/** Puts each colour into the cluster of its nearest centre; whether one has changed its cluster. */
bool assign(const std::vector<Colour>& colours, const std::vector<Centre>& centres, std::vector<uint8_t>& clusters) {
  int changed = 0;
  for (size_t i = 0; i < colours.size(); ++i) {
    float nearest = std::numeric_limits<float>::max();
    int cluster = 0;
    for (size_t k = 0; k < centres.size(); ++k) {
      const float r = colours[i].red - centres[k].red, g = colours[i].green - centres[k].green,
                  b = colours[i].blue - centres[k].blue;
      const float distance = r * r + g * g + b * b;
      cluster = distance < nearest ? static_cast<int>(k) : cluster;
      nearest = std::min(nearest, distance);
    }
    changed |= cluster ^ clusters[i];
    clusters[i] = static_cast<uint8_t>(cluster);
  }
  return changed != 0;
}

}  // namespace

std::vector<Moments> kMeans(const std::vector<Colour>& colours, int count, int iterations, uint64_t seed) {
  if (colours.empty()) return {};
  SplitMix random(seed);
  std::vector<Centre> centres = firstCentres(colours, count, random);
  std::vector<uint8_t> clusters(colours.size(), 0);
  std::vector<Moments> moments;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    const bool changed = assign(colours, centres, clusters);
    if (iteration > 0 && !changed) break;
    moments.assign(centres.size(), {});
    for (size_t i = 0; i < colours.size(); ++i) moments[clusters[i]].add(colours[i]);
    std::transform(moments.begin(), moments.end(), centres.begin(), centreOf);
  }
  moments.erase(std::remove_if(moments.begin(), moments.end(), [](const Moments& m) { return m.count == 0; }),
                moments.end());
  return moments;
}

}  // namespace deep_inside
