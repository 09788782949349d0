#include "test/cuda/opened.h"

// The CUDA device on the fake runtime: what it asks of CUDA, and in which order.

using namespace deep_inside;
using namespace deep_inside::test;

TEST("cuda: what is written is read, new memory is zero, and all goes back in the end") {
  {
    const Opened opened;
    const Tensor x = opened.tensor(std::vector<float>{1, -2, 3}), zero = opened.tensor(Shape{1000});
    EXPECT((opened.read(x) == std::vector<float>{1, -2, 3}));
    EXPECT(opened.read(zero) == std::vector<float>(1000));
    EXPECT(opened.device->memory().tensors() == 1003 * sizeof(float));
  }
  EXPECT(fake::alive().total() == 0);
}

TEST("cuda: operations run in the order of the calls, in any order of their elements") {
  for (const bool backwards : {false, true}) {
    const Opened opened;
    fake::runBackwards(backwards);
    const Tensor x = opened.tensor(std::vector<float>{1, -2, 3}), y = opened.tensor(Shape{3});
    opened.device->relu(x, y);
    opened.device->axpy(10, x, y);
    opened.device->add(x, y, y);
    EXPECT((opened.read(y) == std::vector<float>{12, -22, 36}));
    opened.device->reluBackward(ReluRule::Guided, x, y, y);
    opened.device->fill(5, x);
    EXPECT((opened.read(y) == std::vector<float>{12, 0, 36}));
    EXPECT((opened.read(x) == std::vector<float>{5, 5, 5}));
  }
}

TEST("cuda: views of channels are copied run by run") {
  const Opened opened;
  const Tensor whole = opened.tensor(Shape{2, 4, 1, 2}), part = whole.channels(1, 2);
  const std::vector<float> values = shuffled(8);
  opened.device->write(part, values.data());
  EXPECT(opened.read(part) == values);
  const std::vector<float> all = opened.read(whole);
  EXPECT(
      (std::vector<float>(all.begin() + 2, all.begin() + 6) == std::vector<float>(values.begin(), values.begin() + 4)));
  EXPECT(all[0] == 0 && all[6] == 0 && all[8] == 0 && all[15] == 0);
}

TEST("cuda: what is written into blocks of channels is put in order by the device, over what was there before") {
  for (const int64_t block : {8, 16, 13}) {
    for (const bool backwards : {false, true}) {
      const Opened opened;
      fake::runBackwards(backwards);
      const int blocks = fake::alive().blocks;
      {
        Tensor x{{2, 13, 3, 2}, DType::Float32, block, nullptr};
        x.storage = opened.device->allocate(static_cast<size_t>(x.storedElements()) * sizeof(float));
        const std::vector<float> values = shuffled(2 * 13 * 3 * 2);
        opened.device->axpy(1, x, x);
        opened.device->write(x, std::vector<float>(values.size(), 7.0f).data());
        const int launches = fake::calls("cudaLaunchKernel");
        opened.device->write(x, values.data());
        EXPECT(fake::calls("cudaLaunchKernel") == launches + 1);
        EXPECT(opened.read(x) == values);
        EXPECT(opened.device->memory().workspace() == 0);
      }
      EXPECT(opened.sync().ok());  // x goes back at its place in the stream
      EXPECT(fake::alive().blocks == blocks);
    }
  }
}

TEST("cuda: a write into blocks of channels for which there is no room is a fault, and the next one works") {
  const Opened opened;
  Tensor x{{1, 8, 4, 4}, DType::Float32, 8, nullptr};
  x.storage = opened.device->allocate(static_cast<size_t>(x.storedElements()) * sizeof(float));
  const std::vector<float> values = shuffled(128);
  fake::fail("cudaMallocFromPoolAsync", cudaErrorMemoryAllocation);
  opened.device->write(x, values.data());
  const Status status = opened.sync();
  EXPECT(status.code == Code::Memory && status.fault != 0);
  opened.device->acknowledgeFault(status.fault);
  opened.device->write(x, values.data());
  EXPECT(opened.read(x) == values);
}

TEST("cuda: a recording is replayed, keeps its tensors alive, and sees what was written between") {
  {
    const Opened opened;
    const Tensor x = opened.tensor(std::vector<float>{1, 2});
    std::shared_ptr<Recording> recording;
    const Tensor y = opened.tensor(Shape{2});
    {
      const Tensor between = opened.tensor(Shape{2});
      opened.device->beginCapture(1);
      opened.device->relu(x, between);
      opened.device->axpy(1, between, y);
      recording = opened.device->endCapture();
    }
    EXPECT((opened.read(y) == std::vector<float>{0, 0}));
    opened.device->replay(recording, 2);
    const std::vector<float> later = {10, -10};
    opened.device->write(x, later.data());
    opened.device->replay(recording, 1);
    EXPECT((opened.read(y) == std::vector<float>{12, 4}));
  }
  EXPECT(fake::alive().total() == 0);
}

TEST("cuda: memory that is freed while recording goes back afterwards, and spoils nothing") {
  const Opened opened;
  const Tensor x = opened.tensor(std::vector<float>{-1}), y = opened.tensor(Shape{1});
  const int kept = fake::alive().blocks;
  std::shared_ptr<Storage> dropped = opened.device->allocate(64);
  opened.device->beginCapture(1);
  opened.device->relu(x, y);
  dropped = nullptr;
  const auto recording = opened.device->endCapture();
  opened.device->replay(recording, 1);
  EXPECT(opened.sync().ok());
  EXPECT(fake::alive().blocks == kept);
}
