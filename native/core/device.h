#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/plans.h"
#include "core/status.h"
#include "kernels/max_abs.h"
#include "kernels/pictures.h"

namespace deep_inside {

/** Called once, on any thread, when what was asked for has happened or failed. */
using Completion = std::function<void(const Status&)>;

template <class T>
using Delivery = std::function<void(const Status&, std::shared_ptr<T>)>;

/** A recorded sequence of operations; keeps alive what they use. */
class Recording {
 public:
  virtual ~Recording() = default;
};

struct OpenOptions {
  int index = 0;
  int threads = 0;  // 0: the number of physical cores available
};

/**
 * A device with one in-order queue. The caller (native/addon) has checked every argument, and calls from one thread;
 * operations are enqueued and return at once. What fails while running rejects the reads and syncs after it until
 * `acknowledgeFault`. Each operation overwrites its output unless it says that it adds.
 *
 * Operands may be views of channels (Tensor::channels): of one image in any operation; of several images in those of
 * read, write, relu, reluBackward, add, concat, split and reorder, and of plans that say so.
 *
 * A backward operation takes any multiple of the images of its forward operation: with m times as many, image i of dy
 * and dx belongs to image i / m of what the forward pass left (switches, x, y or scores).
 */
class Device {
 public:
  explicit Device(std::string kind) : kind_(std::move(kind)) {}
  virtual ~Device() = default;

  const std::string& kind() const { return kind_; }
  virtual std::string name() const = 0;
  virtual int threads() const = 0;
  const MemoryAccount& memory() const { return *memory_; }
  /** Runs what is queued and then ends; nothing may be enqueued after it. Does not wait; the destructor does. */
  virtual void close() = 0;
  /** Forgets what is queued, and of a replay that runs the rest; nobody hears of it. Does not wait. */
  virtual void drop() = 0;

  /** Zero-filled; throws ERR_MEMORY. Goes back at its place in the queue when the last reference to it goes. */
  virtual std::shared_ptr<Storage> allocate(size_t bytes) = 0;
  /** Copies the dense elements before it returns. Happens even after a fault, since it may be needed long after it. */
  virtual void write(const Tensor& y, const void* dense) = 0;
  /** `dense` must stay valid until `done`. */
  virtual void read(const Tensor& x, void* dense, Completion done) = 0;
  virtual void sync(Completion done) = 0;
  /** As `sync`, and once all plans that were asked for are made: what is left for the destructor takes no time. */
  virtual void settle(Completion done) { sync(std::move(done)); }
  /**
   * The caller has told its user of a fault, by the number in the status of a report: what was enqueued up to now fails
   * with it, what follows does not. Of no effect for a fault that was acknowledged before.
   */
  virtual void acknowledgeFault(uint64_t fault) = 0;

  /** Zeros, and the bias `b` unless null, copied; throws ERR_MEMORY. `fillWeights` brings the values. */
  virtual std::shared_ptr<Weights> weights(const Shape& shape, const float* b) = 0;
  /** Outputs first ... first + count of new weights, for plans made after it; `rows` must stay valid until `done`. */
  virtual void fillWeights(const std::shared_ptr<Weights>& weights, int64_t first, int64_t count, const float* rows,
                           Completion done) = 0;
  /** `b` null leaves the bias as it is. Values that are not finite are a fault and change nothing. */
  virtual void update(const std::shared_ptr<Weights>& weights, const Tensor& w, const Tensor* b) = 0;
  /** Shapes are those of one of so many strands. */
  virtual void planConvolution(const ConvolutionGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                               Delivery<WeightedPlan> done) = 0;
  virtual void planLinear(const LinearGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                          Delivery<WeightedPlan> done) = 0;

