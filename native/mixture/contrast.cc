#include "mixture/contrast.h"

#include <algorithm>

#include "mixture/bands.h"

namespace deep_inside {

namespace {

/** So many squared differences fit into an int32. */
constexpr int64_t kSummable = 8192;

int64_t sumOf(const float* c, int64_t count) {
  int64_t sum = 0;
  for (int64_t first = 0; first < count; first += kSummable) {
    const int64_t end = std::min(count, first + kSummable);
    int32_t part = 0;
    for (int64_t i = first; i < end; ++i) part += static_cast<int32_t>(c[i]);
    sum += part;
  }
  return sum;
}

/** Of rows from `begin` to `end`, each with itself and the one below. */
int64_t sumOfBand(const ColourGrid& image, int neighbours, int64_t begin, int64_t end, const Wanted& wanted) {
  const int64_t cols = image.cols;
  ColourRow row(cols), below(cols);
  std::vector<float> c(static_cast<size_t>(cols));
  int64_t sum = 0;
  const auto add = [&](const ColourRun& a, const ColourRun& b, int64_t count) {
    squaredDifferences(a, b, count, c.data());
    sum += sumOf(c.data(), count);
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

void squaredDifferences(const ColourRun& a, const ColourRun& b, int64_t count, float* c) {
  const ColourRun x = a, y = b;
  for (int64_t i = 0; i < count; ++i) {
    const float red = x.red[i] - y.red[i], green = x.green[i] - y.green[i], blue = x.blue[i] - y.blue[i];
    c[i] = red * red + green * green + blue * blue;
  }
}

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
