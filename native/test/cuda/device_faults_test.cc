#include "test/cuda/opened.h"

// The CUDA device on the fake runtime: what it does when CUDA refuses, is lost, or the device goes first.

using namespace deep_inside;
using namespace deep_inside::test;

TEST("cuda: too large a tensor is refused with ERR_MEMORY, and the device goes on") {
  const Opened opened;
  fake::limitMemory(1 << 20);
  const std::string said = thrown(Code::Memory, [&] { opened.tensor(Shape{1 << 20}); });
  EXPECT(holds(said, "allocating 4194304 bytes") && holds(said, "cudaErrorMemoryAllocation"));
  EXPECT(holds(said, "smaller batches"));
  EXPECT((opened.read(opened.tensor(std::vector<float>{7})) == std::vector<float>{7}));
  EXPECT(opened.device->memory().tensors() == 0);
}

TEST("cuda: a launch that fails rejects the reads after it until it is acknowledged") {
  const Opened opened;
  const Tensor x = opened.tensor(std::vector<float>{1}), y = opened.tensor(Shape{1});
  fake::fail("cudaLaunchKernel", cudaErrorInvalidValue);
  opened.device->relu(x, y);
  std::vector<float> values;
  const Status first = opened.read(y, values);
  EXPECT(first.code == Code::Backend && holds(first.text, "launching relu"));
  opened.device->relu(x, y);  // skipped
  EXPECT(opened.sync().fault == first.fault);
  opened.device->acknowledgeFault(first.fault);
  EXPECT((opened.read(y) == std::vector<float>{0}));
  opened.device->relu(x, y);
  EXPECT((opened.read(y) == std::vector<float>{1}));
}

TEST("cuda: each call that may fail while reading and writing does so as a fault, and leaves nothing behind") {
  for (const char* call : {"cudaMallocHost", "cudaMemcpyAsync", "cudaEventCreateWithFlags", "cudaEventRecord"}) {
    {
      const Opened opened;
      const Tensor x = opened.tensor(std::vector<float>{1});
      std::vector<float> values;
      EXPECT(opened.sync().ok());
      fake::fail(call, cudaErrorMemoryAllocation);
      const Status status = opened.read(opened.tensor(std::vector<float>(100, 2.0f)), values);  // more than is pinned
      EXPECT(status.code == Code::Memory && status.fault != 0);
      opened.device->acknowledgeFault(status.fault);
      EXPECT((opened.read(x) == std::vector<float>{1}));
    }
    EXPECT(fake::alive().total() == 0);
  }
}

TEST("cuda: what fails while recording fails its end and its replay, not what comes after") {
  for (const char* call : {"cudaLaunchKernel", "cudaStreamEndCapture", "cudaGraphInstantiate"}) {
    const Opened opened;
    const Tensor x = opened.tensor(std::vector<float>{1}), y = opened.tensor(Shape{1});
    EXPECT(opened.sync().ok());
    fake::fail(call, cudaErrorInvalidValue);
    opened.device->beginCapture(1);
    opened.device->relu(x, y);
    opened.device->endCapture();
    EXPECT(!opened.device->capturing());
    const Status status = opened.sync();
    EXPECT(status.code == Code::Backend);
    opened.device->acknowledgeFault(status.fault);
    opened.device->relu(x, y);
    EXPECT((opened.read(y) == std::vector<float>{1}));
  }
}

TEST("cuda: a poisoned stream rejects with the error's name and as lost") {
  const Opened opened;
  const Tensor x = opened.tensor(std::vector<float>{1});
  EXPECT(opened.sync().ok());
  fake::poison(cudaErrorIllegalAddress);
  const Status status = opened.sync();
  EXPECT(status.code == Code::Device && holds(status.text, "cudaErrorIllegalAddress"));
  EXPECT(holds(status.text, "restart"));
  opened.device->acknowledgeFault(status.fault);
  EXPECT(opened.sync().code == Code::Device);
  fake::poison(cudaSuccess);
}

TEST("cuda: a device that is closed or dropped with work in its queue gives everything back") {
  for (const bool drop : {false, true}) {
    int heard = 0;
    std::vector<float> values(1 << 16);
    {
      const Opened opened;
      const Tensor x = opened.tensor(std::vector<float>(1 << 16, 1.0f));
      for (int i = 0; i < 50; ++i) opened.device->axpy(0.5f, x, x);
      opened.device->read(x, values.data(), [&](const Status&) { ++heard; });
      if (drop) opened.device->drop();
    }
    EXPECT(drop || (heard == 1 && values[0] > 1e8f));
    EXPECT(fake::alive().total() == 0);
  }
}
