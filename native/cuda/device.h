#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "core/device.h"
#include "cuda/completions.h"
#include "cuda/handles.h"
#include "cuda/planning_thread.h"
#include "cuda/staging.h"
#include "cuda/stream.h"
#include "cuda/weights.h"
#include "kernels/weight_update.h"

namespace deep_inside {

/** Weights that a recording updates, and how many copies of their values it brings up to date itself. */
using UpdatedWeights = std::map<std::shared_ptr<const CudaWeights>, int>;

/** Device over CUDA: one stream. What it does not have throws ERR_UNSUPPORTED. */
class CudaDevice : public Device {
 public:
  /** `index` exists. */
  explicit CudaDevice(int index);

  std::string name() const override;
  int threads() const override { return 1; }
  void close() override { completions_.close(); }
  void drop() override {
    completions_.drop();
    planning_.drop();
  }

  std::shared_ptr<Storage> allocate(size_t bytes) override;
  void write(const Tensor& y, const void* dense) override;
  void read(const Tensor& x, void* dense, Completion done) override;
  void sync(Completion done) override;
  void settle(Completion done) override;
  void acknowledgeFault(uint64_t fault) override;

  std::shared_ptr<Weights> weights(const Shape& shape, const float* b) override;
  void fillWeights(const std::shared_ptr<Weights>& weights, int64_t first, int64_t count, const float* rows,
                   Completion done) override;
  /** The device itself finds values that are not finite: the reports after it tell, what is queued between runs. */
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

  bool capturing() const override { return stream_->capturing(); }
  void beginCapture(int64_t strands) override;
  int64_t strands() const override { return 1; }
  std::shared_ptr<Recording> endCapture() override;
  void replay(std::shared_ptr<Recording> recording, int64_t times) override;

 private:
  /** Puts an operation on `used` into the stream or the capture. */
  void submit(const std::vector<Tensor>& used, const std::function<void()>& launch);
  /** Runs `launch` unless there is a fault, and keeps the one that it throws. */
  template <class Launch>
  void guarded(const Launch& launch);
  /** The same, although there is one. */
  template <class Launch>
  void always(const Launch& launch);

  NotFinite* found() const { return static_cast<NotFinite*>(found_->data()); }
  /** Enqueues a copy of what the device has found to `to`; what it gives throws that, once it is there. */
  std::function<void()> findings(void* to);

  /** Throws ERR_CAPTURE while recording. */
  void demandNotCapturing(const char* what) const;
  /** Enqueues a copy to the device; `from` is free for use again on return. `done` may be null. */
  void upload(float* to, const float* from, int64_t count, Completion done);
  /** Throws where nothing can be planned now, or not for so many strands. */
  void demandPlanning(int64_t strands) const;
  /** Hands over what `make` gives before it returns. */
  void plan(int64_t strands, const std::function<std::shared_ptr<WeightedPlan>()>& make,
            const Delivery<WeightedPlan>& done);
  /** While recording: keeps what the plan uses. */
  void keepForCapture(const std::shared_ptr<WeightedPlan>& plan);

  std::shared_ptr<Stream> stream_;
  std::shared_ptr<cuda::Handles> handles_ = std::make_shared<cuda::Handles>(stream_, memory_);
  /** The device's own, as its handles are: not counted. Operations run one at a time. */
  std::shared_ptr<Storage> rowScratch_;
  /** A NotFinite, the device's own, too. */
  std::shared_ptr<Storage> found_;
  std::shared_ptr<Staging> staging_ = std::make_shared<Staging>();
  uint64_t faults_ = 0;
  /** Of the fault that the device may have found since the last one was acknowledged; 0: nothing was looked at yet. */
  uint64_t findings_ = 0;
  Status fault_;
  Status captureFault_;
  /** What the operations captured so far use. */
  std::set<std::shared_ptr<const void>> captured_;
  UpdatedWeights updated_;
  // Last: their threads end before the rest goes, that of the completions first, since it may tell the other.
  cuda::PlanningThread planning_{stream_};
  Completions completions_;
};

}  // namespace deep_inside
