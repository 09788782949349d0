#pragma once

#include <math.h>

#include "kernels/planes.h"

// Steps of an ascent. Each body computes element i of one image, reads nothing but element i of its operands, and takes
// what is the same for the whole image from `of(n)` of its images: outputs may be inputs.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** y = keep * y + rate * x. */
struct Blend {
  float keep, rate;
  const float* x;
  float* y;
  DI_HD void operator()(int64_t i) const { y[i] = keep * y[i] + rate * x[i]; }
};

struct BlendOfImages {
  Planes at;
  const float* coefficients;  // [n, 2]: keep, rate
  const float* x;             // as it lies, as y
  float* y;
  DI_HD Blend of(int64_t n) const {
    const float* own = coefficients + 2 * n;
    return {own[0], own[1], x + n * storedInImage(at), y + n * storedInImage(at)};
  }
};

/** y += factor * x. */
struct AddScaled {
  float factor;
  const float* x;
  float* y;
  DI_HD void operator()(int64_t i) const { y[i] += factor * x[i]; }
};

/** y += weight * x / sqrt(squares / elements of an image), and nothing where squares is 0. */
struct AddNormalisedOfImages {
  Planes at;
  float weight;
  const float* squares;  // [n]
  const float* x;        // as it lies, as y
  float* y;
  DI_HD AddScaled of(int64_t n) const {
    // The root of the quotient could be 0 where the squares are not.
    const float roots = sqrtf(static_cast<float>(at.c * area(at)));
    const float factor = squares[n] == 0.0f ? 0.0f : weight * (roots / sqrtf(squares[n]));
    return {factor, x + n * storedInImage(at), y + n * storedInImage(at)};
  }
};

/** A step of Adam, upwards (Kingma and Ba 2015, Algorithm 1). Adds to y, and moves the moments m and v. */
struct Adam {
  float beta1, beta2, step, epsilon, correction1, correction2;
  const float* g;
  float* m;
  float* v;
  float* y;
  DI_HD void operator()(int64_t i) const {
    const float mean = beta1 * m[i] + (1.0f - beta1) * g[i];
    const float square = beta2 * v[i] + (1.0f - beta2) * g[i] * g[i];
    m[i] = mean;
    v[i] = square;
    y[i] += step * (mean * correction1) / (sqrtf(square * correction2) + epsilon);
  }
};

struct AdamOfImages {
  Planes at;
  const float* coefficients;  // [n, 6]: beta1, beta2, step, epsilon, correction1, correction2
  const float* g;             // as it lies, as m, v and y
  float* m;
  float* v;
  float* y;
  DI_HD Adam of(int64_t n) const {
    const float* own = coefficients + 6 * n;
    const int64_t first = n * storedInImage(at);
    return {own[0], own[1], own[2], own[3], own[4], own[5], g + first, m + first, v + first, y + first};
  }
};

/** What `images.of(n)` does for every element but channel padding, which stays 0. Calls: stored elements. */
template <class OfImages>
struct EachOfImages {
  OfImages images;
  DI_HD void operator()(int64_t i) const {
    const int64_t stored = storedInImage(images.at);
    if (!isPadding(images.at, i % stored)) images.of(i / stored)(i % stored);
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
