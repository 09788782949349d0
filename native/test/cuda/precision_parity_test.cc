#include <algorithm>
#include <cmath>

#include "cuda/weights.h"
#include "test/cuda/fake/numbers.h"
#include "test/cuda/side.h"

// Convolutions of other precisions on the CUDA device over the fake libraries, beside the CPU device, which multiplies in
// float32.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** Of sums of hundreds of terms. */
constexpr float kRounding = 1e-5f;

std::vector<float> roundedTo(int bits, std::vector<float> values) {
  for (float& each : values) each = fake::rounded(each, bits);
  return values;
}

Tensor values(Side& side, const Shape& shape, int64_t block, int bits) {
  const Tensor made = side.zeros(shape, DType::Float32, block);
  side.device().write(made, roundedTo(bits, shuffled(static_cast<size_t>(elementsOf(shape)))).data());
  return made;
}

std::shared_ptr<Weights> weights(Side& side, const Shape& shape, WithBias withBias, int bits) {
  const std::vector<float> bias = shuffled(static_cast<size_t>(shape[0]));
  auto made = side.device().weights(shape, withBias == WithBias::Yes ? bias.data() : nullptr);
  std::promise<Status> done;
  const auto dense = roundedTo(bits, shuffled(static_cast<size_t>(elementsOf(shape))));
  side.device().fillWeights(made, 0, shape[0], dense.data(), [&](const Status& status) { done.set_value(status); });
  demand(done.get_future().get());
  return made;
}

std::shared_ptr<WeightedPlan> planned(Side& side, const ConvolutionGeometry& g, std::shared_ptr<Weights> weights) {
  return side.planned([&](auto done) { side.device().planConvolution(g, std::move(weights), 1, std::move(done)); });
}

Shape withImages(Shape shape, int64_t n) {
  shape[0] = n;
  return shape;
}

/** y, dx, dx by a mask, and dx by a mask of half as many images, of numbers with so many bits. */
std::vector<Tensor> results(Side& side, const ConvolutionGeometry& g, WithBias bias, int bits) {
  const auto plan = planned(side, g, weights(side, g.w, bias, bits));
  const Tensor x = values(side, plan->x, plan->xBlock, bits), dy = values(side, plan->y, plan->yBlock, bits);
  const Tensor y = side.zeros(plan->y, DType::Float32, plan->yBlock);
  side.device().forward(plan, x, y);
  std::vector<Tensor> found = {y};
  const Tensor half = values(side, withImages(plan->x, plan->x[0] / 2), plan->xBlock, bits);
  for (const Tensor* mask : {static_cast<const Tensor*>(nullptr), &x, &half}) {
    found.push_back(values(side, plan->x, plan->xBlock, bits));
    side.device().backwardData(plan, dy, found.back(), mask);
  }
  return found;
}

/** With and without bias, with and without ReLU. */
void expectConvolutionParity(ConvolutionGeometry g, Precision precision) {
  g.precision = precision;
  for (const Activation activation : {Activation::None, Activation::Relu})
    for (const WithBias bias : {WithBias::No, WithBias::Yes}) {
      g.activation = activation;
      // bfloat16 numbers, which no precision rounds: the sums must agree as in float32.
      expectParity([&](Side& side) { return results(side, g, bias, fake::kBFloat16Bits); }, kRounding);
    }
}

ConvolutionGeometry geometryOf(const Shape& x, const Shape& w, Pair stride, Pad pad, Pair dilation, int64_t groups) {
  return {x, w, stride, pad, dilation, groups, Activation::None};
}

const ConvolutionGeometry kUsual = geometryOf({2, 8, 7, 6}, {16, 8, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1);

}  // namespace

