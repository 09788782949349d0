#include <cmath>
#include <limits>

#include "cuda/weights.h"
#include "test/cuda/side.h"

// Linear layers on the CUDA device over the fake libraries: of few images by our kernels, of more by cuBLASLt, in each
// precision, beside the CPU device.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** One image, few images, and more than few; one number, odd tails, whole vectors, more than one part of a row. */
constexpr int64_t kImages[] = {1, 2, 4, 6};
const Shape kMatrices[] = {{1, 1}, {11, 37}, {128, 64}, {300, 150}};  // [outputs, features]
constexpr float kNan = std::numeric_limits<float>::signaling_NaN();

/** Of a number that was rounded, and of a sum of `features` of them. */
float tolerance(Precision precision, int64_t n, int64_t terms) {
  const float bits = precision == Precision::BFloat16        ? 0x1p-8f
                     : precision == Precision::Tf32 && n > 4 ? 0x1p-11f
                                                             : 0x1p-20f;
  return 2 * bits * std::sqrt(static_cast<float>(terms));
}

std::shared_ptr<WeightedPlan> planned(Side& side, const std::shared_ptr<Weights>& weights, int64_t n,
                                      Activation activation, Precision precision) {
  return side.planned([&](auto done) {
    side.device().planLinear({{n, weights->shape()[1]}, activation, precision}, weights, 1, std::move(done));
  });
}

/** x with every other feature of all images 0, and a few more of each. */
Tensor halfZeros(Side& side, const Shape& shape) {
  std::vector<float> values = shuffled(static_cast<size_t>(elementsOf(shape)));
  for (int64_t i = 0; i < elementsOf(shape); ++i)
    if (i % shape[1] % 2 || i % 7 == 0) values[static_cast<size_t>(i)] = 0;
  const Tensor made = side.zeros(shape);
  side.device().write(made, values.data());
  return made;
}

/** y, dx, dx by a mask, and dx of one output. */
std::vector<Tensor> results(Side& side, const std::shared_ptr<WeightedPlan>& plan) {
  const Tensor x = halfZeros(side, plan->x), y = side.values(plan->y), dy = side.values(plan->y);
  side.device().forward(plan, x, y);
  std::vector<Tensor> dxs{side.values(plan->x), side.values(plan->x), side.values(plan->x)};
  side.device().backwardData(plan, dy, dxs[0], nullptr);
  side.device().backwardData(plan, dy, dxs[1], &x);
  const auto n = static_cast<size_t>(plan->x[0]);
  const Tensor seeds = side.zeros(plan->y);
  side.device().seed(y, side.integers(std::vector<int32_t>(n, static_cast<int32_t>(plan->y[1] / 2))), seeds);
  side.device().backwardData(plan, seeds, dxs[2], nullptr);
  return {y, dxs[0], dxs[1], dxs[2]};
}

void expectParityIn(Precision precision) {
  for (const Shape& matrix : kMatrices)
    for (const int64_t n : kImages)
      for (const Activation activation : {Activation::None, Activation::Relu}) {
        const WithBias bias = activation == Activation::None ? WithBias::No : WithBias::Yes;
        expectParity(
            [&](Side& side) {
              return results(side, planned(side, side.weights(matrix, bias), n, activation, precision));
            },
            tolerance(precision, n, std::max(matrix[0], matrix[1])));
      }
}

/** The values of weights on the fake runtime, whose device memory is the host's. */
CudaWeights& lying(const std::shared_ptr<Weights>& weights) { return static_cast<CudaWeights&>(*weights); }

bool isFinite(const std::vector<float>& values) {
  for (const float value : values)
    if (!std::isfinite(value)) return false;
  return true;
}

}  // namespace

TEST("parity: linear layers in float32, of one image and of more") { expectParityIn(Precision::Float32); }
TEST("parity: linear layers in tf32, which is float32 for few images") { expectParityIn(Precision::Tf32); }
TEST("parity: linear layers in bfloat16 with sums in float32") { expectParityIn(Precision::BFloat16); }

TEST("parity: linear layers are in float32 on a device whose tensor cores know nothing else") {
  for (const Precision precision : {Precision::Tf32, Precision::BFloat16})
    for (const int64_t n : {1, 6}) {
      fake::reset();
      fake::haveCapability(7);
      const auto device = std::make_shared<CudaDevice>(0);
      Side side(device);
      const auto weights = side.weights({11, 37}, WithBias::Yes);
      const size_t before = device->memory().weights();
      const auto plan = planned(side, weights, n, Activation::Relu, precision);
      const auto exact = planned(side, weights, n, Activation::Relu, Precision::Float32);
      EXPECT(device->memory().weights() == before);  // no copy in bfloat16
      const std::vector<Tensor> actual = results(side, plan), expected = results(side, exact);
      for (size_t i = 0; i < actual.size(); ++i) EXPECT(side.read(actual[i]) == side.read(expected[i]));
    }
}

TEST("parity: a mask of fewer images kills in every gradient of an image: 1, 2 and 3 gradients, few and many") {
  for (const int64_t images : {1, 2, 4})
    for (const int64_t share : {1, 2, 3})
      expectParity([&](Side& side) {
        const auto plan =
            planned(side, side.weights({19, 33}, WithBias::No), images * share, Activation::None, Precision::Float32);
        const Tensor dx = side.values(plan->x), mask = side.values({images, 33});
        side.device().backwardData(plan, side.values(plan->y), dx, &mask);
        return std::vector<Tensor>{dx};
      });
}

