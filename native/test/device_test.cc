#include "core/device.h"

#include <future>
#include <numeric>
#include <thread>
#include <vector>

#include "test/harness.h"

// The CPU device through core's interface, as native/addon uses it.

using namespace deep_inside;
using deep_inside::test::shuffled;

namespace {

struct Opened {
  std::shared_ptr<Device> device = openDevice({0, 2});
  ~Opened() { device->close(); }

  Tensor tensor(const Shape& shape, int64_t block = 1) const {
    Tensor made{shape, DType::Float32, block, nullptr};
    made.storage = device->allocate(static_cast<size_t>(made.storedElements()) * sizeof(float));
    return made;
  }

  std::shared_ptr<Weights> weights(const std::vector<float>& w, const Shape& shape) const {
    auto made = device->weights(shape, nullptr);
    const int64_t half = shape[0] / 2, row = elementsOf(shape) / shape[0];
    std::promise<void> filled;
    device->fillWeights(made, 0, half, w.data(), [](const Status&) {});
    device->fillWeights(made, half, shape[0] - half, w.data() + half * row, [&](const Status&) { filled.set_value(); });
    filled.get_future().wait();
    return made;
  }

  std::vector<float> read(const Tensor& x) const {
    std::vector<float> dense(static_cast<size_t>(elementsOf(x.shape)));
    std::promise<Status> done;
    device->read(x, dense.data(), [&](const Status& status) { done.set_value(status); });
    demand(done.get_future().get());
    return dense;
  }

