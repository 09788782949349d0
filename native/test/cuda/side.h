#pragma once

#include <functional>
#include <future>
#include <utility>
#include <vector>

#include "cuda/device.h"
#include "test/cuda/fake/control.h"
#include "test/harness.h"

// A device and another side by side.

namespace deep_inside::test {

enum class WithBias { No, Yes };

/** One device, and tensors whose values depend on their order and shape alone. */
class Side {
 public:
  explicit Side(std::shared_ptr<Device> device) : device_(std::move(device)) {}
  ~Side() { device_->close(); }

  Device& device() { return *device_; }

  Tensor zeros(const Shape& shape, DType dtype = DType::Float32, int64_t block = 1) {
    Tensor made{shape, dtype, block, nullptr};
    made.storage = device_->allocate(static_cast<size_t>(made.storedElements()) * bytesOf(dtype));
    return made;
  }

  Tensor values(const Shape& shape, int64_t block = 1) {
    const Tensor made = zeros(shape, DType::Float32, block);
    device_->write(made, shuffled(static_cast<size_t>(elementsOf(shape))).data());
    return made;
  }

  Tensor integers(const std::vector<int32_t>& numbers) {
    const Tensor made = zeros({static_cast<int64_t>(numbers.size())}, DType::Int32);
    device_->write(made, numbers.data());
    return made;
  }

  std::shared_ptr<Weights> weights(const Shape& shape, WithBias withBias) {
    const std::vector<float> bias = shuffled(static_cast<size_t>(shape[0]));
    auto made = device_->weights(shape, withBias == WithBias::Yes ? bias.data() : nullptr);
    std::promise<Status> done;
    const std::vector<float> values = shuffled(static_cast<size_t>(elementsOf(shape)));
    device_->fillWeights(made, 0, shape[0], values.data(), [&](const Status& status) { done.set_value(status); });
    demand(done.get_future().get());
    return made;
  }

  std::shared_ptr<WeightedPlan> convolution(const ConvolutionGeometry& geometry, WithBias withBias) {
    return planned(
        [&](auto done) { device_->planConvolution(geometry, weights(geometry.w, withBias), 1, std::move(done)); });
  }

  std::shared_ptr<WeightedPlan> linear(const Shape& x, int64_t outputs, Activation activation, WithBias withBias) {
    return planned([&](auto done) {
      device_->planLinear({x, activation, Precision::Float32, FilterGradient::Planned},
                          weights({outputs, x[1]}, withBias), 1, std::move(done));
    });
  }

  std::vector<float> read(const Tensor& x) {
    std::vector<float> floats(static_cast<size_t>(elementsOf(x.shape)));
    std::vector<int32_t> ints(floats.size());
    void* to = x.dtype == DType::Int32 ? static_cast<void*>(ints.data()) : floats.data();
    std::promise<Status> done;
    device_->read(x, to, [&](const Status& status) { done.set_value(status); });
    demand(done.get_future().get());
    if (x.dtype == DType::Int32) floats.assign(ints.begin(), ints.end());
    return floats;
  }

  /** What `ask` is delivered; throws what failed. */
  template <class Ask>
  std::shared_ptr<WeightedPlan> planned(const Ask& ask) {
    std::promise<std::pair<Status, std::shared_ptr<WeightedPlan>>> promise;
    ask([&](const Status& status, std::shared_ptr<WeightedPlan> plan) {
      promise.set_value({status, std::move(plan)});
    });
    auto [status, plan] = promise.get_future().get();
    demand(status);
    plan->finish();
    return plan;
  }

 private:
  std::shared_ptr<Device> device_;
};

/** What `run` leaves in the tensors that it returns is the same on both, whatever the order of the elements. */
inline void expectParity(const std::function<std::vector<Tensor>(Side&)>& run, float atol = 1e-6f) {
  Side cpu(openDevice({0, 2}));
  const std::vector<Tensor> expected = run(cpu);
  for (const bool backwards : {false, true}) {
    fake::reset();
    fake::runBackwards(backwards);
    Side cuda(std::make_shared<CudaDevice>(0));
    const std::vector<Tensor> actual = run(cuda);
    for (size_t i = 0; i < expected.size(); ++i) EXPECT_CLOSE(cuda.read(actual[i]), cpu.read(expected[i]), atol, 1e-5f);
  }
}

}  // namespace deep_inside::test
