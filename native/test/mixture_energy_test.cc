#include <algorithm>
#include <cmath>
#include <limits>

#include "mixture/elementary.h"
#include "mixture/fit.h"
#include "mixture/grid_capacities.h"
#include "mixture/random.h"
#include "test/harness.h"

// Capacities against their formulas in double precision, edge by edge.

using namespace deep_inside;

namespace {

struct Picture {
  int64_t rows, cols;
  std::vector<uint8_t> levels;  // [rows, cols, 3]

  ColourGrid grid() const { return {levels.data(), rows, cols}; }
  double level(int64_t row, int64_t col, int channel) const {
    return levels[static_cast<size_t>((row * cols + col) * 3 + channel)] / 255.0;
  }
  double contrast(int64_t row, int64_t col, int64_t down, int64_t right) const {
    double sum = 0;
    for (int c = 0; c < 3; ++c) {
      const double difference = level(row, col, c) - level(row + down, col + right, c);
      sum += difference * difference;
    }
    return sum;
  }
};

Picture picture(int64_t rows, int64_t cols, int range = 256) {
  SplitMix random(static_cast<uint64_t>(rows * 1000 + cols));
  Picture made{rows, cols, std::vector<uint8_t>(static_cast<size_t>(rows * cols * 3))};
  for (uint8_t& level : made.levels) level = static_cast<uint8_t>(random.below(range));
  return made;
}

ColourModel modelOfHalf(const Picture& picture, int64_t first) {
  const int64_t pixels = picture.rows * picture.cols;
  std::vector<uint8_t> mask(static_cast<size_t>(pixels), 0);
  for (int64_t i = first; i < pixels; i += 2) mask[static_cast<size_t>(i)] = 1;
  std::vector<Colour> colours = chosenColours(picture.levels.data(), mask.data(), pixels);
  return fitColourModel(colours, {Clustering::BinarySplit, 5, 1e-4, 10, 0});
}

Energy energyOf(const Picture& picture) {
  return {modelOfHalf(picture, 0), modelOfHalf(picture, 1), 0.05, 100, 150, 1.7, 50};
}

struct Result {
  explicit Result(const Picture& picture, int neighbours = 8)
      : arrays(6, std::vector<int32_t>(static_cast<size_t>(picture.rows * picture.cols), -1)), eight(neighbours == 8) {}
  Capacities to() {
    return {arrays[0].data(),
            arrays[1].data(),
            arrays[2].data(),
            arrays[3].data(),
            eight ? arrays[4].data() : nullptr,
            eight ? arrays[5].data() : nullptr};
  }
  std::vector<std::vector<int32_t>> arrays;  // source sink right down downRight downLeft
  bool eight;
};

double likelihood(const ColourModel& model, const double* x, double uniform) {
  double sum = 0;
  for (const ColourComponent& k : model) {
    if (k.weight == 0) continue;
    const double(&c)[6] = k.covariance;
    const double det =
        c[0] * (c[3] * c[5] - c[4] * c[4]) - c[1] * (c[1] * c[5] - c[4] * c[2]) + c[2] * (c[1] * c[4] - c[3] * c[2]);
    const double inverse[6] = {c[3] * c[5] - c[4] * c[4], c[2] * c[4] - c[1] * c[5], c[1] * c[4] - c[2] * c[3],
                               c[0] * c[5] - c[2] * c[2], c[1] * c[2] - c[0] * c[4], c[0] * c[3] - c[1] * c[1]};
    const double d[3] = {x[0] - k.mean[0], x[1] - k.mean[1], x[2] - k.mean[2]};
    const double square = inverse[0] * d[0] * d[0] + inverse[3] * d[1] * d[1] + inverse[5] * d[2] * d[2] +
                          2 * (inverse[1] * d[0] * d[1] + inverse[2] * d[0] * d[2] + inverse[4] * d[1] * d[2]);
    sum += k.weight * std::exp(-0.5 * square / det) / std::sqrt(std::pow(2 * 3.14159265358979323846, 3) * det);
  }
  return uniform + (1 - uniform) * sum;
}

/** Within rounding to an integer, and float32's of the cost. */
bool isNear(int32_t actual, double expected) { return std::abs(actual - expected) <= 0.51 + 1e-5 * expected; }

void expectUnaries(const Picture& picture, const Energy& energy, const Result& result) {
  for (int64_t i = 0; i < picture.rows * picture.cols; ++i) {
    const double x[3] = {picture.level(0, i, 0), picture.level(0, i, 1), picture.level(0, i, 2)};
    const double f = likelihood(energy.foreground, x, energy.uniform);
    const double b = likelihood(energy.background, x, energy.uniform);
    const auto at = static_cast<size_t>(i);
    EXPECT(isNear(result.arrays[0][at], energy.scale * std::min(energy.cap, -std::log(b / (f + b)))));
    EXPECT(isNear(result.arrays[1][at], energy.scale * std::min(energy.cap, -std::log(f / (f + b)))));
  }
}

void expectEdges(const Picture& picture, const Energy& energy, const std::vector<int32_t>& capacities, int64_t down,
                 int64_t right) {
  const double weight = energy.scale * energy.gamma / (down && right ? std::sqrt(2.0) : 1);
  for (int64_t row = 0; row < picture.rows; ++row) {
    for (int64_t col = 0; col < picture.cols; ++col) {
      const bool inside = row + down < picture.rows && col + right < picture.cols && col + right >= 0;
      const double expected = inside ? weight * std::exp(-energy.beta * picture.contrast(row, col, down, right)) : 0;
      EXPECT(isNear(capacities[static_cast<size_t>(row * picture.cols + col)], expected));
    }
  }
}

void expectEnergy(const Picture& picture, const Energy& energy) {
  Result result(picture);
  gridCapacities(picture.grid(), {}, energy, 1, result.to());
  expectUnaries(picture, energy, result);
  expectEdges(picture, energy, result.arrays[2], 0, 1);
  expectEdges(picture, energy, result.arrays[3], 1, 0);
  expectEdges(picture, energy, result.arrays[4], 1, 1);
  expectEdges(picture, energy, result.arrays[5], 1, -1);
}

}  // namespace

