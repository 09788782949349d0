#include "core/instruction_set.h"
#include "mixture/density.h"
#include "mixture/random.h"
#include "test/harness.h"

// Whatever the processor, the same bits: so every machine cuts the same grid.

namespace deep_inside {
DI_DECLARE_TABLES(ColourKernels, colours)
}

using namespace deep_inside;

namespace {

std::vector<const ColourKernels*> tables() {
  std::vector<const ColourKernels*> all{&baseline::colours};
#ifdef __x86_64__
  if (instructionSet() != InstructionSet::Baseline) all.push_back(&avx2::colours);
  if (instructionSet() == InstructionSet::Avx512) all.push_back(&avx512::colours);
#endif
  return all;
}

/** What a table makes of `count` random colours, one result after the other. */
struct Made {
  explicit Made(size_t count) : levels(6 * count), logs(2 * count), c(count), whole(5 * count) {}
  std::vector<float> levels, logs, c;
  std::vector<int32_t> whole;
  int64_t sum = 0;

  bool operator==(const Made& other) const {
    return levels == other.levels && logs == other.logs && c == other.c && whole == other.whole && sum == other.sum;
  }
};

ColourModel modelOf(SplitMix& random, size_t components) {
  const auto from = [&](double low, double high) { return low + (high - low) * random.below(1000) / 1000.0; };
  ColourModel model(components);
  for (size_t k = 0; k < components; ++k) {
    // One of them is none.
    model[k].weight = k == 1 ? 0 : from(0.1, 0.5);
    for (double& one : model[k].mean) one = from(0, 1);
    const double spread = from(1e-4, 0.1);
    const double covariance[6] = {spread, spread / 3, 0, spread, -spread / 4, spread};
    std::copy(covariance, covariance + 6, model[k].covariance);
  }
  return model;
}

Made madeBy(const ColourKernels& kernels, size_t count) {
  SplitMix random(count);
  const int n = static_cast<int>(count);
  std::vector<uint8_t> colours(6 * count);
  for (uint8_t& level : colours) level = static_cast<uint8_t>(random.below(256));
  const std::vector<Density> foreground = densitiesOf(modelOf(random, 5)), background = densitiesOf(modelOf(random, 3));
  std::vector<Centre> centres;
  for (int k = 0; k < 7; ++k) centres.push_back({float(random.below(256)), float(random.below(256)), 0.5f});
  Made made(count);
  std::vector<float> scratch(5 * kColoursAtOnce);
  float* const levels = made.levels.data();
  const ColourRun a{levels, levels + count, levels + 2 * count},
      b{a.red + 3 * count, a.green + 3 * count, a.blue + 3 * count};
  kernels.separate(colours.data(), n, levels, levels + count, levels + 2 * count);
  kernels.separate(colours.data() + 3 * count, n, levels + 3 * count, levels + 4 * count, levels + 5 * count);
  kernels.squaredDifferences(a, b, n, made.c.data());
  made.sum = kernels.sum(made.c.data(), n);
  float* const logs = made.logs.data();
  kernels.logLikelihoods({foreground.data(), foreground.size(), -3}, a, n, scratch.data(), logs);
  kernels.logLikelihoods({background.data(), background.size(), kLogZero}, a, n, scratch.data(), logs + count);
  int32_t* const whole = made.whole.data();
  kernels.edges({7500, 12.5}, made.c.data(), n, whole);
  kernels.labels(logs, logs + count, n, {100, 50}, whole + count, whole + 2 * count);
  kernels.likeliest({foreground.data(), foreground.size(), kLogZero}, a, n, whole + 3 * count);
  kernels.nearest(centres.data(), centres.size(), a, n, whole + 4 * count);
  return made;
}

}  // namespace

TEST("loops over colours give the same bits with every instruction set") {
  for (const size_t count : {1, 7, 16, 100, 255, 256}) {
    const Made expected = madeBy(baseline::colours, count);
    for (const ColourKernels* kernels : tables()) EXPECT(madeBy(*kernels, count) == expected);
  }
}