  virtual void forward(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& y) = 0;
  /** `mask`, null or shaped as x: dx is 0 where it is not above 0. It may have m times fewer images than x; image i then
   * belongs to its image i / m. */
  virtual void backwardData(std::shared_ptr<WeightedPlan> plan, const Tensor& dy, const Tensor& dx,
                            const Tensor* mask) = 0;
  /** The gradient of the weights, and of the bias unless `db` is null, for the gradient dy of what the activation gets. */
  virtual void backwardFilter(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& dy, const Tensor& dw,
                              const Tensor* db) = 0;
  virtual void maxPool(const MaxPoolPlan& plan, const Tensor& x, const Tensor& y, const Tensor& switches) = 0;
  virtual void unpool(const MaxPoolPlan& plan, const Tensor& dy, const Tensor& switches, const Tensor& dx) = 0;
  virtual void averagePool(const AveragePoolPlan& plan, const Tensor& x, const Tensor& y) = 0;
  virtual void averagePoolBackward(const AveragePoolPlan& plan, const Tensor& dy, const Tensor& dx) = 0;
  virtual void lrn(const LrnPlan& plan, const Tensor& x, const Tensor& y) = 0;
  virtual void lrnBackward(const LrnPlan& plan, const Tensor& x, const Tensor& dy, const Tensor& dx) = 0;

  virtual void relu(const Tensor& x, const Tensor& y) = 0;
  virtual void reluBackward(ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) = 0;
  virtual void add(const Tensor& a, const Tensor& b, const Tensor& y) = 0;
  virtual void axpy(float alpha, const Tensor& x, const Tensor& y) = 0;  // adds
  virtual void fill(float value, const Tensor& y) = 0;
  virtual void concat(const std::vector<Tensor>& xs, const Tensor& y) = 0;
  virtual void split(const Tensor& dy, const std::vector<Tensor>& dxs) = 0;
  virtual void scaleShift(const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y) = 0;
  virtual void softmax(const Tensor& x, const Tensor& y) = 0;
  virtual void softmaxBackward(const Tensor& y, const Tensor& dy, const Tensor& dx) = 0;
  virtual void reorder(const Tensor& x, const Tensor& y) = 0;
  virtual void seed(const Tensor& scores, const Tensor& classes, const Tensor& dy) = 0;
  virtual void maxAbsOverChannels(const Tensor& x, const Tensor* scale, const Tensor& y, MaxAbsResult result) = 0;

  /** Of gradient ascent (typings/addon.d.ts): what changes between replays lies in tensors. */
  virtual void blend(const Tensor& coefficients, const Tensor& x, const Tensor& y) = 0;
  virtual void addNormalised(float weight, const Tensor& squares, const Tensor& x, const Tensor& y) = 0;  // adds
  virtual void adam(const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v,
                    const Tensor& y) = 0;  // adds to y
  virtual void dot(const Tensor& a, const Tensor& b, const Tensor& y) = 0;
  virtual void clamp(const Tensor& low, const Tensor& high, const Tensor& y) = 0;
  virtual void mixChannels(const Tensor& matrix, const Tensor& x, const Tensor& y) = 0;
  virtual void shift(const Tensor& x, const Tensor& offsets, const Tensor& y) = 0;
  virtual void blur(const Tensor& x, const Tensor& taps, BlurAxis axis, const Tensor& y) = 0;
  virtual void totalVariation(const Tensor& x, float epsilon, const Tensor& y) = 0;

  /** Throws ERR_MEMORY. */
  virtual std::shared_ptr<MaxFlowPlan> planMaxFlow(const GridGeometry& geometry) = 0;
  /** `foreground`, int32 with a byte for each of rows * cols pixels, and `flow`, int32 [2] (low and high 32 bits). */
  virtual void maxFlow(std::shared_ptr<MaxFlowPlan> plan, const GridTensors& grid, const Tensor& foreground,
                       const Tensor& flow) = 0;

  virtual bool capturing() const = 0;
  /**
   * The images of every tensor, a multiple of the strands, are dealt to them in their order. Each strand runs on one
   * thread, beside the others: no operation waits for another strand's.
   */
  virtual void beginCapture(int64_t strands) = 0;
  /** Of what is being recorded; else 1. */
  virtual int64_t strands() const = 0;
  /** Also after a failed recording, whose result is then dropped. */
  virtual std::shared_ptr<Recording> endCapture() = 0;
  virtual void replay(std::shared_ptr<Recording> recording, int64_t times) = 0;

 protected:
  std::shared_ptr<MemoryAccount> memory_ = std::make_shared<MemoryAccount>();

 private:
  std::string kind_;
};

/** Each backend module implements these two. openDevice may take a while and throws Error. */
std::shared_ptr<Device> openDevice(const OpenOptions& options);
std::string backendVersions();

}  // namespace deep_inside
