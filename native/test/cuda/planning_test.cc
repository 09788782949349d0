#include "test/cuda/side.h"

// Convolutions that are planned on a thread of their own, since cuDNN compiles kernels for them, and a device that goes
// meanwhile.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

constexpr const char* kCompiling = "cudnnBackendFinalize";

/** What is heard of a device, in its order. */
class Heard {
 public:
  void add(const std::string& what) {
    const std::lock_guard<std::mutex> lock(mutex_);
    all_.push_back(what);
  }
  std::vector<std::string> all() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

/** Of three shapes; hears "plan" for each. */
void planThree(Side& side, Heard& heard) {
  for (const int64_t rows : {5, 6, 7}) {
    ConvolutionGeometry g{{1, 8, rows, 4}, {8, 8, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::Relu};
    g.precision = Precision::Tf32;
    side.device().planConvolution(
        g, side.weights(g.w, WithBias::Yes), 1,
        [&](const Status& status, std::shared_ptr<WeightedPlan>) { heard.add(status.ok() ? "plan" : status.text); });
  }
}

}  // namespace

TEST("planning: a device is settled once all its plans are made, and what runs meanwhile does not wait for them") {
  fake::reset();
  Heard heard;
  {
    Side side(std::make_shared<CudaDevice>(0));
    fake::hold(kCompiling);
    planThree(side, heard);
    std::promise<Status> settled, synced;
    side.device().settle([&](const Status& status) {
      heard.add("settled");
      settled.set_value(status);
    });
    side.device().sync([&](const Status& status) { synced.set_value(status); });
    EXPECT(synced.get_future().get().ok());
    EXPECT(heard.all().empty());
    fake::letGo();
    EXPECT(settled.get_future().get().ok());
    EXPECT((heard.all() == std::vector<std::string>{"plan", "plan", "plan", "settled"}));
  }
  EXPECT(fake::alive().total() == 0);
}

TEST("planning: a device that is dropped makes no plan but the one that it is at") {
  fake::reset();
  Heard heard;
  {
    Side side(std::make_shared<CudaDevice>(0));
    fake::hold(kCompiling);
    planThree(side, heard);
    fake::awaitHeld();
    side.device().drop();
    fake::letGo();
  }
  EXPECT(heard.all() == std::vector<std::string>{"plan"});
  EXPECT(fake::alive().total() == 0);
}

TEST("planning: a device without plans is settled when what is queued has run") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  std::promise<Status> settled;
  side.device().settle([&](const Status& status) { settled.set_value(status); });
  EXPECT(settled.get_future().get().ok());
}

TEST("planning: plans run by the handle of their device and the thread that enqueues, not by those that made them") {
  fake::reset();
  fake::countDevices(2);
  ConvolutionGeometry g{{1, 8, 5, 4}, {8, 8, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::Relu};
  g.precision = Precision::Tf32;
  Side first(std::make_shared<CudaDevice>(0)), second(std::make_shared<CudaDevice>(1));
  const auto onFirst = first.convolution(g, WithBias::Yes), onSecond = second.convolution(g, WithBias::Yes);
  const auto output = [](Side& side, const std::shared_ptr<WeightedPlan>& plan) {
    const Tensor y = side.zeros(plan->y, DType::Float32, plan->yBlock);
    side.device().forward(plan, side.values(plan->x, plan->xBlock), y);
    return side.read(y);
  };
  EXPECT(output(first, onFirst) == output(second, onSecond));
  EXPECT(fake::calls("cudnnBackendExecute") == 2);
}

TEST("planning: a shape is asked for once, and anew after 64 others: what is kept has an end") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  const auto asked = [&](int64_t rows) {
    ConvolutionGeometry g{{1, 8, rows, 3}, {8, 8, 1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1, Activation::Relu};
    g.precision = Precision::Tf32;
    const int before = fake::calls("cudnnBackendFinalize");
    side.convolution(g, WithBias::No);
    return fake::calls("cudnnBackendFinalize") > before;
  };
  EXPECT(asked(1));
  EXPECT(asked(2));
  for (int64_t rows = 3; rows <= 64; ++rows) asked(rows);
  EXPECT(!asked(1));  // now the latest
  EXPECT(asked(65));  // in the place of 2
  EXPECT(!asked(1) && !asked(65) && asked(2));
}