TEST("precision: channels-last convolutions agree with the CPU's on numbers that nothing rounds") {
  for (const Precision precision : {Precision::Tf32, Precision::BFloat16}) {
    expectConvolutionParity(kUsual, precision);
    expectConvolutionParity(geometryOf({2, 3, 9, 11}, {8, 3, 5, 4}, {2, 3}, {0, 1, 2, 0}, {1, 1}, 1), precision);
    expectConvolutionParity(geometryOf({2, 16, 9, 8}, {8, 16, 3, 3}, {2, 2}, {0, 0, 1, 1}, {1, 1}, 1), precision);
    expectConvolutionParity(geometryOf({2, 16, 9, 8}, {16, 8, 3, 3}, {1, 1}, {2, 2, 2, 2}, {2, 2}, 2), precision);
  }
}

TEST("precision: what no engine takes is computed by the classic calls, on dense tensors") {
  const auto depthwise = geometryOf({2, 6, 7, 7}, {6, 1, 3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 6);
  for (const Precision precision : {Precision::Tf32, Precision::BFloat16}) {
    expectConvolutionParity(depthwise, precision);
    ConvolutionGeometry g = depthwise;
    g.precision = precision;
    Side side(std::make_shared<CudaDevice>(0));
    EXPECT(planned(side, g, weights(side, g.w, WithBias::No, fake::kBFloat16Bits))->xBlock == 1);
  }
}

TEST(
    "precision: without the part of cuDNN that compiles kernels there are the classic calls, and layouts are refused") {
  fake::reset();
  fake::losePart("libcudnn_engines_runtime_compiled.so.9");
  Side side(std::make_shared<CudaDevice>(0));
  ConvolutionGeometry g = kUsual;
  g.precision = Precision::BFloat16;
  const auto filters = weights(side, g.w, WithBias::No, fake::kBFloat16Bits);
  EXPECT(planned(side, g, filters)->xBlock == 1);
  EXPECT(fake::calls("cudnnBackendCreateDescriptor") == 0);
  g.xBlock = g.x[1];
  EXPECT(caught([&] { planned(side, g, filters); }).code == Code::Unsupported);
}

TEST("precision: products are rounded as far as is said, and no further") {
  const auto worst = [](Precision precision) {
    ConvolutionGeometry g = kUsual;
    const auto read = [&](Side& side) {
      std::vector<float> all;
      for (const Tensor& each : results(side, g, WithBias::Yes, fake::kFloat32Bits))
        for (const float value : side.read(each)) all.push_back(value);
      return all;
    };
    Side cpu(openDevice({0, 2}));
    const std::vector<float> expected = read(cpu);
    fake::reset();
    g.precision = precision;
    Side cuda(std::make_shared<CudaDevice>(0));
    const std::vector<float> actual = read(cuda);
    float most = 0;
    for (size_t i = 0; i < actual.size(); ++i) most = std::max(most, std::fabs(actual[i] - expected[i]));
    return most;
  };
  EXPECT(worst(Precision::Float32) < 1e-5f);
  EXPECT(worst(Precision::Tf32) > 1e-4f && worst(Precision::Tf32) < 5e-3f);
  EXPECT(worst(Precision::BFloat16) > 2e-3f && worst(Precision::BFloat16) < 5e-2f);
}

TEST("precision: a layer's plans share one packed copy of its weights") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  ConvolutionGeometry g = kUsual;
  g.precision = Precision::BFloat16;
  const auto filters = weights(side, g.w, WithBias::No, fake::kBFloat16Bits);
  const size_t before = side.device().memory().weights();
  const auto first = planned(side, g, filters), second = planned(side, g, filters);
  EXPECT(side.device().memory().weights() == before + static_cast<size_t>(elementsOf(g.w)) * sizeof(BFloat16));
}

