#include "cuda/graph/convolution_engines.h"

#include <algorithm>

namespace deep_inside::cuda::graph {

namespace {

/** More channels than an image has. */
constexpr int64_t kMostOfImage = 4;

/** More than a network has at a time. */
constexpr size_t kMostShapes = 64;

/** Everything that engines depend on. */
std::string keyOf(const ConvolutionGeometry& g, bool bias) {
  std::string key;
  const auto add = [&](int64_t number) { key += std::to_string(number) + ' '; };
  for (const Shape& shape : {g.x, g.w}) std::for_each(shape.begin(), shape.end(), add);
  for (const Pair& pair : {g.stride, g.dilation}) add(pair.rows), add(pair.cols);
  for (const int64_t side : {g.pad.top, g.pad.left, g.pad.bottom, g.pad.right}) add(side);
  for (const int choice : {static_cast<int>(g.activation), static_cast<int>(g.precision), bias ? 1 : 0}) add(choice);
  return key;
}

std::shared_ptr<const ConvolutionEngines> ask(const ConvolutionGeometry& g, bool bias, const Target& target) {
  const auto backwardOf = [&](bool masked) {
    return planOf([&] { return backwardDataOperations(g, masked); }, g.precision, target);
  };
  // Where a direction is missing the others are of no use.
  auto backward = backwardOf(false);
  if (!backward) return nullptr;
  auto forward = planOf([&] { return forwardOperations(g, bias); }, g.precision, target);
  if (!forward) return nullptr;
  auto masked = takesMask(g) ? backwardOf(true) : std::nullopt;
  return std::make_shared<ConvolutionEngines>(
      ConvolutionEngines{std::move(*forward), std::move(*backward), std::move(masked)});
}

}  // namespace

bool takesMask(const ConvolutionGeometry& g) {
  return g.x[1] > kMostOfImage && g.stride.rows == 1 && g.stride.cols == 1;
}

std::shared_ptr<const ConvolutionEngines> EnginesByShape::find(const ConvolutionGeometry& g, bool bias,
                                                               const Target& target) {
  const std::string key = keyOf(g, bias);
  auto known = found_.find(key);
  if (known == found_.end()) {
    auto engines = ask(g, bias, target);
    if (found_.size() == kMostShapes) dropOldest();
    known = found_.emplace(key, Found{std::move(engines), 0}).first;
  }
  known->second.used = ++uses_;
  return known->second.engines;
}

void EnginesByShape::dropOldest() {
  found_.erase(std::min_element(found_.begin(), found_.end(),
                                [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
}

}  // namespace deep_inside::cuda::graph
