#pragma once

#include "core/memory.h"
#include "core/plans.h"
#include "maxflow/sweeps.h"

namespace deep_inside {

class CpuMaxFlowPlan : public MaxFlowPlan {
 public:
  /** Throws ERR_MEMORY. `threads`: of the device. */
  CpuMaxFlowPlan(const GridGeometry& geometry, int threads, const std::shared_ptr<MemoryAccount>& account);

  void run(const GridTensors& grid, const Tensor& foreground, const Tensor& flow) const;

 private:
  int threads_;
  /** Its own: no other operation has a use for so much. */
  std::shared_ptr<Storage> workspace_;
};

/** For this processor, as `kernels()`. */
const SweepKernels& sweepKernels();

}  // namespace deep_inside
