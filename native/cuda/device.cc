#include "cuda/device.h"

#include <cstring>
#include <utility>

#include "core/finite.h"
#include "cuda/channels.h"
#include "cuda/check.h"
#include "cuda/packing.h"
#include "cuda/rows.h"

namespace deep_inside {

namespace {

class CudaRecording : public Recording {
 public:
  CudaRecording(cudaGraphExec_t graph, std::set<std::shared_ptr<const void>> used, UpdatedWeights updated)
      : graph(graph), used_(std::move(used)), updated_(std::move(updated)) {}
  ~CudaRecording() override {
    if (graph) cudaGraphExecDestroy(graph);
  }

  /** Null if something could not be captured; replaying it is then a fault. */
  const cudaGraphExec_t graph;

  /** Brings the copies up to date that plans have made since: what was captured does not know them. Enqueues. */
  void refreshNewCopies(cudaStream_t stream) const {
    for (const auto& [weights, known] : updated_)
      if (weights->copies() > known) weights->refresh(stream);
  }

 private:
  std::set<std::shared_ptr<const void>> used_;
  UpdatedWeights updated_;
};

size_t bytesAsItLies(const Tensor& x) { return static_cast<size_t>(x.storedElements()) * bytesOf(x.dtype); }

/** Copies the runs of memory of a tensor, `toStep` and `fromStep` elements apart. */
void copyRuns(const Tensor& x, void* to, int64_t toStep, const void* from, int64_t fromStep, cudaMemcpyKind kind,
              cudaStream_t stream) {
  const size_t bytes = bytesAsItLies(x);
  if (x.isDense()) return check(cudaMemcpyAsync(to, from, bytes, kind, stream), "copying");
  const auto runs = static_cast<size_t>(x.shape[0]);
  const auto pitch = [&](int64_t step) { return static_cast<size_t>(step) * bytesOf(x.dtype); };
  check(cudaMemcpy2DAsync(to, pitch(toStep), from, pitch(fromStep), bytes / runs, runs, kind, stream), "copying");
}

/** The description of a tensor alone: does not keep its memory. */
Tensor withoutStorage(Tensor x) {
  x.storage = nullptr;
  return x;
}

}  // namespace

CudaDevice::CudaDevice(int index)
    : Device("cuda"),
      stream_(std::make_shared<Stream>(index)),
      rowScratch_(stream_->allocate(cuda::kRowScratchBytes, Purpose::Workspace, std::make_shared<MemoryAccount>())),
      found_(stream_->allocate(sizeof(NotFinite), Purpose::Workspace, std::make_shared<MemoryAccount>())),
      completions_(stream_) {}

std::string CudaDevice::name() const {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, stream_->index()), "asking for the device's name");
  return std::string(properties.name) + " (compute capability " + std::to_string(properties.major) + "." +
         std::to_string(properties.minor) + ")";
}

template <class Launch>
void CudaDevice::guarded(const Launch& launch) {
  if ((capturing() ? captureFault_ : fault_).ok()) always(launch);
}

template <class Launch>
void CudaDevice::always(const Launch& launch) {
  const Status status = caught([&] {
    stream_->use();
    launch();
  });
  Status& fault = capturing() ? captureFault_ : fault_;
  if (status.ok() || !fault.ok()) return;
  fault = status;
  fault.fault = ++faults_;
}

void CudaDevice::submit(const std::vector<Tensor>& used, const std::function<void()>& launch) {
  if (capturing()) {
    for (const Tensor& tensor : used) captured_.insert(tensor.storage);
  }
  guarded(launch);
}

std::shared_ptr<Storage> CudaDevice::allocate(size_t bytes) {
  return stream_->allocate(bytes, Purpose::Tensor, memory_);
}

void CudaDevice::write(const Tensor& y, const void* dense) {
  always([&] {
    Tensor given{y.shape, y.dtype, 1, nullptr};
    const size_t bytes = bytesAsItLies(given);
    const std::shared_ptr<void> staged = staging_->take(bytes);
    std::memcpy(staged.get(), dense, bytes);
    if (y.block == 1) {
      copyRuns(y, y.floats(), y.images().step, staged.get(), y.storedInImage(), cudaMemcpyHostToDevice, stream_->get());
    } else {
      // Goes back at its place in the stream: after the kernel that reads it.
      given.storage = stream_->allocate(bytes, Purpose::Workspace, memory_);
      check(cudaMemcpyAsync(given.floats(), staged.get(), bytes, cudaMemcpyHostToDevice, stream_->get()), "copying");
      cuda::reorder(stream_->get(), given, y);
    }
    completions_.add(staged, nullptr, nullptr);
  });
}

