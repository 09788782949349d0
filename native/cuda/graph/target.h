#pragma once

#include <string>

#include "cuda/graph/descriptor.h"

namespace deep_inside::cuda::graph {

/** For what plans are made: the device of a handle, or one that is only described, whose plans cannot be run. */
class Target {
 public:
  explicit Target(cudnnHandle_t handle) : handle_(handle) {}
  /** `json` describes the device as CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION does. Needs cuDNN 9.8. */
  explicit Target(const std::string& json);

  /** Says so to a description of operations, of a search for engines, or of a plan. */
  void tellOperations(Descriptor& operations) const;
  void tellSearch(Descriptor& search) const;
  void tellPlan(Descriptor& plan) const;

 private:
  cudnnHandle_t handle_ = nullptr;
  std::vector<Descriptor> described_;  // one or none
};

}  // namespace deep_inside::cuda::graph
