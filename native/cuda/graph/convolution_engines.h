#pragma once

#include <map>
#include <memory>
#include <string>

#include "cuda/graph/convolution_graphs.h"
#include "cuda/graph/execution_plan.h"

namespace deep_inside::cuda::graph {

/** How the directions of a convolution are computed: what all layers of its shape may share. */
struct ConvolutionEngines {
  ExecutionPlan forward;       // with bias and ReLU where there is one
  ExecutionPlan backwardData;  // without a mask
  /** With a mask, where it is taken along. */
  std::optional<ExecutionPlan> masked;
};

/** Whether the mask is worth a kernel: images have none, and with strides cuDNN compiles several times as long. */
bool takesMask(const ConvolutionGeometry& geometry);

/**
 * What was found for each of the latest 64 shapes, for one device and thread: asking takes from milliseconds to seconds.
 * Plans keep theirs.
 */
class EnginesByShape {
 public:
  /** Null where cuDNN has no engine for one of the directions. */
  std::shared_ptr<const ConvolutionEngines> find(const ConvolutionGeometry& geometry, bool bias, const Target& target);

 private:
  struct Found {
    std::shared_ptr<const ConvolutionEngines> engines;
    uint64_t used;
  };

  void dropOldest();

  std::map<std::string, Found> found_;
  uint64_t uses_ = 0;
};

}  // namespace deep_inside::cuda::graph
