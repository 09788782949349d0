#pragma once

#include <vector>

namespace deep_inside {

/** A Gaussian over colours whose red, green and blue go from 0 to 1. */
struct ColourComponent {
  double weight = 0;          // its share of the samples; 0: there is none
  double mean[3] = {};        // r g b
  double covariance[6] = {};  // rr rg rb gg gb bb
};

/** A Gaussian mixture of the colours of some pixels. */
using ColourModel = std::vector<ColourComponent>;

}  // namespace deep_inside
