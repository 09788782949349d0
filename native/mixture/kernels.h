#pragma once

#include <cstddef>
#include <cstdint>

namespace deep_inside {

/** As many colours as are looked at together: their logarithms stay in the first cache. */
constexpr int kColoursAtOnce = 256;

/** Stands for the logarithm of 0, and may be added to. */
constexpr float kLogZero = -1e30f;

/** The largest capacity below 2^27 that float32 has. */
constexpr float kLargestRounded = (1 << 27) - 8;

/** Some colours as three runs of grey levels. */
struct ColourRun {
  const float *red, *green, *blue;
};

struct Centre {
  float red, green, blue;
};

/** ln(weight N(x; mean, covariance)) = constant - |inverse (x - mean)|^2 / 2, for colours x in grey levels. */
struct Density {
  float constant;    // kLogZero for a weight of 0
  float mean[3];     // r g b
  float inverse[6];  // of Cholesky's lower triangle: rr gr gg br bg bb
};

/** L(x) = uniform + sum over components of weight N(x). */
struct Mixture {
  const Density* densities;
  size_t components;
  float uniform;  // its logarithm
};

/** Costs as capacities: at most `cap`, which may be infinite, times `scale`. */
struct Costs {
  float cap, scale;
};

/** w = strength e^(-beta c): what it costs to cut the edge between two pixels of colours from 0 to 1. */
struct Pairwise {
  float strength, beta;
};

/**
 * The loops over colours for one instruction set (isa/kernels.cc). All give the same bits: their arithmetic is element by
 * element, without fused multiply-adds. Where kColoursAtOnce is a bound, `count` is an int.
 */
struct ColourKernels {
  /** colours [count, 3], interleaved as in an image, into runs. */
  void (*separate)(const uint8_t* colours, int64_t count, float* red, float* green, float* blue);
  /** c [count]: |a - b|^2 of colours in grey levels: exact. */
  void (*squaredDifferences)(const ColourRun& a, const ColourRun& b, int64_t count, float* c);
  /** The sum of squared differences: exact. */
  int64_t (*sum)(const float* c, int64_t count);
  /** capacities [count]: w of each squared difference c in grey levels, rounded. */
  void (*edges)(const Pairwise& pairwise, const float* c, int64_t count, int32_t* capacities);
  /** logs [count]: ln L(x) of each colour, kLogZero or so where it is 0. scratch [components, kColoursAtOnce]. */
  void (*logLikelihoods)(const Mixture& mixture, const ColourRun& colours, int count, float* scratch, float* logs);
  /** source and sink [count] of ln L by either model: see unaries.h. */
  void (*labels)(const float* foreground, const float* background, int count, const Costs& costs, int32_t* source,
                 int32_t* sink);
  /** Of each colour the first component under which it is most likely. */
  void (*likeliest)(const Mixture& mixture, const ColourRun& colours, int count, int32_t* components);
  /** Of each colour the first of the nearest centres; one that is no number is never that. */
  void (*nearest)(const Centre* centres, size_t centreCount, const ColourRun& colours, int count, int32_t* nearest);
};

/** The table for this processor (core/instruction_set.h). */
const ColourKernels& colourKernels();

}  // namespace deep_inside
