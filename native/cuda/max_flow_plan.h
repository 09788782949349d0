#pragma once

#include <memory>

#include "core/plans.h"
#include "cuda/max_flow.h"
#include "cuda/stream.h"

namespace deep_inside {

class CudaMaxFlowPlan : public MaxFlowPlan {
 public:
  /** Throws ERR_MEMORY. */
  CudaMaxFlowPlan(const GridGeometry& geometry, Stream& stream, const std::shared_ptr<MemoryAccount>& account);

  /** Its own: no other operation has a use for so much. */
  const std::shared_ptr<Storage>& workspace() const { return workspace_; }
  cuda::MaxFlowPlace place() const { return {workspace_->data(), multiprocessors_}; }

 private:
  std::shared_ptr<Storage> workspace_;
  int multiprocessors_ = 0;
};

}  // namespace deep_inside
