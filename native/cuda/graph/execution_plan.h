#pragma once

#include <functional>
#include <optional>

#include "core/plans.h"
#include "cuda/graph/operations.h"
#include "cuda/graph/target.h"

namespace deep_inside::cuda::graph {

/** Memory of a tensor. */
struct Bound {
  Uid uid;
  const void* data;
};

/** Operations that an engine of cuDNN's computes. Running it allocates nothing on the device; deterministic. */
class ExecutionPlan {
 public:
  /** `description`: a finalized execution plan. */
  explicit ExecutionPlan(const Descriptor& description);

  /** Of workspace. */
  size_t bytes() const { return bytes_; }
  /**
   * Enqueues it on the stream of `handle`, which is of the same device as the handle that it was planned with, and may be
   * another: cuDNN's call takes one of its own for the stream. NVIDIA's frontend offers that ("a custom handle to the
   * execute function", its release 1.2.0, of the time of cuDNN 9.0), and newer headers deprecate the plan's own. For one
   * thread at a time: cuDNN promises no more of plans, nor of handles. Memory is aligned as its tensor was described,
   * `workspace` to 256 bytes.
   */
  void run(cudnnHandle_t handle, const std::vector<Bound>& memory, void* workspace) const;

 private:
  Descriptor description_;
  size_t bytes_;
};

/**
 * A plan for the operations that `describe` makes, joined by their virtual tensors: by the engine that cuDNN expects to be
 * the fastest of those that `precision` allows, give the same bits every time, use no transform, and need no excessive
 * workspace. Nothing where no engine takes the operations. Throws ERR_MEMORY and ERR_DEVICE.
 */
std::optional<ExecutionPlan> planOf(const std::function<std::vector<Descriptor>()>& describe, Precision precision,
                                    const Target& target);

}  // namespace deep_inside::cuda::graph
