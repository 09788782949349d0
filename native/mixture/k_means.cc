#include "mixture/k_means.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mixture/colour_row.h"
#include "mixture/random.h"

namespace deep_inside {

namespace {

/** What a mean takes; products are summed once, at the end. */
struct Sums {
  int64_t count = 0, red = 0, green = 0, blue = 0;
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
std::vector<Centre> firstCentres(const std::vector<Colour>& colours, int count, SplitMix& random,
                                 const Wanted& wanted) {
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
    if (centres.size() == static_cast<size_t>(count) || total == 0 || !wanted) return centres;
    drawn = elementAt(distances, random.below(total));
  }
}

/** One that is no number is never the nearest. */
Centre centreOf(const Sums& sums) {
  if (sums.count == 0) return {NAN, NAN, NAN};
  const auto n = static_cast<double>(sums.count);
  return {float(sums.red / n), float(sums.green / n), float(sums.blue / n)};
}

/** Puts each colour into the cluster of its nearest centre, and sums these up; whether one has changed its cluster. */
bool assign(const std::vector<Colour>& colours, const ColourRow& row, const std::vector<Centre>& centres,
            std::vector<uint8_t>& clusters, std::vector<Sums>& sums) {
  int changed = 0;
  int32_t nearest[kColoursAtOnce];
  for (size_t first = 0; first < colours.size(); first += kColoursAtOnce) {
    const auto count = static_cast<int>(std::min<size_t>(kColoursAtOnce, colours.size() - first));
    colourKernels().nearest(centres.data(), centres.size(), row.from(static_cast<int64_t>(first)), count, nearest);
    for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
      const Colour& colour = colours[first + i];
      Sums& sum = sums[static_cast<size_t>(nearest[i])];
      ++sum.count;
      sum.red += colour.red, sum.green += colour.green, sum.blue += colour.blue;
      changed |= nearest[i] ^ clusters[first + i];
      clusters[first + i] = static_cast<uint8_t>(nearest[i]);
    }
  }
  return changed != 0;
}

/** Of the clusters that have colours. */
std::vector<Moments> momentsOf(const std::vector<Colour>& colours, const std::vector<uint8_t>& clusters, size_t count) {
  std::vector<Moments> moments(count);
  for (size_t i = 0; i < colours.size(); ++i) moments[clusters[i]].add(colours[i]);
  const auto isEmpty = [](const Moments& one) { return one.count == 0; };
  moments.erase(std::remove_if(moments.begin(), moments.end(), isEmpty), moments.end());
  return moments;
}

}  // namespace

std::vector<Moments> kMeans(const std::vector<Colour>& colours, int count, int iterations, uint64_t seed,
                            const Wanted& wanted) {
  if (colours.empty()) return {};
  SplitMix random(seed);
  std::vector<Centre> centres = firstCentres(colours, count, random, wanted);
  ColourRow row(static_cast<int64_t>(colours.size()));
  row.read(reinterpret_cast<const uint8_t*>(colours.data()), static_cast<int64_t>(colours.size()));
  std::vector<uint8_t> clusters(colours.size(), 0);
  for (int iteration = 0; wanted && iteration < iterations; ++iteration) {
    std::vector<Sums> sums(centres.size());
    const bool changed = assign(colours, row, centres, clusters, sums);
    if (iteration > 0 && !changed) break;
    std::transform(sums.begin(), sums.end(), centres.begin(), centreOf);
  }
  return momentsOf(colours, clusters, centres.size());
}

}  // namespace deep_inside
