#pragma once

#include "mixture/colour_model.h"
#include "mixture/colour_row.h"

namespace deep_inside {

/** As many colours as are looked at together: their logarithms stay in the first cache. */
constexpr int kColoursAtOnce = 256;

/** Stands for the logarithm of 0, and may be added to. */
constexpr float kLogZero = -1e30f;

/** ln(weight N(x; mean, covariance)) = constant - |inverse (x - mean)|^2 / 2, for colours x in grey levels. */
struct Density {
  float constant;    // kLogZero for a weight of 0
  float mean[3];     // r g b
  float inverse[6];  // of Cholesky's lower triangle: rr gr gg br bg bb
};

/** Covariances must have all eigenvalues well above 0, as a floor makes them. */
std::vector<Density> densitiesOf(const ColourModel& model);

/** logs [count], up to kColoursAtOnce: ln(weight N(x)) of each colour. */
void logDensities(const Density& density, const ColourRun& colours, int count, float* logs);

/** Of each colour the first component under which it is most likely. */
void likeliestComponents(const std::vector<Density>& densities, const ColourRun& colours, int count,
                         int32_t* components);

}  // namespace deep_inside
