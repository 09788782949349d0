#pragma once

#include <optional>

#include "cpu/onednn.h"
#include "cpu/queue.h"
#include "cpu/workspace.h"

namespace deep_inside {

/** What planning needs and shares; used on the worker thread only. */
struct PlanContext {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  std::shared_ptr<MemoryAccount> account;
  std::weak_ptr<Workspace> workspace;

  std::shared_ptr<Workspace> sharedWorkspace() {
    auto shared = workspace.lock();
    if (!shared) workspace = shared = std::make_shared<Workspace>(account);
    return shared;
  }
};

/** Device over oneDNN and the host kernels. Everything but allocation happens on the queue's one worker thread. */
class CpuDevice : public Device {
 public:
  explicit CpuDevice(int threads);

  std::string name() const override;
  int threads() const override { return threads_; }
  void close() override { queue_.close(); }
  void drop() override { queue_.drop(); }

  std::shared_ptr<Storage> allocate(size_t bytes) override;
  void write(const Tensor& y, const void* dense) override;
  void read(const Tensor& x, void* dense, Completion done) override;
  void sync(Completion done) override;
  void acknowledgeFault(uint64_t fault) override { queue_.acknowledgeFault(fault); }

  std::shared_ptr<Weights> weights(const Shape& shape, const float* b) override;
  void fillWeights(const std::shared_ptr<Weights>& weights, int64_t first, int64_t count, const float* rows,
                   Completion done) override;
  void update(const std::shared_ptr<Weights>& weights, const Tensor& w, const Tensor* b) override;
  void planConvolution(const ConvolutionGeometry& geometry, std::shared_ptr<Weights> weights,
                       Delivery<WeightedPlan> done) override;
  void planLinear(const Shape& x, std::shared_ptr<Weights> weights, Activation activation,
                  Delivery<WeightedPlan> done) override;

  void forward(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& y) override;
  void backwardData(std::shared_ptr<WeightedPlan> plan, const Tensor& dy, const Tensor& dx,
                    const Tensor* mask) override;
  void maxPool(const MaxPoolPlan& plan, const Tensor& x, const Tensor& y, const Tensor& switches) override;
  void unpool(const MaxPoolPlan& plan, const Tensor& dy, const Tensor& switches, const Tensor& dx) override;
  void averagePool(const AveragePoolPlan& plan, const Tensor& x, const Tensor& y) override;
  void averagePoolBackward(const AveragePoolPlan& plan, const Tensor& dy, const Tensor& dx) override;
  void lrn(const LrnPlan& plan, const Tensor& x, const Tensor& y) override;
  void lrnBackward(const LrnPlan& plan, const Tensor& x, const Tensor& dy, const Tensor& dx) override;

  void relu(const Tensor& x, const Tensor& y) override;
  void reluBackward(ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) override;
  void add(const Tensor& a, const Tensor& b, const Tensor& y) override;
  void axpy(float alpha, const Tensor& x, const Tensor& y) override;
  void fill(float value, const Tensor& y) override;
  void concat(const std::vector<Tensor>& xs, const Tensor& y) override;
  void split(const Tensor& dy, const std::vector<Tensor>& dxs) override;
  void scaleShift(const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y) override;
  void softmax(const Tensor& x, const Tensor& y) override;
  void softmaxBackward(const Tensor& y, const Tensor& dy, const Tensor& dx) override;
  void reorder(const Tensor& x, const Tensor& y) override;
  void seed(const Tensor& scores, const Tensor& classes, const Tensor& dy) override;
  void maxAbsOverChannels(const Tensor& x, const Tensor* scale, const Tensor& y, MaxAbsResult result) override;

  bool capturing() const override { return captured_.has_value(); }
  void beginCapture() override { captured_.emplace(); }
  std::shared_ptr<Recording> endCapture() override;
  void replay(std::shared_ptr<Recording> recording, int64_t times) override;

 private:
  /** Queues an operation, or records it while capturing. */
  void submit(Task task);
  template <class Make>
  void plan(Make make, Delivery<WeightedPlan> done);

  int threads_;
  std::shared_ptr<PlanContext> planContext_;
  std::optional<std::vector<Task>> captured_;
  Queue queue_;  // last: its worker ends before the rest goes
};

}  // namespace deep_inside
