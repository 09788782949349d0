#include "cuda/device.h"

// Operations that the CUDA backend does not have.

namespace deep_inside {

namespace {

Error refusal(const char* operation) {
  return Error(Code::Unsupported,
               std::string("cuda: ") + operation + " is not in the CUDA backend yet; open the device with kind 'cpu'");
}

}  // namespace

std::shared_ptr<Weights> CudaDevice::weights(const Shape&, const float*) { throw refusal("weights"); }
void CudaDevice::fillWeights(const std::shared_ptr<Weights>&, int64_t, int64_t, const float*, Completion) {
  throw refusal("weights");
}
void CudaDevice::update(const std::shared_ptr<Weights>&, const Tensor&, const Tensor*) { throw refusal("update"); }

void CudaDevice::planConvolution(const ConvolutionGeometry&, std::shared_ptr<Weights>, int64_t,
                                 Delivery<WeightedPlan> done) {
  done(refusal("planConv2d").status(), nullptr);
}
void CudaDevice::planLinear(const Shape&, std::shared_ptr<Weights>, Activation, int64_t, Delivery<WeightedPlan> done) {
  done(refusal("planLinear").status(), nullptr);
}

void CudaDevice::forward(std::shared_ptr<WeightedPlan>, const Tensor&, const Tensor&) { throw refusal("forward"); }
void CudaDevice::backwardData(std::shared_ptr<WeightedPlan>, const Tensor&, const Tensor&, const Tensor*) {
  throw refusal("backwardData");
}

}  // namespace deep_inside