TEST("precision: packed copies of weights have the channels side by side, and follow the weights") {
  fake::reset();
  const auto stream = std::make_shared<Stream>(0);
  const cuda::Handles handles(stream, std::make_shared<MemoryAccount>());
  const Shape shape = {2, 3, 2, 2};
  CudaWeights weights(shape, handles.allocate(24 * sizeof(float), Purpose::Weights), nullptr);
  const float* wide = weights.channelsLast<float>(handles);
  const BFloat16* narrow = weights.channelsLast<BFloat16>(handles);
  EXPECT(weights.channelsLast<float>(handles) == wide);
  const std::vector<float> values = shuffled(24);
  check(cudaMemcpyAsync(weights.values(), values.data(), 24 * sizeof(float), cudaMemcpyHostToDevice, handles.stream()),
        "copying");
  weights.refresh(handles.stream());
  std::vector<float> copied(24);
  std::vector<BFloat16> half(24);
  check(cudaMemcpyAsync(copied.data(), wide, 24 * sizeof(float), cudaMemcpyDeviceToHost, handles.stream()), "copying");
  check(cudaMemcpyAsync(half.data(), narrow, 24 * sizeof(BFloat16), cudaMemcpyDeviceToHost, handles.stream()),
        "copying");
  std::promise<Status> ran;
  Completions completions(stream);
  completions.add(nullptr, nullptr, [&](const Status& status) { ran.set_value(status); });
  demand(ran.get_future().get());
  for (size_t k = 0; k < 2; ++k)
    for (size_t c = 0; c < 3; ++c)
      for (size_t pixel = 0; pixel < 4; ++pixel) {
        const size_t packed = (k * 4 + pixel) * 3 + c, at = (k * 3 + c) * 4 + pixel;
        EXPECT(copied[packed] == values[at]);
        EXPECT(widened(half[packed]) == fake::rounded(values[at], fake::kBFloat16Bits));
      }
}

TEST("precision: plans are found for a shape once, whatever the layer") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  ConvolutionGeometry g = kUsual;
  g.precision = Precision::Tf32;
  planned(side, g, weights(side, g.w, WithBias::Yes, fake::kFloat32Bits));
  const int asked = fake::calls("cudnnBackendFinalize");
  planned(side, g, weights(side, g.w, WithBias::Yes, fake::kFloat32Bits));
  EXPECT(asked > 0 && fake::calls("cudnnBackendFinalize") == asked);
}

TEST("precision: channels side by side are as the layouts say, and other layouts are refused") {
  fake::reset();
  Side side(std::make_shared<CudaDevice>(0));
  ConvolutionGeometry g = kUsual;
  const auto filters = weights(side, g.w, WithBias::Yes, fake::kFloat32Bits);
  EXPECT(planned(side, g, filters)->xBlock == 1);
  g.precision = Precision::Tf32;
  const auto plan = planned(side, g, filters);
  EXPECT(plan->xBlock == 8 && plan->yBlock == 16);
  g.xBlock = g.yBlock = 1;
  EXPECT(planned(side, g, filters)->xBlock == 1);
  g.precision = Precision::Float32;
  g.xBlock = 8, g.yBlock = 16;
  EXPECT(planned(side, g, filters)->xBlock == 8);
  g.xBlock = 4;
  bool refused = false;
  try {
    planned(side, g, filters);
  } catch (const Error& error) {
    refused = error.status().code == Code::Unsupported;
  }
  EXPECT(refused);
}

TEST("precision: a device that is closed or dropped while it plans gives everything back") {
  for (const bool drop : {false, true}) {
    int heard = 0;
    fake::reset();
    {
      const auto device = std::make_shared<CudaDevice>(0);
      ConvolutionGeometry g = kUsual;
      g.precision = Precision::Tf32;
      const auto filters = device->weights(g.w, nullptr);
      for (int64_t n = 1; n < 9; ++n) {
        g.x[0] = n;
        device->planConvolution(g, filters, 1, [&](const Status&, std::shared_ptr<WeightedPlan>) { ++heard; });
      }
      if (drop) device->drop();
      device->close();
    }
    EXPECT(drop || heard == 8);
    EXPECT(fake::alive().total() == 0);
  }
}
