#include "mixture/grid_capacities.h"

#include <algorithm>
#include <cmath>

#include "mixture/bands.h"

namespace deep_inside {

namespace {

/** The rows of a band, one after the other: each is read once, for its own pixels and the edges down to it. */
class Band {
 public:
  Band(const ColourGrid& image, const Clamps& clamps, const Energy& energy, const Capacities& to)
      : image_(image),
        clamps_(clamps),
        to_(to),
        unaries_(energy.foreground, energy.background, energy.uniform,
                 {static_cast<float>(energy.cap), static_cast<float>(energy.scale)}),
        straight_{static_cast<float>(energy.gamma * energy.scale), static_cast<float>(energy.beta)},
        diagonal_{static_cast<float>(energy.gamma * energy.scale / std::sqrt(2.0)), straight_.beta},
        row_(image.cols),
        below_(image.cols),
        c_(static_cast<size_t>(image.cols)) {}

  void operator()(int64_t begin, int64_t end, const Wanted& wanted) {
    below_.read(image_.colours + begin * image_.cols * 3, image_.cols);
    for (int64_t r = begin; wanted && r < end; ++r) {
      std::swap(row_, below_);
      if (r + 1 < image_.rows) below_.read(image_.colours + (r + 1) * image_.cols * 3, image_.cols);
      unaries(r);
      edges(r);
    }
  }

 private:
  void unaries(int64_t r) {
    for (int64_t col = 0; col < image_.cols; col += kColoursAtOnce) {
      const auto count = static_cast<int>(std::min<int64_t>(kColoursAtOnce, image_.cols - col));
      const int64_t at = r * image_.cols + col;
      unaries_.costs(row_.from(col), count, clamps_.from(at), to_.source + at, to_.sink + at);
    }
  }

  void edges(int64_t r) {
    const int64_t cols = image_.cols, at = r * cols, below = r + 1 < image_.rows ? 1 : 0;
    weigh(straight_, row_.from(1), 0, cols - 1, to_.right + at);
    weigh(straight_, below_.from(0), 0, below * cols, to_.down + at);
    if (!to_.downRight) return;
    weigh(diagonal_, below_.from(1), 0, below * (cols - 1), to_.downRight + at);
    weigh(diagonal_, below_.from(0), 1, below * (cols - 1), to_.downLeft + at);
  }

  /** The edges of `count` pixels of the row, from column `first` on, to those of `others`; 0 for its other pixels. */
  void weigh(const Pairwise& pairwise, const ColourRun& others, int64_t first, int64_t count, int32_t* capacities) {
    std::fill(capacities, capacities + image_.cols, 0);
    kernels_.squaredDifferences(row_.from(first), others, count, c_.data());
    kernels_.edges(pairwise, c_.data(), count, capacities + first);
  }

  const ColourKernels& kernels_ = colourKernels();
  ColourGrid image_;
  Clamps clamps_;
  Capacities to_;
  Unaries unaries_;
  Pairwise straight_, diagonal_;
  ColourRow row_, below_;
  std::vector<float> c_;  // squared differences
};

}  // namespace

void gridCapacities(const ColourGrid& image, const Clamps& clamps, const Energy& energy, int threads,
                    const Capacities& capacities, const Wanted& wanted) {
  inBands(image.rows, bandsOf(image.rows, image.cols, threads),
          [&](int64_t, int64_t begin, int64_t end) { Band(image, clamps, energy, capacities)(begin, end, wanted); });
}

}  // namespace deep_inside
