#include "cuda/weight_update.h"

#include <limits>

#include "test/cuda/side.h"

// New values for weights on the CUDA device, which itself finds those that are not finite and tells with later reports.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const ConvolutionGeometry kConvolution{{2, 3, 5, 4}, {4, 3, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::None};

/** A device in a new process. */
struct Cuda : Side {
  Cuda() : Side((fake::reset(), std::make_shared<CudaDevice>(0))) {}

  Tensor filled(const Shape& shape, float value) {
    const Tensor made = zeros(shape);
    device().write(made, std::vector<float>(static_cast<size_t>(elementsOf(shape)), value).data());
    return made;
  }

  std::future<Status> reported(const std::function<void(Completion)>& ask) {
    auto promise = std::make_shared<std::promise<Status>>();
    ask([promise](const Status& status) { promise->set_value(status); });
    return promise->get_future();
  }
  std::future<Status> synced() {
    return reported([this](Completion done) { device().sync(std::move(done)); });
  }
};

/** y = w x + b of two features and one output, all that a plan of it shows. */
struct Line {
  explicit Line(Cuda& cuda) : cuda(cuda), x(cuda.filled({1, 2}, 1)), y(cuda.zeros({1, 1})) {
    const float bias = 0.5f;
    weights = cuda.device().weights({1, 2}, &bias);
    plan = cuda.planned([&](auto done) {
      cuda.device().planLinear({{1, 2}, Activation::None}, weights, 1, std::move(done));
    });
  }

  float output() {
    cuda.device().forward(plan, x, y);
    return cuda.read(y)[0];
  }

  Cuda& cuda;
  Tensor x, y;
  std::shared_ptr<Weights> weights;
  std::shared_ptr<WeightedPlan> plan;
};

bool names(const Status& status, const char* text) { return status.code == Code::Argument && status.text == text; }

}  // namespace

TEST("update: layers of every kind that were planned before and after see the new values, as on the CPU") {
  const std::vector<Precision> precisions = {Precision::Float32, Precision::BFloat16};
  for (const WithBias bias : {WithBias::No, WithBias::Yes})
    for (const Precision precision : precisions)
      for (const int64_t n : {2, 9}) {
        const float rounding = precision == Precision::Float32 ? 1e-5f : 2e-1f;
        const auto run = [&](Side& side) {
          const auto weights = side.weights({11, 37}, bias);
          LinearGeometry geometry{{n, 37}, Activation::None};
          geometry.precision = precision;
          std::vector<std::shared_ptr<WeightedPlan>> plans;
          const auto plan = [&] {
            plans.push_back(
                side.planned([&](auto done) { side.device().planLinear(geometry, weights, 1, std::move(done)); }));
          };
          plan();
          const Tensor w = side.values({11, 37}), b = side.values({11});
          side.device().axpy(0.5f, w, w);
          side.device().axpy(2, b, b);
          side.device().update(weights, w, bias == WithBias::Yes ? &b : nullptr);
          plan();
          std::vector<Tensor> ys;
          for (const auto& one : plans) {
            ys.push_back(side.zeros(one->y));
            side.device().forward(one, side.values(one->x), ys.back());
          }
          return ys;
        };
        expectParity(run, rounding);
      }
  expectParity([](Side& side) {
    const auto weights = side.weights(kConvolution.w, WithBias::Yes);
    const auto plan =
        side.planned([&](auto done) { side.device().planConvolution(kConvolution, weights, 1, std::move(done)); });
    const Tensor w = side.values(kConvolution.w), y = side.zeros(plan->y, DType::Float32, plan->yBlock);
    side.device().axpy(1, w, w);
    side.device().update(weights, w, nullptr);
    side.device().forward(plan, side.values(plan->x, plan->xBlock), y);
    return std::vector<Tensor>{y};
  });
}

TEST("update: values that are not finite change nothing, and all reports fail until one is acknowledged") {
  {
    Cuda cuda;
    Line line(cuda);
    const Tensor b = cuda.filled({1}, 1), bad = cuda.filled({1}, kNan), nan = cuda.filled({1, 2}, kNan);
    cuda.device().update(line.weights, cuda.filled({1, 2}, 3), &b);
    EXPECT(line.output() == 7);
    cuda.device().update(line.weights, cuda.filled({1, 2}, 5), &bad);
    cuda.device().update(line.weights, cuda.filled({1, 2}, 9), &b);  // behind a fault: nothing either
    auto first = cuda.synced(), second = cuda.synced();
    const Status fault = first.get();
    EXPECT(names(fault, "weights.update: b must be finite, got NaN at element 0") && fault.fault != 0);
    EXPECT(second.get().fault == fault.fault);
    EXPECT(cuda.synced().get().fault == fault.fault);
    cuda.device().acknowledgeFault(fault.fault);
    EXPECT(line.output() == 7);
    cuda.device().update(line.weights, nan, nullptr);
    const Status next = cuda.synced().get();
    EXPECT(names(next, "weights.update: w must be finite, got NaN at element 0") && next.fault != fault.fault);
    cuda.device().acknowledgeFault(fault.fault);  // heard of before: of no effect
    EXPECT(cuda.synced().get().fault == next.fault);
    cuda.device().acknowledgeFault(next.fault);
    EXPECT(line.output() == 7);
    cuda.device().update(line.weights, cuda.filled({1, 2}, 9), &b);
    EXPECT(line.output() == 19);
  }
  EXPECT(fake::alive().total() == 0);
}