TEST("the exponential and the logarithm are within 2e-7 of what they should be") {
  for (int i = 0; i <= 87000; ++i) {
    const float x = -static_cast<float>(i) / 1000;
    EXPECT(std::abs(expOf(x) / std::exp(static_cast<double>(x)) - 1) < 2e-7);
    const float y = 1 + static_cast<float>(i) / 1000;
    EXPECT(std::abs(logOf(y) - std::log(static_cast<double>(y))) <= 2e-7 * std::log(static_cast<double>(y)));
    const double z = std::ldexp(1 + i / 87001.0, i % 400 - 200);
    EXPECT(std::abs(logOf(z) - std::log(z)) <= 1e-15 * std::max(1.0, std::abs(std::log(z))));
  }
  EXPECT(expOf(0) == 1 && logOf(1.0f) == 0 && logOf(1.0) == 0);
  EXPECT(expOf(-1e30f) < 2e-38f && expOf(NAN) < 2e-38f);
}

TEST("capacities are the costs of labels and edges, on every size of grid") {
  for (const auto& [rows, cols] : {std::pair{1, 1}, {1, 9}, {9, 1}, {2, 2}, {7, 300}, {40, 33}}) {
    const Picture made = picture(rows, cols);
    expectEnergy(made, energyOf(made));
  }
}

TEST("GrabCut's energy, without uniform part and cap, keeps the difference of the log-likelihoods") {
  const Picture made = picture(30, 30);
  Energy energy = energyOf(made);
  energy.uniform = 0;
  energy.cap = std::numeric_limits<double>::infinity();
  expectEnergy(made, energy);
  energy.uniform = 0.5;
  energy.cap = 0.3;
  expectEnergy(made, energy);
}

TEST("four neighbours leave the diagonals alone") {
  const Picture made = picture(5, 6);
  Result result(made, 4);
  gridCapacities(made.grid(), {}, energyOf(made), 1, result.to());
  EXPECT(result.arrays[4] == std::vector<int32_t>(30, -1) && result.arrays[3] != result.arrays[4]);
}

