#include "mixture/contrast.h"

#include "mixture/bands.h"

namespace deep_inside {

namespace {

/** Of rows from `begin` to `end`, each with itself and the one below. */
int64_t sumOfBand(const ColourGrid& image, int neighbours, int64_t begin, int64_t end, const Wanted& wanted) {
  const ColourKernels& kernels = colourKernels();
  const int64_t cols = image.cols;
  ColourRow row(cols), below(cols);
  std::vector<float> c(static_cast<size_t>(cols));
  int64_t sum = 0;
  const auto add = [&](const ColourRun& a, const ColourRun& b, int64_t count) {
    kernels.squaredDifferences(a, b, count, c.data());
    sum += kernels.sum(c.data(), count);
  };
  below.read(image.colours + begin * cols * 3, cols);
  for (int64_t r = begin; wanted && r < end; ++r) {
    std::swap(row, below);
    add(row.from(0), row.from(1), cols - 1);
    if (r + 1 == image.rows) break;
    below.read(image.colours + (r + 1) * cols * 3, cols);
    add(row.from(0), below.from(0), cols);
    if (neighbours == 4) continue;
    add(row.from(0), below.from(1), cols - 1);
    add(row.from(1), below.from(0), cols - 1);
  }
  return sum;
}

int64_t pairsOf(const ColourGrid& image, int neighbours) {
  const int64_t across = image.cols - 1, down = image.rows - 1;
  return image.rows * across + down * image.cols + (neighbours == 8 ? 2 * across * down : 0);
}

}  // namespace

double meanContrast(const ColourGrid& image, int neighbours, int threads, const Wanted& wanted) {
  const int64_t pairs = pairsOf(image, neighbours);
  if (pairs == 0) return 0;
  std::vector<int64_t> sums(static_cast<size_t>(bandsOf(image.rows, image.cols, threads)));
  inBands(image.rows, static_cast<int64_t>(sums.size()), [&](int64_t band, int64_t begin, int64_t end) {
    sums[static_cast<size_t>(band)] = sumOfBand(image, neighbours, begin, end, wanted);
  });
  int64_t sum = 0;
  for (const int64_t one : sums) sum += one;
  return static_cast<double>(sum) / static_cast<double>(pairs) / (255.0 * 255.0);
}

}  // namespace deep_inside
