#include "cpu/device.h"

#include <omp.h>

#include <cstring>
#include <future>
#include <thread>

#include "core/finite.h"
#include "cpu/convolution.h"
#include "cpu/kernels.h"
#include "cpu/linear.h"
#include "cpu/memory_limits.h"
#include "cpu/placement.h"
#include "cpu/processor.h"

namespace deep_inside {

namespace {

/** What `make` gives; oneDNN's error, and the lack of memory that oneDNN would not survive, as std::bad_alloc. */
template <class Make>
auto outOfMemoryAsBadAlloc(const Make& make) {
  if (!spareAddressSpace()) throw std::bad_alloc();
  try {
    return make();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
    throw;
  }
}

/** OpenMP ends the process where it cannot start its threads, so this tries as many first. */
void demandThreads(int count) {
  std::promise<void> all;
  const std::shared_future<void> started = all.get_future().share();
  std::vector<std::thread> threads;
  const Status status = caught([&] {
    while (static_cast<int>(threads.size()) < count) threads.emplace_back([started] { started.wait(); });
  });
  all.set_value();
  for (std::thread& thread : threads) thread.join();
  if (status.ok()) return;
  throw Error(Code::Device, "cpu: cannot start " + std::to_string(count) + " threads (" + status.text +
                                "); raise the limits of this process, or open the device with fewer");
}

std::shared_ptr<CpuWeights> cpuWeights(std::shared_ptr<Weights> weights) {
  return std::static_pointer_cast<CpuWeights>(std::move(weights));
}

}  // namespace

CpuDevice::CpuDevice(int threads)
    : Device("cpu"),
      threads_(threads),
      planContext_(std::make_shared<PlanContext>()),
      queue_([threads] { omp_set_num_threads(threads); }) {
  planContext_->account = memory_;
  planContext_->threads = threads;
}

std::string CpuDevice::name() const { return processorName() + " (" + kernels().name + ")"; }

std::shared_ptr<Storage> CpuDevice::allocate(size_t bytes) { return allocateHost(bytes, Purpose::Tensor, memory_); }

void CpuDevice::write(const Tensor& y, const void* dense) {
  const size_t bytes = static_cast<size_t>(elementsOf(y.shape)) * bytesOf(y.dtype);
  const bool isAsStored = y.block == 1 && y.isDense();
  if (isAsStored && queue_.idle()) {
    std::memcpy(y.floats(), dense, bytes);
    return;
  }
  const auto* first = static_cast<const char*>(dense);
  auto copy = std::make_shared<std::vector<char>>(first, first + bytes);
  queue_.always([y, copy, isAsStored] {
    if (isAsStored) {
      std::memcpy(y.floats(), copy->data(), copy->size());
    } else {
      const Planes from = Tensor::planesOf(y.shape, 1);
      const auto* values = reinterpret_cast<const float*>(copy->data());
      kernels().reorder(from, y.planes(), {values, storedInImage(from)}, y.images());
    }
  });
}

void CpuDevice::read(const Tensor& x, void* dense, Completion done) {
  queue_.report(
      [x, dense] {
        if (x.block == 1 && x.isDense()) {
          std::memcpy(dense, x.floats(), static_cast<size_t>(elementsOf(x.shape)) * bytesOf(x.dtype));
        } else {
          const Planes to = Tensor::planesOf(x.shape, 1);
          kernels().reorder(x.planes(), to, x.images<const float>(), {static_cast<float*>(dense), storedInImage(to)});
        }
      },
      std::move(done));
}

void CpuDevice::sync(Completion done) {
  queue_.report([] {}, std::move(done));
}

std::shared_ptr<Weights> CpuDevice::weights(const Shape& shape, const float* b) {
  return std::make_shared<CpuWeights>(shape, b, memory_);
}

void CpuDevice::fillWeights(const std::shared_ptr<Weights>& weights, int64_t first, int64_t count, const float* rows,
                            Completion done) {
  queue_.always([target = cpuWeights(weights), first, count, rows, done = std::move(done)] {
    target->fill(first, count, rows);
    done({});
  });
}

void CpuDevice::update(const std::shared_ptr<Weights>& weights, const Tensor& w, const Tensor* b) {
  if (strands() > 1) throw Error(Code::Capture, "weights.update: not while recording strands, which share the weights");
  submit([target = cpuWeights(weights), w, bias = b ? *b : Tensor{}, context = planContext_] {
    demandFinite("weights.update: w", w.floats(), elementsOf(w.shape));
    if (bias.storage) demandFinite("weights.update: b", bias.floats(), bias.shape[0]);
    target->update(w.floats(), bias.storage ? bias.floats() : nullptr, context->engine);
  });
}

template <class Make>
void CpuDevice::plan(Make make, int64_t strands, Delivery<WeightedPlan> done) {
  queue_.always([make = std::move(make), strands, threads = threads_, done = std::move(done)] {
    std::shared_ptr<WeightedPlan> result;
    omp_set_num_threads(strands > 1 ? 1 : threads);
    const Status status = caught([&] { result = outOfMemoryAsBadAlloc(make); });
    omp_set_num_threads(threads);
    if (result) result->strands = strands;
    done(status, std::move(result));
  });
}

void CpuDevice::planConvolution(const ConvolutionGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                                Delivery<WeightedPlan> done) {
  plan(
      [geometry, weights = cpuWeights(std::move(weights)), strands, context = planContext_] {
        return planConvolutionOnCpu(geometry, weights, context->engine, context->workspace(strands));
      },
      strands, std::move(done));
}

void CpuDevice::planLinear(const LinearGeometry& geometry, std::shared_ptr<Weights> weights, int64_t strands,
                           Delivery<WeightedPlan> done) {
  plan([geometry, weights = cpuWeights(std::move(weights)), strands,
        context = planContext_] { return planLinearOnCpu(geometry, weights, context->workspace(strands)); },
       strands, std::move(done));
}

std::shared_ptr<Recording> CpuDevice::endCapture() {
  auto recording = std::make_shared<CpuRecording>(std::move(*captured_));
  captured_.reset();
  return recording;
}

void CpuDevice::replay(std::shared_ptr<Recording> recording, int64_t times) {
  queue_.run([this, recording = std::static_pointer_cast<CpuRecording>(std::move(recording)), times] {
    const auto ended = [this] { return queue_.dropped(); };
    const TeamApart apart(threads_);
    for (int64_t i = 0; i < times && !ended(); ++i) recording->run(ended);
  });
}

std::shared_ptr<Device> openDevice(const OpenOptions& options) {
  const int threads = options.threads > 0 ? options.threads : physicalCores();
  demandThreads(threads);
  return std::make_shared<CpuDevice>(threads);
}

std::string backendVersions() {
  return "oneDNN " + onednn::version() + " (" + onednn::instructionSet() + "), kernels for " + kernels().name;
}

}  // namespace deep_inside
