#pragma once

#include "mixture/density.h"

namespace deep_inside {

/** L(x) = uniform * 1 + (1 - uniform) * sum over k of weight_k N_k(x), over colours with red, green, blue from 0 to 1. */
class Likelihood {
 public:
  /** uniform: from 0 to less than 1, the density with which any colour may come. */
  Likelihood(const ColourModel& model, double uniform);

  /** logs [count], up to kColoursAtOnce: ln L(x) of each colour, kLogZero or so where it is 0. */
  void logs(const ColourRun& colours, int count, float* logs) {
    colourKernels().logLikelihoods({densities_.data(), densities_.size(), uniform_}, colours, count, scratch_.data(),
                                   logs);
  }

 private:
  std::vector<Density> densities_;
  float uniform_;  // its logarithm
  std::vector<float> scratch_;
};

}  // namespace deep_inside
