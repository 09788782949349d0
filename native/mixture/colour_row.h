#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace deep_inside {

/** Some colours as three runs of grey levels. */
struct ColourRun {
  const float *red, *green, *blue;
};

/** Colours that were interleaved apart, so that vectors take several at once. */
class ColourRow {
 public:
  explicit ColourRow(int64_t capacity) : capacity_(capacity), levels_(static_cast<size_t>(3 * capacity)) {}

  /** colours [count, 3]; count up to the capacity. */
  void read(const uint8_t* colours, int64_t count) {
    float *red = levels_.data(), *green = red + capacity_, *blue = green + capacity_;
    for (int64_t i = 0; i < count; ++i) {
      red[i] = colours[3 * i];
      green[i] = colours[3 * i + 1];
      blue[i] = colours[3 * i + 2];
    }
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
