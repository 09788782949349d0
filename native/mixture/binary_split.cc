#include "mixture/binary_split.h"

#include <algorithm>

namespace deep_inside {

namespace {

struct Cluster {
  Colour *begin, *end;
  Moments moments;
  Axis axis;  // of the scatter; value 0: it cannot be split
};

Moments momentsOf(const Colour* begin, const Colour* end) {
  Moments moments;
  for (const Colour* colour = begin; colour != end; ++colour) moments.add(*colour);
  return moments;
}

/** Puts the colours above the plane behind those below it, and returns the first of them. */
Colour* partition(const Cluster& cluster) {
  const Moments& m = cluster.moments;
  const double(&d)[3] = cluster.axis.direction;
  double mean[3];
  for (int i = 0; i < 3; ++i) mean[i] = static_cast<double>(m.sum[i]) / static_cast<double>(m.count);
  const double plane = d[0] * mean[0] + d[1] * mean[1] + d[2] * mean[2];
  return std::partition(cluster.begin, cluster.end, [&](const Colour& colour) {
    return d[0] * colour.red + d[1] * colour.green + d[2] * colour.blue <= plane;
  });
}

Cluster clusterOf(Colour* begin, Colour* end, const Moments& moments) {
  return {begin, end, moments, principalAxis(scatterOf(moments))};
}

/** Splits `cluster`, which keeps what lies below the plane, and adds the rest to the clusters. */
void split(std::vector<Cluster>& clusters, size_t index) {
  Cluster& lower = clusters[index];
  Colour *const first = partition(lower), *const end = lower.end;
  if (first == lower.begin || first == end) {
    // Rounded, the plane may miss colours that hardly differ.
    lower.axis.value = 0;
    return;
  }
  const Moments upper = momentsOf(first, end);
  lower.moments.subtract(upper);
  lower = clusterOf(lower.begin, first, lower.moments);
  clusters.push_back(clusterOf(first, end, upper));
}

}  // namespace

std::vector<Moments> binarySplit(std::vector<Colour>& colours, int count, const Wanted& wanted) {
  std::vector<Cluster> clusters;
  if (colours.empty()) return {};
  Colour *const begin = colours.data(), *const end = begin + colours.size();
  clusters.push_back(clusterOf(begin, end, momentsOf(begin, end)));
  while (wanted && clusters.size() < static_cast<size_t>(count)) {
    const auto widest = std::max_element(clusters.begin(), clusters.end(), [](const Cluster& a, const Cluster& b) {
      return a.axis.value < b.axis.value;
    });
    if (!(widest->axis.value > 0)) break;
    split(clusters, static_cast<size_t>(widest - clusters.begin()));
  }
  std::vector<Moments> result;
  for (const Cluster& cluster : clusters) result.push_back(cluster.moments);
  return result;
}

}  // namespace deep_inside
