#pragma once

#include <cstdint>

#include "mixture/colour_row.h"
#include "mixture/wanted.h"

namespace deep_inside {

/** An image [rows, cols, 3] of grey levels. */
struct ColourGrid {
  const uint8_t* colours;
  int64_t rows, cols;
};

/**
 * The mean of c = |x_i - x_j|^2 over all pairs of neighbours, 4 or 8 of a pixel, of colours from 0 to 1; 0 where there
 * are none. Summed exactly.
 */
double meanContrast(const ColourGrid& image, int neighbours, int threads, const Wanted& wanted = kAlwaysWanted);

}  // namespace deep_inside
