#include "cuda/plan_convolution.h"

#include "cuda/convolution_ways.h"
#include "cuda/graph_convolution.h"

namespace deep_inside::cuda {

namespace {

ConvolutionGeometry as(ConvolutionGeometry geometry, Precision precision) {
  geometry.precision = precision;
  return geometry;
}

/** Null where cuDNN has no engine. */
std::shared_ptr<WeightedPlan> byGraph(PlanningThread::Means& means, const ConvolutionGeometry& geometry,
                                      const ConvolutionRequest& request) {
  const graph::Target target(means.cudnn.get());
  auto engines = means.engines.find(geometry, request.weights->hasBias(), target);
  return engines ? planByGraph(geometry, request.weights, request.handles, std::move(engines)) : nullptr;
}

}  // namespace

bool takesLong(const ConvolutionRequest& request) {
  return waysOf(request.geometry, request.handles->has()).front().path == ConvolutionPath::Graph;
}

std::shared_ptr<WeightedPlan> planAtOnce(const ConvolutionRequest& request) {
  const auto& [asked, weights, handles] = request;
  const Precision precision = waysOf(asked, handles->has()).front().precision;
  return planByClassicCalls(as(asked, precision), weights, handles, handles->cudnn());
}

std::shared_ptr<WeightedPlan> planWith(PlanningThread::Means& means, const ConvolutionRequest& request) {
  const auto& [asked, weights, handles] = request;
  for (const ConvolutionWay& way : waysOf(asked, handles->has())) {
    const ConvolutionGeometry geometry = as(asked, way.precision);
    if (way.path == ConvolutionPath::Classic) return planByClassicCalls(geometry, weights, handles, means.cudnn.get());
    if (auto plan = byGraph(means, geometry, request)) return plan;
  }
  throw Error(Code::Unsupported,
              "cuda: cuDNN has no engine for this convolution with channels side by side; leave the layouts out");
}

}  // namespace deep_inside::cuda
