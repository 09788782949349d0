#include <algorithm>
#include <cmath>

#include "mixture/binary_split.h"
#include "mixture/fit.h"
#include "mixture/k_means.h"
#include "mixture/random.h"
#include "test/harness.h"

// Colour models against what the definitions give in double precision, pixel by pixel.

using namespace deep_inside;

namespace {

std::vector<Colour> randomColours(size_t count, uint64_t seed, int low = 0, int high = 255) {
  SplitMix random(seed);
  const auto level = [&] { return static_cast<uint8_t>(low + random.below(high - low + 1)); };
  std::vector<Colour> colours(count);
  for (Colour& colour : colours) colour = {level(), level(), level()};
  return colours;
}

/** `count` colours within 10 of each of the centres, one after the other. */
std::vector<Colour> clouds(const std::vector<Colour>& centres, size_t count) {
  std::vector<Colour> colours;
  for (size_t k = 0; k < centres.size(); ++k) {
    for (const Colour offset : randomColours(count, 40 + k, 0, 20)) {
      colours.push_back({static_cast<uint8_t>(centres[k].red + offset.red - 10),
                         static_cast<uint8_t>(centres[k].green + offset.green - 10),
                         static_cast<uint8_t>(centres[k].blue + offset.blue - 10)});
    }
  }
  return colours;
}

const std::vector<Colour> kCentres = {{20, 30, 40}, {200, 40, 60}, {60, 220, 30}, {120, 130, 230}, {235, 235, 225}};

constexpr double kFloor = 1e-4;

Fit fitOf(Clustering clustering, int components) { return {clustering, components, kFloor, 10, 7}; }

double level(const Colour& colour, int channel) {
  return (channel == 0 ? colour.red : channel == 1 ? colour.green : colour.blue) / 255.0;
}

/** Mean and covariance by the book, in two passes. */
ColourComponent naive(const Colour* colours, size_t count, size_t samples) {
  ColourComponent component;
  component.weight = static_cast<double>(count) / static_cast<double>(samples);
  for (size_t i = 0; i < count; ++i) {
    for (int c = 0; c < 3; ++c) component.mean[c] += level(colours[i], c) / static_cast<double>(count);
  }
  for (int a = 0, at = 0; a < 3; ++a) {
    for (int b = a; b < 3; ++b, ++at) {
      double sum = 0;
      for (size_t i = 0; i < count; ++i) {
        sum += (level(colours[i], a) - component.mean[a]) * (level(colours[i], b) - component.mean[b]);
      }
      component.covariance[at] = sum / static_cast<double>(count) + (a == b ? kFloor : 0);
    }
  }
  return component;
}

bool isClose(double a, double b) { return std::abs(a - b) <= 1e-12; }

bool isClose(const ColourComponent& a, const ColourComponent& b) {
  bool close = isClose(a.weight, b.weight);
  for (int i = 0; i < 3; ++i) close = close && isClose(a.mean[i], b.mean[i]);
  for (int i = 0; i < 6; ++i) close = close && isClose(a.covariance[i], b.covariance[i]);
  return close;
}

/** Whether each of `count` runs of `size` colours has its component, in any order. */
bool hasEach(const ColourModel& model, const std::vector<Colour>& colours, size_t size) {
  for (size_t first = 0; first < colours.size(); first += size) {
    const ColourComponent expected = naive(&colours[first], size, colours.size());
    const auto isIt = [&](const ColourComponent& one) { return isClose(one, expected); };
    if (std::count_if(model.begin(), model.end(), isIt) != 1) return false;
  }
  return true;
}

bool isSame(const ColourModel& a, const ColourModel& b) {
  const auto same = [](const ColourComponent& x, const ColourComponent& y) {
    return x.weight == y.weight && std::equal(x.mean, x.mean + 3, y.mean) &&
           std::equal(x.covariance, x.covariance + 6, y.covariance);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

double weightOf(const ColourModel& model) {
  double sum = 0;
  for (const ColourComponent& component : model) sum += component.weight;
  return sum;
}

}  // namespace

TEST("principalAxis gives the largest eigenvalue and its direction, also where two eigenvalues are equal") {
  const Axis diagonal = principalAxis({1, 0, 0, 3, 0, 2});
  EXPECT(diagonal.value == 3 && diagonal.direction[1] == 1 && diagonal.direction[0] == 0);
  EXPECT(principalAxis({2, 0, 0, 2, 0, 1}).value == 2);
  EXPECT(principalAxis({0, 0, 0, 0, 0, 0}).value == 0);
  const Axis ones = principalAxis({1, 1, 1, 1, 1, 1});
  EXPECT(isClose(ones.value, 3) && isClose(ones.direction[0], std::sqrt(1.0 / 3)));
}

TEST("principalAxis of any matrix is an eigenvector that no other direction exceeds") {
  for (const Colour& c : randomColours(200, 1)) {
    const double r = c.red - 128.0, g = c.green - 128.0, b = c.blue - 128.0;
    const Symmetric m{r * r + g, r * g, b, g * g + b, r * b, b * b + r};
    const Axis axis = principalAxis(m);
    const double* d = axis.direction;
    const double product[3] = {m.rr * d[0] + m.rg * d[1] + m.rb * d[2], m.rg * d[0] + m.gg * d[1] + m.gb * d[2],
                               m.rb * d[0] + m.gb * d[1] + m.bb * d[2]};
    const double size = std::abs(m.rr) + std::abs(m.gg) + std::abs(m.bb) + 2 * std::abs(m.rg) + 1;
    for (int i = 0; i < 3; ++i) EXPECT(std::abs(product[i] - axis.value * d[i]) < 1e-11 * size);
    EXPECT(axis.value >= std::max({m.rr, m.gg, m.bb}) - 1e-11 * size);
    EXPECT(std::abs(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] - 1) < 1e-14);
  }
}

TEST("scatterOf equal colours is exactly 0, however many there are") {
  Moments moments;
  for (int i = 0; i < 1000003; ++i) moments.add({255, 254, 253});
  const Symmetric s = scatterOf(moments);
  EXPECT(s.rr == 0 && s.rg == 0 && s.rb == 0 && s.gg == 0 && s.gb == 0 && s.bb == 0);
}

TEST("five clouds of colours become five Gaussians, their means and covariances as by the book") {
  for (const Clustering clustering : {Clustering::BinarySplit, Clustering::KMeans}) {
    const std::vector<Colour> colours = clouds(kCentres, 300);
    std::vector<Colour> given = colours;
    const ColourModel model = fitColourModel(given, fitOf(clustering, 5));
    EXPECT(model.size() == 5);
    EXPECT(hasEach(model, colours, 300));
  }
}

TEST("a binary split goes through the mean across the principal axis of the largest scatter") {
  // On a line 0 10 | 100 110 120: the mean is 68, and then the upper part has the larger scatter.
  std::vector<Colour> colours;
  for (const int red : {0, 100, 10, 110, 120}) colours.push_back({static_cast<uint8_t>(red), 7, 7});
  std::vector<Moments> two = binarySplit(colours, 2);
  EXPECT(two.size() == 2 && two[0].sum[0] == 10 && two[1].sum[0] == 330);
  // 110 lies on the plane and stays below it.
  std::vector<Moments> three = binarySplit(colours, 3);
  EXPECT(three.size() == 3 && three[0].sum[0] == 10 && three[1].sum[0] == 210 && three[2].sum[0] == 120);
}

TEST("many pixels of small spread are split before few of large spread: a scatter, not a variance") {
  std::vector<Colour> colours;
  for (int i = 0; i < 2000; ++i) colours.push_back({static_cast<uint8_t>(i % 2 ? 10 : 14), 0, 0});
  for (int i = 0; i < 40; ++i) colours.push_back({static_cast<uint8_t>(i % 2 ? 222 : 228), 0, 0});
  const std::vector<Moments> clusters = binarySplit(colours, 3);
  EXPECT(clusters.size() == 3);
  EXPECT(std::any_of(clusters.begin(), clusters.end(), [](const Moments& m) { return m.count == 40; }));
}

TEST("a fit does not depend on the order of the pixels by binary splits, and is repeated by k-means") {
  std::vector<Colour> forward = randomColours(5000, 3), backward(forward.rbegin(), forward.rend());
  std::vector<Colour> again = forward;
  const ColourModel model = fitColourModel(forward, fitOf(Clustering::BinarySplit, 5));
  EXPECT(isSame(model, fitColourModel(backward, fitOf(Clustering::BinarySplit, 5))));
  const ColourModel means = fitColourModel(again, fitOf(Clustering::KMeans, 5));
  EXPECT(isSame(means, fitColourModel(again, fitOf(Clustering::KMeans, 5))));
  Fit other = fitOf(Clustering::KMeans, 5);
  other.seed = 8;
  EXPECT(!isSame(means, fitColourModel(again, other)));
}

TEST("k-means leaves every colour with its nearest mean once it has settled") {
  const std::vector<Colour> colours = randomColours(800, 5);
  const std::vector<Moments> clusters = kMeans(colours, 4, 1000, 1);
  EXPECT(clusters.size() == 4);
  std::vector<Moments> nearest(4);
  for (const Colour& colour : colours) {
    const auto distance = [&](const Moments& m) {
      const auto n = static_cast<double>(m.count);
      const double r = colour.red - m.sum[0] / n, g = colour.green - m.sum[1] / n, b = colour.blue - m.sum[2] / n;
      return r * r + g * g + b * b;
    };
    size_t best = 0;
    for (size_t k = 1; k < 4; ++k) best = distance(clusters[k]) < distance(clusters[best]) ? k : best;
    nearest[best].add(colour);
  }
  for (size_t k = 0; k < 4; ++k)
    EXPECT(nearest[k].count == clusters[k].count && nearest[k].sum[0] == clusters[k].sum[0]);
}

TEST("few, equal and two-coloured pixels give finite models with as many components as asked for") {
  for (const Clustering clustering : {Clustering::BinarySplit, Clustering::KMeans}) {
    for (const size_t count : {0, 1, 2, 3, 6}) {
      std::vector<Colour> colours = randomColours(count, count);
      const ColourModel model = fitColourModel(colours, fitOf(clustering, 5));
      EXPECT(model.size() == 5);
      for (const ColourComponent& one : model) EXPECT(one.weight == 0 || one.covariance[0] >= kFloor);
    }
    std::vector<Colour> equal(100, Colour{9, 8, 7}), two = equal;
    const ColourModel flat = fitColourModel(equal, fitOf(clustering, 5));
    EXPECT(flat[0].weight == 1 && weightOf(flat) == 1);
    EXPECT(isClose(flat[0].mean[1], 8 / 255.0) && flat[0].covariance[0] == kFloor && flat[0].covariance[1] == 0);
    std::fill(two.begin(), two.begin() + 30, Colour{200, 8, 7});
    const ColourModel both = fitColourModel(two, fitOf(clustering, 5));
    EXPECT(weightOf(both) == 1 && std::max(both[0].weight, both[1].weight) == 0.7);
  }
}

TEST("two samples make no component, three do") {
  std::vector<Colour> colours{{0, 0, 0}, {0, 0, 0}, {255, 255, 255}, {255, 255, 255}, {255, 255, 255}};
  const ColourModel model = fitColourModel(colours, fitOf(Clustering::BinarySplit, 2));
  EXPECT(model[0].weight == 0 && model[1].weight == 0.6);
}

TEST("colours that are too few for as many components as asked for have fewer, and never none") {
  for (const Clustering clustering : {Clustering::BinarySplit, Clustering::KMeans}) {
    for (const int components : {2, 5, 64}) {
      for (size_t count = 3; count <= 24; ++count) {
        std::vector<Colour> colours = randomColours(count, count);
        EXPECT(weightOf(fitColourModel(colours, fitOf(clustering, components))) > 0);
      }
    }
  }
  // Each pair is the whole of a cluster, unless there are two of them: a pair, and the other two pairs.
  std::vector<Colour> pairs{{0, 0, 0}, {9, 0, 0}, {230, 0, 0}, {231, 0, 0}, {254, 0, 0}, {255, 0, 0}};
  const std::vector<Colour> upper(pairs.begin() + 2, pairs.end());
  const ColourModel model = fitColourModel(pairs, fitOf(Clustering::BinarySplit, 5));
  EXPECT(model.size() == 5 && weightOf(model) == 4 / 6.0 && isClose(model[1], naive(upper.data(), 4, 6)));
}

TEST("refitColourModel makes one Gaussian of all colours where no component has three") {
  const std::vector<Colour> colours = clouds(kCentres, 2);
  std::vector<Colour> many = clouds(kCentres, 200);
  const ColourModel model = fitColourModel(many, fitOf(Clustering::BinarySplit, 5));
  const ColourModel refitted = refitColourModel(colours, model, kFloor);
  EXPECT(refitted.size() == 5 && weightOf(refitted) == 1 && isClose(refitted[0], naive(colours.data(), 10, 10)));
}

TEST("refitColourModel gives every colour to the component under which it is most likely") {
  const std::vector<Colour> colours = clouds(kCentres, 200);
  std::vector<Colour> given = colours;
  const ColourModel rough = fitColourModel(given, fitOf(Clustering::BinarySplit, 5));
  EXPECT(hasEach(refitColourModel(colours, rough, kFloor), colours, 200));
  // One that is wide and rare loses what another explains better.
  ColourModel two(2);
  two[0] = naive(&colours[0], 200, 1000);
  two[1] = naive(colours.data(), 1000, 1000);
  const ColourModel refitted = refitColourModel(colours, two, kFloor);
  EXPECT(refitted[0].weight > 0.15 && refitted[0].weight <= 0.21 && isClose(weightOf(refitted), 1));
  EXPECT(weightOf(refitColourModel({}, two, kFloor)) == 0);
}
