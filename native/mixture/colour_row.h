#pragma once

#include <vector>

#include "mixture/kernels.h"

namespace deep_inside {

/** Colours that were interleaved apart, so that vectors take several at once. */
class ColourRow {
 public:
  explicit ColourRow(int64_t capacity) : capacity_(capacity), levels_(static_cast<size_t>(3 * capacity)) {}

  /** colours [count, 3]; count up to the capacity. */
  void read(const uint8_t* colours, int64_t count) {
    float* const red = levels_.data();
    colourKernels().separate(colours, count, red, red + capacity_, red + 2 * capacity_);
  }

  /** From colour `first` on. */
  ColourRun from(int64_t first) const {
    const float* red = levels_.data() + first;
    return {red, red + capacity_, red + 2 * capacity_};
  }

 private:
  int64_t capacity_;
  std::vector<float> levels_;  // [3, capacity]
};

}  // namespace deep_inside
