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
void CudaDevice::maxPool(const MaxPoolPlan&, const Tensor&, const Tensor&, const Tensor&) {
  throw refusal("max pooling");
}
void CudaDevice::unpool(const MaxPoolPlan&, const Tensor&, const Tensor&, const Tensor&) { throw refusal("unpool"); }
void CudaDevice::averagePool(const AveragePoolPlan&, const Tensor&, const Tensor&) { throw refusal("average pooling"); }
void CudaDevice::averagePoolBackward(const AveragePoolPlan&, const Tensor&, const Tensor&) {
  throw refusal("average pooling");
}
void CudaDevice::lrn(const LrnPlan&, const Tensor&, const Tensor&) { throw refusal("lrn"); }
void CudaDevice::lrnBackward(const LrnPlan&, const Tensor&, const Tensor&, const Tensor&) { throw refusal("lrn"); }
void CudaDevice::concat(const std::vector<Tensor>&, const Tensor&) { throw refusal("concat"); }
void CudaDevice::split(const Tensor&, const std::vector<Tensor>&) { throw refusal("split"); }
void CudaDevice::scaleShift(const Tensor&, const Tensor&, const Tensor*, const Tensor&) { throw refusal("scaleShift"); }
void CudaDevice::softmax(const Tensor&, const Tensor&) { throw refusal("softmax"); }
void CudaDevice::softmaxBackward(const Tensor&, const Tensor&, const Tensor&) { throw refusal("softmaxBackward"); }
void CudaDevice::reorder(const Tensor&, const Tensor&) { throw refusal("reorder"); }
void CudaDevice::seed(const Tensor&, const Tensor&, const Tensor&) { throw refusal("seed"); }
void CudaDevice::maxAbsOverChannels(const Tensor&, const Tensor*, const Tensor&, MaxAbsResult) {
  throw refusal("maxAbsOverChannels");
}

}  // namespace deep_inside