TEST("a clamped pixel's own label is free and the other costs more than all edges") {
  const Picture made = picture(1, 3);
  Result result(made);
  const std::vector<uint8_t> foreground{1, 0, 0}, background{0, 0, 1};
  Result free(made);
  gridCapacities(made.grid(), {foreground.data(), background.data()}, energyOf(made), 1, result.to());
  gridCapacities(made.grid(), {}, energyOf(made), 1, free.to());
  EXPECT(result.arrays[0][0] == (1 << 27) - 1 && result.arrays[1][0] == 0);
  EXPECT(result.arrays[0][1] == free.arrays[0][1] && result.arrays[1][1] == free.arrays[1][1]);
  EXPECT(result.arrays[0][2] == 0 && result.arrays[1][2] == (1 << 27) - 1);
  EXPECT(result.arrays[2] == free.arrays[2]);
}

TEST("every number of threads gives the same bits") {
  const Picture made = picture(300, 200, 64);
  const Energy energy = energyOf(made);
  Result one(made);
  gridCapacities(made.grid(), {}, energy, 1, one.to());
  for (const int threads : {2, 3, 8}) {
    Result result(made);
    gridCapacities(made.grid(), {}, energy, threads, result.to());
    EXPECT(result.arrays == one.arrays);
    EXPECT(meanContrast(made.grid(), 8, threads) == meanContrast(made.grid(), 8, 1));
  }
}

TEST("meanContrast is the mean over all pairs, and 0 where there are none or all colours are equal") {
  for (const auto& [rows, cols] : {std::pair{1, 1}, {1, 9}, {9, 1}, {13, 11}}) {
    const Picture made = picture(rows, cols);
    for (const int neighbours : {4, 8}) {
      double sum = 0, pairs = 0;
      for (const auto& [down, right] : {std::pair{0, 1}, {1, 0}, {1, 1}, {1, -1}}) {
        if (neighbours == 4 && down * right != 0) continue;
        for (int64_t row = 0; row + down < rows; ++row) {
          for (int64_t col = right < 0; col + std::max(right, 0) < cols; ++col, ++pairs) {
            sum += made.contrast(row, col, down, right);
          }
        }
      }
      const double expected = pairs > 0 ? sum / pairs : 0;
      EXPECT(std::abs(meanContrast(made.grid(), neighbours, 1) - expected) <= 1e-13);
    }
  }
  EXPECT(meanContrast(picture(8, 9, 1).grid(), 8, 1) == 0);
}

TEST("a picture has the capacities that it had on another machine, with another compiler, bit for bit") {
  const Picture made = picture(61, 83);
  Energy energy = energyOf(made);
  energy.beta = 2 / meanContrast(made.grid(), 8, 1);
  Result result(made);
  gridCapacities(made.grid(), {}, energy, 1, result.to());
  uint64_t hash = 14695981039346656037u;  // Fowler, Noll and Vo's, of 32 bits at a time
  for (const auto& array : result.arrays) {
    for (const int32_t one : array) hash = (hash ^ static_cast<uint32_t>(one)) * 1099511628211u;
  }
  EXPECT(hash == 0x4c5669712528b202u);
}

TEST("models without any component, and ones that nobody fitted, give capacities in range") {
  const Picture made = picture(9, 30);
  Energy energy = energyOf(made);
  energy.uniform = 0;
  energy.cap = std::numeric_limits<double>::infinity();
  const auto inRange = [&] {
    Result result(made);
    gridCapacities(made.grid(), {}, energy, 1, result.to());
    for (const auto& array : result.arrays) {
      for (const int32_t one : array) EXPECT(one >= 0 && one <= kLargestCapacity);
    }
    return result.arrays;
  };
  energy.foreground = ColourModel(5);
  const auto dead = inRange();
  EXPECT(dead[1] == std::vector<int32_t>(270, static_cast<int32_t>(kLargestRounded)));
  energy.background = ColourModel(5);
  EXPECT(inRange()[0] == inRange()[1]);
  ColourComponent wild;
  wild.weight = 1e30;
  std::fill(wild.mean, wild.mean + 3, 1e38);
  std::fill(wild.covariance, wild.covariance + 6, -1e30);
  energy.foreground = {wild};
  inRange();
}