void CudaDevice::read(const Tensor& x, void* dense, Completion done) {
  guarded([&] {
    const size_t behind = (bytesAsItLies(x) + alignof(NotFinite) - 1) / alignof(NotFinite) * alignof(NotFinite);
    const std::shared_ptr<void> staged = staging_->take(behind + sizeof(NotFinite));
    copyRuns(x, staged.get(), x.storedInImage(), x.floats(), x.images().step, cudaMemcpyDeviceToHost, stream_->get());
    const auto deliver = [like = withoutStorage(x), from = staged.get(), dense,
                          demandSound = findings(static_cast<char*>(staged.get()) + behind)] {
      demandSound();
      unpack(like, from, dense);
    };
    completions_.add(staged, deliver, done);
  });
  if (!fault_.ok()) done(fault_);
}

void CudaDevice::sync(Completion done) {
  guarded([&] {
    const std::shared_ptr<void> staged = findings_ ? staging_->take(sizeof(NotFinite)) : nullptr;
    completions_.add(staged, findings(staged.get()), done);
  });
  if (!fault_.ok()) done(fault_);
}

void CudaDevice::settle(Completion done) {
  sync([this, done = std::move(done)](const Status& status) { planning_.settle([done, status] { done(status); }); });
}

std::function<void()> CudaDevice::findings(void* to) {
  if (!findings_) return [] {};
  check(cudaMemcpyAsync(to, found(), sizeof(NotFinite), cudaMemcpyDeviceToHost, stream_->get()), "copying a fault");
  return [seen = static_cast<const NotFinite*>(to), number = findings_] {
    if (!seen->operand) return;
    const char* operand = seen->operand == 1 ? "weights.update: w" : "weights.update: b";
    throw Error(Status{Code::Argument, notFinite(operand, seen->value, seen->element), number});
  };
}

// What the device found is cleared at this place of the stream: what was enqueued before it still tells of it.
void CudaDevice::acknowledgeFault(uint64_t fault) {
  if (fault_.fault == fault) fault_ = {};
  if (!findings_ || fault != findings_) return;
  findings_ = ++faults_;
  always([&] { check(cudaMemsetAsync(found(), 0, sizeof(NotFinite), stream_->get()), "clearing a fault"); });
}

void CudaDevice::beginCapture(int64_t strands) {
  if (strands > 1) {
    const std::string got = std::to_string(strands);
    throw Error(Code::Unsupported, "cuda: a recording must be of 1 strand, got " + got + "; leave strands out");
  }
  stream_->beginCapture();
}

std::shared_ptr<Recording> CudaDevice::endCapture() {
  const Status operations = std::exchange(captureFault_, {});
  cudaGraphExec_t graph = nullptr;
  const Status capture = caught([&] { graph = stream_->endCapture(); });
  for (const Status& status : {operations, capture}) {
    if (fault_.ok()) fault_ = status;
  }
  if (!fault_.ok() && !fault_.fault) fault_.fault = ++faults_;
  // A recording that lacks an operation must not be replayed.
  auto recording = std::make_shared<CudaRecording>(graph, std::exchange(captured_, {}), std::exchange(updated_, {}));
  if (operations.ok()) return recording;
  return std::make_shared<CudaRecording>(nullptr, std::set<std::shared_ptr<const void>>{}, UpdatedWeights{});
}

void CudaDevice::replay(std::shared_ptr<Recording> recording, int64_t times) {
  const auto recorded = std::static_pointer_cast<CudaRecording>(std::move(recording));
  guarded([&] {
    for (int64_t i = 0; i < times; ++i) check(cudaGraphLaunch(recorded->graph, stream_->get()), "replaying");
    recorded->refreshNewCopies(stream_->get());
  });
}

}  // namespace deep_inside
