#include "cuda/graph/target.h"

namespace deep_inside::cuda::graph {

#if CUDNN_VERSION >= 90800

Target::Target(const std::string& json) {
  const std::vector<char> text(json.c_str(), json.c_str() + json.size() + 1);
  described_.push_back(Descriptor(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR)
                           .set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, text)
                           .finalize("describing a device"));
}

void Target::tellSearch(Descriptor& search) const {
  if (!described_.empty()) search.set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, described_);
}

void Target::tellPlan(Descriptor& plan) const {
  if (handle_) plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, handle_);
  if (!described_.empty()) plan.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, described_);
}

#else

Target::Target(const std::string&) {
  throw Error(Code::Unsupported, "cuda: plans for a described device need cuDNN 9.8 or newer");
}

void Target::tellSearch(Descriptor&) const {}

void Target::tellPlan(Descriptor& plan) const { plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, handle_); }

#endif

void Target::tellOperations(Descriptor& operations) const {
  if (handle_) operations.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, handle_);
}

}  // namespace deep_inside::cuda::graph
