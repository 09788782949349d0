#include <cstring>

#include "cuda/check.h"
#include "cuda/device.h"
#include "cuda/plan_convolution.h"
#include "cuda/rows.h"
#include "cuda/weight_update.h"

// Weights, and the operations that have some.

namespace deep_inside {

namespace {

size_t bytesOfFloats(int64_t count) { return static_cast<size_t>(count) * sizeof(float); }

std::shared_ptr<CudaWeights> cudaWeights(std::shared_ptr<Weights> weights) {
  return std::static_pointer_cast<CudaWeights>(std::move(weights));
}

}  // namespace

void CudaDevice::demandNotCapturing(const char* what) const {
  if (capturing()) throw Error(Code::Capture, std::string(what) + ": not while recording; call it before or after");
}

void CudaDevice::upload(float* to, const float* from, int64_t count, Completion done) {
  const size_t bytes = bytesOfFloats(count);
  const std::shared_ptr<void> staged = staging_->take(bytes);
  std::memcpy(staged.get(), from, bytes);
  check(cudaMemcpyAsync(to, staged.get(), bytes, cudaMemcpyHostToDevice, stream_->get()), "copying weights");
  completions_.add(staged, nullptr, std::move(done));
}

std::shared_ptr<Weights> CudaDevice::weights(const Shape& shape, const float* b) {
  demandNotCapturing("device.weights");
  auto values = stream_->allocate(bytesOfFloats(CudaWeights::floatsOf(shape)), Purpose::Weights, memory_);
  auto bias = b ? stream_->allocate(bytesOfFloats(shape[0]), Purpose::Weights, memory_) : nullptr;
  auto made = std::make_shared<CudaWeights>(shape, std::move(values), std::move(bias));
  if (b) upload(made->bias(), b, shape[0], nullptr);
  return made;
}

void CudaDevice::fillWeights(const std::shared_ptr<Weights>& weights, int64_t first, int64_t count, const float* rows,
                             Completion done) {
  const auto target = cudaWeights(weights);
  const Status status = caught([&] {
    demandNotCapturing("device.weights");
    stream_->use();
    const int64_t floats = count * target->row();
    if (!target->isMatrix()) return upload(target->values() + first * target->row(), rows, floats, done);
    // Goes back at its place in the stream: after the kernel that reads it.
    const auto slice = stream_->allocate(bytesOfFloats(floats), Purpose::Workspace, memory_);
    auto* dense = static_cast<float*>(slice->data());
    upload(dense, rows, floats, nullptr);
    target->take(stream_->get(), first, count, dense);
    completions_.add(nullptr, nullptr, done);
  });
  if (!status.ok()) done(status);
}

void CudaDevice::update(const std::shared_ptr<Weights>& weights, const Tensor& w, const Tensor* b) {
  static_assert(cuda::kLookScratchBytes <= cuda::kRowScratchBytes, "they share their scratch memory");
  if (capturing()) updated_.emplace(cudaWeights(weights), cudaWeights(weights)->copies());
  const Tensor bias = b ? *b : Tensor{};
  submit({w, bias}, [&] {
    if (!findings_) findings_ = ++faults_;
    const float* values = bias.storage ? bias.floats() : nullptr;
    const cuda::Floats all{w.floats(), elementsOf(w.shape)}, biases{values, w.shape[0]};
    cuda::lookForNotFinite(stream_->get(), rowScratch_->data(), all, biases, found());
    cudaWeights(weights)->update(stream_->get(), w.floats(), values, found());
  });
}

void CudaDevice::demandPlanning(int64_t strands) const {
  demandNotCapturing("planning");
  if (strands > 1) {
    throw Error(Code::Unsupported,
                "cuda: a plan must be for 1 strand, got " + std::to_string(strands) + "; leave strands out");
  }
}

// On the calling thread, which alone may use the handles: the libraries look into tables and measure nothing.
void CudaDevice::plan(int64_t strands, const std::function<std::shared_ptr<WeightedPlan>()>& make,
                      const Delivery<WeightedPlan>& done) {
  std::shared_ptr<WeightedPlan> made;
  const Status status = caught([&] {
    demandPlanning(strands);
    stream_->use();
    made = make();
  });
  done(status, std::move(made));
}

void CudaDevice::planConvolution(const ConvolutionGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                                 Delivery<WeightedPlan> done) {
  const cuda::ConvolutionRequest request{geometry, cudaWeights(weights), handles_};
  bool later = false;
  const Status status = caught([&] {
    demandPlanning(strands);
    later = takesLong(request);
    if (!later) return;
    planning_.add([request, done](const auto& means) {
      std::shared_ptr<WeightedPlan> made;
      const Status planned = caught([&] { made = planWith(means(), request); });
      done(planned, std::move(made));
    });
  });
  if (!status.ok()) return done(status, nullptr);
  if (!later)
    plan(
        strands, [&] { return planAtOnce(request); }, done);
}

void CudaDevice::planLinear(const LinearGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                            Delivery<WeightedPlan> done) {
  plan(
      strands, [&] { return planLinearOnCuda(geometry, cudaWeights(weights), handles_); }, done);
}

void CudaDevice::keepForCapture(const std::shared_ptr<WeightedPlan>& plan) {
  if (!capturing()) return;
  captured_.insert(plan);
  captured_.insert(std::static_pointer_cast<CudaWeightedPlan>(plan)->block());
}

void CudaDevice::forward(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& y) {
  keepForCapture(plan);
  submit({x, y}, [&] { plan->forward(x, y); });
}

void CudaDevice::backwardData(std::shared_ptr<WeightedPlan> plan, const Tensor& dy, const Tensor& dx,
                              const Tensor* mask) {
  keepForCapture(plan);
  const Tensor kept = mask ? *mask : Tensor{};
  submit({dy, dx, kept}, [&] { plan->backwardData(dy, dx, kept); });
}

void CudaDevice::backwardFilter(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& dy, const Tensor& dw,
                                const Tensor* db) {
  keepForCapture(plan);
  const Tensor bias = db ? *db : Tensor{};
  submit({x, dy, dw, bias}, [&] { plan->backwardFilter(x, dy, dw, bias); });
}

}  // namespace deep_inside
