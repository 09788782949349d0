#pragma once

#include <cstdint>

#include "mixture/colour_model.h"
#include "mixture/colours.h"
#include "mixture/principal_axis.h"

namespace deep_inside {

/** Exact sums over 8-bit colours: the same whatever the order of these. */
struct Moments {
  int64_t count = 0;
  int64_t sum[3] = {};      // r g b
  int64_t product[6] = {};  // rr rg rb gg gb bb

  void add(Colour colour) {
    const int64_t r = colour.red, g = colour.green, b = colour.blue;
    ++count;
    sum[0] += r, sum[1] += g, sum[2] += b;
    product[0] += r * r, product[1] += r * g, product[2] += r * b;
    product[3] += g * g, product[4] += g * b, product[5] += b * b;
  }
  void subtract(const Moments& part);
  void merge(const Moments& part);
};

/** The sum of (x - mean) (x - mean)^T in grey levels squared; exactly 0 where all colours are equal. Of at least one. */
Symmetric scatterOf(const Moments& moments);

/** Choice: as in iseg two samples or less make no Gaussian. */
constexpr int64_t kFewestSamples = 3;

/**
 * The Gaussian of a cluster: mean, scatter / count + floor I, and its share of all samples. The floor, above 0, keeps
 * clusters of one colour, of a plane or of grey images from having no density.
 * Of less than kFewestSamples the weight is 0.
 */
ColourComponent componentOf(const Moments& cluster, int64_t samples, double floor);

}  // namespace deep_inside
