#pragma once

#include <optional>
#include <tuple>

#include "cpu/onednn.h"
#include "cpu/queue.h"
#include "cpu/recording.h"
#include "cpu/workspace.h"

namespace deep_inside {

/** What planning needs and shares; used on the worker thread only. */
struct PlanContext {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  std::shared_ptr<MemoryAccount> account;
  int threads = 1;
  std::weak_ptr<Workspace> ofOne, ofStrands;

  /** The one that all plans for strands share, or all other plans. */
  std::shared_ptr<Workspace> workspace(int64_t strands) {
    std::weak_ptr<Workspace>& kept = strands > 1 ? ofStrands : ofOne;
    auto shared = kept.lock();
    if (!shared) kept = shared = std::make_shared<Workspace>(account, strands > 1 ? threads : 1);
    return shared;
  }
};

/**
 * Device over oneDNN and the host kernels. Everything but allocation happens on the queue's one worker thread, or for
 * strands on the threads of its team; but what is written while it has nothing to do is copied on the caller's.
 */
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
  void planConvolution(const ConvolutionGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                       Delivery<WeightedPlan> done) override;
  void planLinear(const LinearGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                  Delivery<WeightedPlan> done) override;

  void forward(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& y) override;
  void backwardData(std::shared_ptr<WeightedPlan> plan, const Tensor& dy, const Tensor& dx,
                    const Tensor* mask) override;
  void backwardFilter(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& dy, const Tensor& dw,
                      const Tensor* db) override;
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

  void blend(const Tensor& coefficients, const Tensor& x, const Tensor& y) override;
  void addNormalised(float weight, const Tensor& squares, const Tensor& x, const Tensor& y) override;
  void adam(const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v, const Tensor& y) override;
  void dot(const Tensor& a, const Tensor& b, const Tensor& y) override;
  void clamp(const Tensor& low, const Tensor& high, const Tensor& y) override;
  void mixChannels(const Tensor& matrix, const Tensor& x, const Tensor& y) override;
  void shift(const Tensor& x, const Tensor& offsets, const Tensor& y) override;
  void blur(const Tensor& x, const Tensor& taps, BlurAxis axis, const Tensor& y) override;
  void totalVariation(const Tensor& x, float epsilon, const Tensor& y) override;

  std::shared_ptr<MaxFlowPlan> planMaxFlow(const GridGeometry& geometry) override;
  void maxFlow(std::shared_ptr<MaxFlowPlan> plan, const GridTensors& grid, const Tensor& foreground,
               const Tensor& flow) override;

  bool capturing() const override { return captured_.has_value(); }
  void beginCapture(int64_t strands) override { captured_.emplace(static_cast<size_t>(strands)); }
  int64_t strands() const override { return captured_ ? static_cast<int64_t>(captured_->size()) : 1; }
  std::shared_ptr<Recording> endCapture() override;
  void replay(std::shared_ptr<Recording> recording, int64_t times) override;

 private:
  /**
   * Queues `body(tensors...)`, or records it while capturing: in each strand for that strand's images of the tensors.
   * What `body` itself holds is not of images.
   */
  template <class Body, class... Tensors>
  void submit(const Body& body, const Tensors&... tensors);
  template <class Make>
  void plan(Make make, int64_t strands, Delivery<WeightedPlan> done);

  int threads_;
  std::shared_ptr<PlanContext> planContext_;
  /** The strands of what is being recorded. */
  std::optional<std::vector<std::vector<Task>>> captured_;
  Queue queue_;  // last: its worker ends before the rest goes
};

/** The images of strand i of n; throws if these cannot be dealt evenly. */
Tensor ofStrand(const Tensor& x, int64_t i, int64_t n);
std::vector<Tensor> ofStrand(std::vector<Tensor> xs, int64_t i, int64_t n);

template <class Body, class... Tensors>
void CpuDevice::submit(const Body& body, const Tensors&... tensors) {
  if (!captured_) return queue_.run([body, all = std::make_tuple(tensors...)] { std::apply(body, all); });
  const int64_t n = strands();
  for (int64_t i = 0; i < n; ++i)
    (*captured_)[static_cast<size_t>(i)].push_back(
        [body, own = std::make_tuple(ofStrand(tensors, i, n)...)] { std::apply(body, own); });
}

}  // namespace deep_inside