TEST("cuda: weights that are multiplied by 0, or whose gradient nobody wants, are not read") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  const auto weights = side.weights({40, 64}, WithBias::Yes);
  const auto plan = planned(side, weights, 1, Activation::Relu, Precision::Float32);
  const Tensor x = halfZeros(side, plan->x), y = side.zeros(plan->y), dx = side.values(plan->x);
  const std::vector<float> features = side.read(x);
  for (size_t f = 0; f < 64; ++f)
    for (size_t o = 0; o < 40; ++o)
      if (features[f] <= 0) lying(weights).values()[f * 40 + o] = features[f] == 0 ? kNan : 1;
  side.device().forward(plan, x, y);
  EXPECT(isFinite(side.read(y)));
  side.device().backwardData(plan, side.values(plan->y), dx, &x);
  EXPECT(isFinite(side.read(dx)));
  for (size_t i = 0; i < 64 * 40; ++i)
    if (i % 40 / 4 != 3) lying(weights).values()[i] = kNan;
  const Tensor seeds = side.zeros(plan->y);
  side.device().seed(y, side.integers({13}), seeds);
  side.device().backwardData(plan, seeds, dx, &x);
  EXPECT(isFinite(side.read(dx)));
}

TEST("cuda: forward, a linear layer hides no NaN behind its ReLU: of few images and of many, in each precision") {
  for (const Precision precision : {Precision::Float32, Precision::Tf32, Precision::BFloat16})
    for (const int64_t n : kImages) {
      fake::reset();
      Side side(std::make_shared<CudaDevice>(0));
      const auto plan = planned(side, side.weights({5, 9}, WithBias::Yes), n, Activation::Relu, precision);
      std::vector<float> values = shuffled(static_cast<size_t>(n * 9));
      values[3] = kNan;
      const Tensor x = side.zeros(plan->x), y = side.zeros(plan->y);
      side.device().write(x, values.data());
      side.device().forward(plan, x, y);
      const std::vector<float> scores = side.read(y);
      for (size_t i = 0; i < scores.size(); ++i) EXPECT(std::isnan(scores[i]) == (i < 5));
    }
}

TEST("cuda: a matrix is counted as weights with its padding, and once more in bfloat16 from the first plan that asks") {
  fake::reset();
  const auto device = std::make_shared<CudaDevice>(0);
  Side side(device);
  auto weights = side.weights({11, 37}, WithBias::Yes);
  const size_t floats = 37 * 16 * 4 + 11 * 4;
  EXPECT(device->memory().weights() == floats);
  auto few = planned(side, weights, 1, Activation::None, Precision::Tf32);
  EXPECT(device->memory().weights() == floats);
  few = planned(side, weights, 1, Activation::None, Precision::BFloat16);
  auto many = planned(side, weights, 9, Activation::None, Precision::BFloat16);
  EXPECT(device->memory().weights() == floats + 37 * 16 * 2);
  few = many = nullptr;
  weights = nullptr;
  EXPECT(device->memory().total() == 0);
}

TEST("cuda: weights in bfloat16 that find no memory reject their plan, and the next one is made") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  const auto weights = side.weights({11, 37}, WithBias::No);
  fake::fail("cudaMallocFromPoolAsync", cudaErrorMemoryAllocation);
  const Status status = caught([&] { planned(side, weights, 1, Activation::None, Precision::BFloat16); });
  EXPECT(status.code == Code::Memory);
  const auto plan = planned(side, weights, 1, Activation::None, Precision::BFloat16);
  const Tensor y = side.zeros(plan->y);
  side.device().forward(plan, side.values(plan->x), y);
  EXPECT(isFinite(side.read(y)));
}

TEST("cuda: a slice of weights that fails on its way is reported once") {
  for (const char* call : {"cudaMallocFromPoolAsync", "cudaMemcpyAsync", "cudaLaunchKernel", "cudaEventRecord"}) {
    fake::reset();
    Side side(std::make_shared<CudaDevice>(0));
    const auto weights = side.device().weights({11, 37}, nullptr);
    const std::vector<float> values(11 * 37);
    fake::fail(call, cudaErrorMemoryAllocation);
    int reports = 0;
    Status last;
    side.device().fillWeights(weights, 0, 11, values.data(), [&](const Status& status) {
      ++reports;
      last = status;
    });
    std::promise<void> ran;
    side.device().sync([&](const Status&) { ran.set_value(); });
    ran.get_future().get();
    EXPECT(reports == 1 && last.code == Code::Memory);
  }
}

TEST("cuda: a linear layer is replayed as it ran, and its recording keeps its weights and scratch memory") {
  for (const Precision precision : {Precision::Float32, Precision::BFloat16})
    for (const int64_t n : {1, 6}) {
      fake::reset();
      Side side(std::make_shared<CudaDevice>(0));
      auto plan = planned(side, side.weights({11, 37}, WithBias::Yes), n, Activation::Relu, precision);
      const Tensor x = side.values(plan->x), y = side.zeros(plan->y), dy = side.values(plan->y);
      const Tensor dx = side.zeros(plan->x), zeros = side.zeros(plan->x);
      const auto run = [&] {
        side.device().forward(plan, x, y);
        side.device().backwardData(plan, dy, dx, &x);
      };
      run();
      const std::vector<float> eager[] = {side.read(y), side.read(dx)};
      side.device().beginCapture(1);
      run();
      const auto recording = side.device().endCapture();
      plan = nullptr;
      side.device().fill(0, y);
      side.device().fill(0, dx);
      side.device().replay(recording, 2);
      EXPECT(side.read(y) == eager[0] && side.read(dx) == eager[1]);
    }
}
