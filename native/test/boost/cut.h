#pragma once

#include "test/grids.h"

namespace deep_inside::test {

/** By Boost's boykov_kolmogorov_max_flow: its flow, and what cannot reach the sink in the residual graph that it leaves. */
Cut boostCut(const GridData& grid);

}  // namespace deep_inside::test
