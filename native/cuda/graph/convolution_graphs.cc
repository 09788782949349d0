#include "cuda/graph/convolution_graphs.h"

#include <functional>

namespace deep_inside::cuda::graph {

namespace {

/** Of what is multiplied; what comes of it is float32. */
cudnnDataType_t factorType(Precision precision) {
  return precision == Precision::BFloat16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
}

/** An activation may be a view of whole images within a larger one: it begins at any multiple of its own size. */
Descriptor activation(Uid uid, const Shape& shape) {
  int64_t alignment = kAligned;
  while (shape[1] * shape[2] * shape[3] * static_cast<int64_t>(sizeof(float)) % alignment) alignment /= 2;
  return tensor(uid, shape, CUDNN_DATA_FLOAT, alignment);
}

/** What is multiplied with the filters: an activation, or a rounded copy of one in the workspace. */
Descriptor factor(Uid uid, const Shape& shape, Precision precision) {
  return precision == Precision::BFloat16 ? tensor(uid, shape, CUDNN_DATA_BFLOAT16) : activation(uid, shape);
}

/** An operation that reads what the one before it wrote. */
using Step = std::function<Descriptor(const Descriptor& from, const Descriptor& to)>;

/** Joins the steps by values of `shape`; the first reads nothing of that kind, the last writes `result`. */
std::vector<Descriptor> chain(const std::vector<Step>& steps, const Shape& shape, const Descriptor& result) {
  constexpr Uid kFirstBetween = 100;
  std::vector<Descriptor> operations;
  Descriptor from = result;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Descriptor to = i + 1 < steps.size() ? between(kFirstBetween + static_cast<Uid>(i), shape) : result;
    operations.push_back(steps[i](from, to));
    from = to;
  }
  return operations;
}

/** The convolution itself. A sum of bfloat16 products is float32 only in engines that take something after it. */
std::vector<Step> beginning(Precision precision, const Step& convolve) {
  return precision == Precision::BFloat16 ? std::vector<Step>{convolve, identity} : std::vector<Step>{convolve};
}

}  // namespace

std::vector<Descriptor> forwardOperations(const ConvolutionGeometry& g, bool bias) {
  const Descriptor x = factor(kX, g.x, g.precision), w = tensor(kW, g.w, factorType(g.precision));
  const Descriptor window = windowOf(g);
  auto steps = beginning(g.precision, [&](const auto&, const auto& to) { return convolution(window, x, w, to); });
  const Descriptor b = tensor(kBias, {1, g.w[0], 1, 1}, CUDNN_DATA_FLOAT);
  if (bias) steps.push_back([&](const auto& from, const auto& to) { return addition(from, b, to); });
  if (g.activation == Activation::Relu) steps.push_back(relu);
  return chain(steps, g.output(), activation(kY, g.output()));
}

std::vector<Descriptor> backwardDataOperations(const ConvolutionGeometry& g, bool masked) {
  const Descriptor dy = factor(kY, g.output(), g.precision), w = tensor(kW, g.w, factorType(g.precision));
  const Descriptor window = windowOf(g), mask = activation(kMask, g.x);
  const Step convolve = [&](const auto&, const auto& to) { return convolutionBackwardData(window, dy, w, to); };
  const Step kill = [&](const auto& from, const auto& to) { return reluBackward(mask, from, to); };
  const auto steps = masked ? std::vector<Step>{convolve, kill} : beginning(g.precision, convolve);
  return chain(steps, g.x, activation(kX, g.x));
}

}  // namespace deep_inside::cuda::graph
