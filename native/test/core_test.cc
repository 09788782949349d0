#include <future>
#include <limits>
#include <new>
#include <thread>
#include <vector>

#include "core/finite.h"
#include "core/memory.h"
#include "core/plans.h"
#include "core/status.h"
#include "core/tensor.h"
#include "test/harness.h"

using namespace deep_inside;

TEST("a shape has the product of its sizes as elements, and is written in brackets") {
  EXPECT(elementsOf({2, 3, 5, 7}) == 210);
  EXPECT(elementsOf({}) == 1);
  EXPECT(elementsOf({4, 0, 9}) == 0);
  EXPECT(toString({1, 3, 224, 224}) == "[1, 3, 224, 224]");
}

TEST("a convolution's output counts strides, pads and dilation, and rounds down: 224, k = 11, s = 4, p = 2 gives 55") {
  const auto output = [](int64_t size, int64_t kernel, int64_t stride, Pad pad, int64_t dilation) {
    return ConvolutionGeometry{
        {1, 3, size, size}, {8, 3, kernel, kernel}, {stride, stride}, pad, {dilation, dilation}, 1, Activation::None}
        .output();
  };
  EXPECT((output(224, 11, 4, {2, 2, 2, 2}, 1) == Shape{1, 8, 55, 55}));
  EXPECT((output(7, 3, 2, {0, 1, 1, 0}, 1) == Shape{1, 8, 3, 3}));
  EXPECT((output(7, 3, 1, {0, 0, 0, 0}, 3) == Shape{1, 8, 1, 1}));
  EXPECT((output(2, 3, 1, {0, 0, 0, 0}, 1) == Shape{1, 8, 0, 0}));
}

TEST("blocked channels lie side by side and are padded: [1, 5, 2, 2] in blocks of 4 stores 32") {
  const Planes at{1, 5, 2, 2, 4};
  EXPECT(stored(at) == 32);
  EXPECT(offset(at, 0, 3, 1, 1) == 15);
  EXPECT(offset(at, 0, 4, 0, 0) == 16);
}

TEST("tensors overlap where they share elements, whole or as channels of several images") {
  const auto memory = [] {
    return std::make_shared<Storage>(nullptr, 0, Purpose::Tensor, std::make_shared<MemoryAccount>());
  };
  const Tensor whole{{3, 8, 2, 2}, DType::Float32, 1, memory()}, other{{3, 8, 2, 2}, DType::Float32, 1, memory()};
  const auto part = [&](int64_t first, int64_t count) { return whole.channels(first, count); };
  EXPECT(overlap(whole, whole) && !overlap(whole, other));
  EXPECT(overlap(whole, part(7, 1)) && overlap(part(7, 1), whole) && !overlap(other, part(0, 8)));
  EXPECT(overlap(part(0, 4), part(3, 5)) && !overlap(part(0, 4), part(4, 4)) && !overlap(part(4, 4), part(0, 4)));
  const Tensor last = whole.ofStrand(2, 3);
  EXPECT(overlap(last, part(2, 1)) && !overlap(last, whole.ofStrand(0, 3)) && !overlap(whole.ofStrand(1, 3), last));
  EXPECT(overlap(last.channels(0, 4), part(3, 2)) && !overlap(last.channels(0, 3), part(3, 2)));
}

TEST("what a body throws comes back as a status with its code") {
  EXPECT(caught([] {}).ok());
  EXPECT(caught([] { throw Error(Code::Shape, "x must be square"); }).text == "x must be square");
  EXPECT(caught([] { throw std::bad_alloc(); }).code == Code::Memory);
  EXPECT(caught([] { throw std::exception(); }).code == Code::Backend);
}

TEST("memory that comes and goes on several threads is counted exactly") {
  MemoryAccount account;
  std::promise<void> gate;
  const std::shared_future<void> started = gate.get_future().share();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&account, started] {
      started.wait();
      for (int j = 0; j < 100000; ++j) {
        account.add(Purpose::Tensor, 8);
        account.subtract(Purpose::Tensor, 8);
      }
    });
  }
  gate.set_value();
  for (std::thread& thread : threads) thread.join();
  EXPECT(account.total() == 0);
  EXPECT(account.peak() >= 8 && account.peak() <= 32);
}

TEST("storage is counted while it lives, and the peak stays") {
  const auto account = std::make_shared<MemoryAccount>();
  char block[8];
  {
    const Storage tensor(block, 8, Purpose::Tensor, account);
    const Storage weights(block, 5, Purpose::Weights, account);
    EXPECT(account->tensors() == 8 && account->weights() == 5 && account->total() == 13);
  }
  EXPECT(account->total() == 0);
  EXPECT(account->peak() == 13);
}

TEST("values are finite or refused by their place: 0 to 100 of them, the extremes of float included") {
  using Limits = std::numeric_limits<float>;
  for (int64_t count = 0; count <= 100; ++count) {
    std::vector<float> values(static_cast<size_t>(count), Limits::max());
    for (size_t i = 0; i < values.size(); i += 3) values[i] = -Limits::denorm_min();
    demandFinite("test: w", values.data(), count);
    for (const float bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
      if (count == 0) continue;
      values.back() = bad;
      const Status status = caught([&] { demandFinite("test: w", values.data(), count); });
      EXPECT(status.code == Code::Argument);
      EXPECT(status.text.find("test: w must be finite, got ") == 0);
      EXPECT(status.text.find(" at element " + std::to_string(count - 1)) != std::string::npos);
    }
  }
}
