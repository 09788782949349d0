#pragma once

#include "test/cuda/side.h"

// Layers with weights on a CUDA device alone, and what tells how they went.

namespace deep_inside::test {

inline const ConvolutionGeometry kConvolution{{2, 3, 7, 6},    {4, 3, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1,
                                              Activation::Relu};
/** Its padding takes a copy of x in the workspace. */
inline const ConvolutionGeometry kUneven{{2, 3, 7, 6}, {4, 3, 3, 3}, {1, 1}, {2, 1, 0, 0}, {1, 1}, 1, Activation::Relu};

/** A device in a new process. */
struct Cuda : Side {
  Cuda() : Side((fake::reset(), std::make_shared<CudaDevice>(0))) {}

  /** What the plan makes of the same x every time. */
  std::vector<float> outputOf(const std::shared_ptr<WeightedPlan>& plan) {
    const Tensor y = zeros(plan->y);
    device().forward(plan, values(plan->x), y);
    return read(y);
  }

  /** The same on the way back, of the same dy. */
  std::vector<float> gradientOf(const std::shared_ptr<WeightedPlan>& plan) {
    const Tensor dx = zeros(plan->x);
    device().backwardData(plan, values(plan->y), dx, nullptr);
    return read(dx);
  }

  /** What is wrong after `run`; then the device is told that it was heard. */
  template <class Run>
  Status faultOf(const Run& run) {
    run();
    std::promise<Status> done;
    device().sync([&](const Status& status) { done.set_value(status); });
    const Status status = done.get_future().get();
    device().acknowledgeFault(status.fault);
    return status;
  }
};

inline bool says(const Status& status, Code code, const char* part) {
  return status.code == code && status.text.find(part) != std::string::npos;
}

}  // namespace deep_inside::test