TEST("update: all values are looked at, by as many threads as there are values or in several rounds") {
  for (const int64_t count : {cuda::kLooks - 1, cuda::kLooks, 16 * cuda::kLooks, 16 * cuda::kLooks + 1}) {
    Cuda cuda;
    const auto weights = cuda.device().weights({1, count}, nullptr);
    const Tensor w = cuda.zeros({1, count});
    cuda.device().update(weights, w, nullptr);
    EXPECT(cuda.synced().get().ok());
    std::vector<float> values(static_cast<size_t>(count));
    for (const int64_t at : {count - 1, count - 2, count / 2}) {
      values[static_cast<size_t>(at)] = kNan;  // before those of the last times
      cuda.device().write(w, values.data());
      cuda.device().update(weights, w, nullptr);
      const Status status = cuda.synced().get();
      EXPECT(status.text == "weights.update: w must be finite, got NaN at element " + std::to_string(at));
      cuda.device().acknowledgeFault(status.fault);
    }
  }
}

TEST("update: in a recording it takes what its tensor holds at each replay, and keeps its weights alive") {
  {
    Cuda cuda;
    std::shared_ptr<Recording> recording;
    std::weak_ptr<Weights> recorded;
    {
      Line line(cuda);
      recorded = line.weights;
      const Tensor w = cuda.filled({1, 2}, 3);
      cuda.device().beginCapture(1);
      cuda.device().update(line.weights, w, nullptr);
      recording = cuda.device().endCapture();
      EXPECT(line.output() == 0.5f);
      cuda.device().replay(recording, 1);
      EXPECT(line.output() == 6.5f);
      const std::vector<float> bad = {1, kNan}, good = {1, 2};
      cuda.device().write(w, bad.data());
      cuda.device().replay(recording, 2);
      const Status status = cuda.synced().get();
      EXPECT(names(status, "weights.update: w must be finite, got NaN at element 1"));
      cuda.device().acknowledgeFault(status.fault);
      EXPECT(line.output() == 6.5f);
      cuda.device().write(w, good.data());
      cuda.device().replay(recording, 1);
      EXPECT(line.output() == 3.5f);
    }
    EXPECT(!recorded.expired());
    cuda.device().replay(recording, 1);
    EXPECT(cuda.synced().get().ok());
    recording = nullptr;
    EXPECT(recorded.expired());
  }
  EXPECT(fake::alive().total() == 0);
}

TEST("update: layers that were planned after a recording of it see what a replay brings, as on the CPU") {
  const auto run = [](Side& side, const std::shared_ptr<Weights>& weights, const auto& plan) {
    const auto before = side.planned([&](auto done) { plan(Precision::Float32, std::move(done)); });
    const Tensor w = side.values(weights->shape());
    side.device().axpy(-2, w, w);
    side.device().beginCapture(1);
    side.device().update(weights, w, nullptr);
    const auto recording = side.device().endCapture();
    std::vector<Tensor> ys;
    const auto forward = [&](const std::shared_ptr<WeightedPlan>& one) {
      ys.push_back(side.zeros(one->y, DType::Float32, one->yBlock));
      side.device().forward(one, side.values(one->x, one->xBlock), ys.back());
    };
    const auto after = side.planned([&](auto done) { plan(Precision::BFloat16, std::move(done)); });
    forward(after);
    side.device().replay(recording, 2);
    forward(before);
    forward(after);
    return ys;
  };
  const auto linear = [&](Side& side) {
    const auto weights = side.weights({16, 40}, WithBias::Yes);
    return run(side, weights, [&](Precision precision, Delivery<WeightedPlan> done) {
      side.device().planLinear({{2, 40}, Activation::None, precision}, weights, 1, std::move(done));
    });
  };
  const auto convolution = [&](Side& side) {
    ConvolutionGeometry g{{2, 16, 5, 4}, {16, 16, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, Activation::None};
    const auto weights = side.weights(g.w, WithBias::Yes);
    return run(side, weights, [&](Precision precision, Delivery<WeightedPlan> done) {
      g.precision = precision;
      side.device().planConvolution(g, weights, 1, std::move(done));
    });
  };
  expectParity(linear, 2e-1f);
  expectParity(convolution, 2e-1f);
}

TEST("update: a device whose weights stay as they are copies nothing beside what is read") {
  Cuda cuda;
  Line line(cuda);
  line.output();
  const int before = fake::calls("cudaMemcpyAsync");
  line.output();
  EXPECT(fake::calls("cudaMemcpyAsync") == before + 1);
  cuda.device().update(line.weights, cuda.zeros({1, 2}), nullptr);
  line.output();
  EXPECT(fake::calls("cudaMemcpyAsync") == before + 3);
}

TEST("update: a launch that fails is a fault, after which the weights can be updated again") {
  Cuda cuda;
  Line line(cuda);
  for (int launch = 0; launch < 4; ++launch) {
    const Tensor w = cuda.filled({1, 2}, 4);
    EXPECT(cuda.synced().get().ok());
    fake::fail("cudaLaunchKernel", cudaErrorInvalidValue, launch);
    cuda.device().update(line.weights, w, nullptr);
    const Status status = cuda.synced().get();
    EXPECT(status.code == Code::Backend && status.text.find("new weights") != std::string::npos);
    cuda.device().acknowledgeFault(status.fault);
    cuda.device().update(line.weights, w, nullptr);
    EXPECT(line.output() == 8.5f);
  }
}
