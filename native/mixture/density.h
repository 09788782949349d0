#pragma once

#include "mixture/colour_model.h"
#include "mixture/kernels.h"

namespace deep_inside {

/** Covariances must have all eigenvalues well above 0, as a floor makes them. */
std::vector<Density> densitiesOf(const ColourModel& model);

}  // namespace deep_inside