  std::shared_ptr<WeightedPlan> plan(const ConvolutionGeometry& geometry, const std::shared_ptr<Weights>& weights,
                                     int64_t strands = 1) const {
    std::promise<std::shared_ptr<WeightedPlan>> planned;
    device->planConvolution(geometry, weights, strands, [&](const Status& status, std::shared_ptr<WeightedPlan> plan) {
      if (status.ok()) return planned.set_value(std::move(plan));
      planned.set_exception(std::make_exception_ptr(Error(status.code, status.text)));
    });
    return planned.get_future().get();
  }
};

/** A 3x3 convolution of pad 1, by the formula. */
std::vector<float> convolved(const std::vector<float>& x, const std::vector<float>& w, int64_t c, int64_t k,
                             int64_t size) {
  std::vector<float> y(static_cast<size_t>(k * size * size));
  for (int64_t o = 0; o < k; ++o)
    for (int64_t p = 0; p < size; ++p)
      for (int64_t q = 0; q < size; ++q) {
        double sum = 0;
        for (int64_t i = 0; i < c; ++i)
          for (int64_t r = 0; r < 3; ++r)
            for (int64_t s = 0; s < 3; ++s) {
              const int64_t row = p + r - 1, col = q + s - 1;
              if (row < 0 || col < 0 || row >= size || col >= size) continue;
              sum += double{x[static_cast<size_t>((i * size + row) * size + col)]} *
                     w[static_cast<size_t>(((o * c + i) * 3 + r) * 3 + s)];
            }
        y[static_cast<size_t>((o * size + p) * size + q)] = static_cast<float>(sum);
      }
  return y;
}

ConvolutionGeometry same3x3(int64_t c, int64_t k, int64_t size) {
  return {{1, c, size, size}, {k, c, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::None};
}

}  // namespace

TEST("what is written is read, in every layout") {
  const Opened cpu;
  const std::vector<float> values = shuffled(2 * 21 * 3 * 5);
  for (int64_t block : {1, 8, 16}) {
    const Tensor x = cpu.tensor({2, 21, 3, 5}, block);
    cpu.device->write(x, values.data());
    EXPECT(cpu.read(x) == values);
  }
}

TEST("a read sees what was enqueued before it and nothing after") {
  const Opened cpu;
  const Tensor x = cpu.tensor({1000});
  std::vector<std::vector<float>> seen(50, std::vector<float>(1000));
  std::vector<std::promise<void>> done(50);
  for (size_t i = 0; i < seen.size(); ++i) {
    cpu.device->fill(static_cast<float>(i), x);
    cpu.device->read(x, seen[i].data(), [&done, i](const Status&) { done[i].set_value(); });
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    done[i].get_future().wait();
    EXPECT(seen[i] == std::vector<float>(1000, static_cast<float>(i)));
  }
}

TEST("convolution agrees with its formula, and backwardData is its adjoint: x = [1, 5, 9, 9], k = 7, 3x3, p = 1") {
  const Opened cpu;
  const std::vector<float> x = shuffled(5 * 81), w = shuffled(7 * 5 * 9), dy = shuffled(7 * 81);
  const auto weights = cpu.weights(w, {7, 5, 3, 3});
  const auto plan = cpu.plan(same3x3(5, 7, 9), weights);
  const Tensor tx = cpu.tensor(plan->x, plan->xBlock), ty = cpu.tensor(plan->y, plan->yBlock);
  const Tensor tdy = cpu.tensor(plan->y, plan->yBlock), tdx = cpu.tensor(plan->x, plan->xBlock);
  cpu.device->write(tx, x.data());
  cpu.device->write(tdy, dy.data());
  cpu.device->forward(plan, tx, ty);
  cpu.device->backwardData(plan, tdy, tdx, nullptr);
  const std::vector<float> y = cpu.read(ty), dx = cpu.read(tdx);
  EXPECT_CLOSE(y, convolved(x, w, 5, 7, 9), 1e-5f, 1e-4f);
  const double forward = std::inner_product(y.begin(), y.end(), dy.begin(), 0.0);
  const double backward = std::inner_product(x.begin(), x.end(), dx.begin(), 0.0);
  EXPECT(std::abs(forward - backward) < 1e-3);
}

TEST("Winograd agrees with the direct computation, both ways: x = [2, 3, 31, 30], k = 20, 7x7, s = 2, p = 3") {
  const Opened cpu;
  ConvolutionGeometry g{{2, 3, 31, 30}, {20, 3, 7, 7}, {2, 2}, {3, 3, 3, 3}, {1, 1}, 1, Activation::None};
  const std::vector<float> x = shuffled(2 * 3 * 31 * 30), w = shuffled(20 * 3 * 49), dy = shuffled(2 * 20 * 16 * 15);
  const auto weights = cpu.weights(w, g.w);
  std::vector<std::vector<float>> found;
  for (const Algorithm algorithm : {Algorithm::Direct, Algorithm::Winograd}) {
    g.forward = g.backwardData = algorithm;
    const auto plan = cpu.plan(g, weights);
    const Tensor tx = cpu.tensor(plan->x, plan->xBlock), ty = cpu.tensor(plan->y, plan->yBlock);
    cpu.device->write(tx, x.data());
    cpu.device->forward(plan, tx, ty);
    found.push_back(cpu.read(ty));
    cpu.device->write(ty, dy.data());
    cpu.device->backwardData(plan, ty, tx, nullptr);
    found.push_back(cpu.read(tx));
  }
  EXPECT_CLOSE(found[2], found[0], 1e-4f, 1e-4f);
  EXPECT_CLOSE(found[3], found[1], 1e-4f, 1e-4f);
}

TEST("a recording replays with the values that its tensors have then") {
  const Opened cpu;
  const Tensor x = cpu.tensor({4}), y = cpu.tensor({4});
  cpu.device->beginCapture(1);
  cpu.device->axpy(1.0f, x, y);
  const auto recording = cpu.device->endCapture();
  EXPECT(cpu.read(y) == std::vector<float>(4, 0.0f));
  cpu.device->fill(2.0f, x);
  cpu.device->replay(recording, 3);
  EXPECT(cpu.read(y) == std::vector<float>(4, 6.0f));
}

TEST("strands give what the whole batch gives: x = [5, 17, 12, 12], k = 19, 3x3, p = 1") {
  const Opened cpu;
  const std::vector<float> w = shuffled(19 * 17 * 9), x = shuffled(5 * 17 * 144), dy = shuffled(5 * 19 * 144);
  const auto weights = cpu.weights(w, {19, 17, 3, 3});
  for (Algorithm algorithm : {Algorithm::Direct, Algorithm::Winograd}) {
    ConvolutionGeometry g = same3x3(17, 19, 12);
    g.forward = g.backwardData = algorithm;
    std::vector<std::vector<float>> results;
    for (int64_t strands : {1, 5}) {
      g.x[0] = 5 / strands;
      const auto plan = cpu.plan(g, weights, strands);
      const auto tensor = [&](int64_t channels, int64_t block) { return cpu.tensor({5, channels, 12, 12}, block); };
      const Tensor tx = tensor(17, plan->xBlock), tdx = tensor(17, plan->xBlock);
      const Tensor ty = tensor(19, plan->yBlock), tdy = tensor(19, plan->yBlock);
      cpu.device->beginCapture(strands);
      cpu.device->forward(plan, tx, ty);
      cpu.device->relu(ty, ty);
      cpu.device->backwardData(plan, tdy, tdx, &tx);
      const auto recording = cpu.device->endCapture();
      cpu.device->write(tx, x.data());
      cpu.device->write(tdy, dy.data());
      cpu.device->replay(recording, 1);
      results.push_back(cpu.read(ty));
      results.push_back(cpu.read(tdx));
    }
    EXPECT_CLOSE(results[2], results[0], 1e-6f, 1e-6f);
    EXPECT_CLOSE(results[3], results[1], 1e-6f, 1e-6f);
  }
}

TEST("what is written to a device that is busy waits for its turn, and overtakes nothing") {
  const Opened cpu;
  const Tensor x = cpu.tensor({4}), y = cpu.tensor({4});
  const std::vector<float> first{1, 2, 3, 4}, then{5, 6, 7, 8}, w(2);
  cpu.device->write(x, first.data());
  const auto weights = cpu.device->weights({2, 1}, nullptr);
  std::promise<void> began, gate;
  // The only completion that is a part of its task.
  cpu.device->fillWeights(weights, 0, 2, w.data(), [&](const Status&) {
    began.set_value();
    gate.get_future().wait();
  });
  began.get_future().wait();
  cpu.device->axpy(1.0f, x, y);
  cpu.device->write(x, then.data());
  gate.set_value();
  EXPECT(cpu.read(y) == first);
  EXPECT(cpu.read(x) == then);
}

TEST("memory is zero when everything is gone and the queue has run") {
  const Opened cpu;
  {
    const std::vector<float> w = shuffled(7 * 5 * 9);
    const auto weights = cpu.weights(w, {7, 5, 3, 3});
    const auto plan = cpu.plan(same3x3(5, 7, 9), weights);
    const Tensor x = cpu.tensor(plan->x, plan->xBlock), y = cpu.tensor(plan->y, plan->yBlock);
    EXPECT(cpu.device->memory().tensors() > 0 && cpu.device->memory().weights() > 0);
    cpu.device->forward(plan, x, y);
  }
  std::promise<void> done;
  cpu.device->sync([&](const Status&) { done.set_value(); });
  done.get_future().wait();
  EXPECT(cpu.device->memory().total() == 0);
}

TEST("a device may go while its queue is full") {
  Opened cpu;
  const Tensor x = cpu.tensor({1, 64, 64, 64});
  for (int i = 0; i < 200; ++i) cpu.device->relu(x, x);
  cpu.device->drop();
}

TEST("a device that is dropped does not finish its replay, of one strand or several") {
  for (int64_t strands : {1, 4}) {
    Opened cpu;
    const Tensor x = cpu.tensor({4}), y = cpu.tensor({4});
    cpu.device->fill(1.0f, x);
    cpu.device->beginCapture(strands);
    cpu.device->axpy(1.0f, x, y);
    cpu.device->replay(cpu.device->endCapture(), int64_t{1} << 60);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // it has begun
    cpu.device->drop();
  }
}
