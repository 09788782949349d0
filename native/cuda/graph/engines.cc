#include "cuda/graph/engines.h"

#include <algorithm>

namespace deep_inside::cuda::graph {

namespace {

/** Configurations that are looked at: their engines repeat themselves. */
constexpr size_t kMost = 64;

bool isAllowed(cudnnBackendNumericalNote_t note, Precision precision) {
  switch (note) {
    case CUDNN_NUMERICAL_NOTE_TENSOR_CORE: return precision != Precision::Float32;
    // As of the classic calls: exact zeros stay 0, equal windows equal, and sums are float32.
    case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
    case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
    case CUDNN_NUMERICAL_NOTE_FFT:
    case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13: return false;
    default: return true;
  }
}

/** Filters that lie in an order of the engine's own. */
bool isAllowed(cudnnBackendBehaviorNote_t note) {
  return note != CUDNN_BEHAVIOR_NOTE_REQUIRES_FILTER_INT8x32_REORDER &&
         note != CUDNN_BEHAVIOR_NOTE_REQUIRES_BIAS_INT8x32_REORDER;
}

bool isAllowed(const Descriptor& configuration, Precision precision) {
  const auto engine = configuration.get(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR, 1).at(0);
  const auto numerical = engine.get<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE);
  const auto behaviour = engine.get<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE);
  return std::all_of(numerical.begin(), numerical.end(), [&](auto note) { return isAllowed(note, precision); }) &&
         std::all_of(behaviour.begin(), behaviour.end(), [](auto note) { return isAllowed(note); });
}

}  // namespace

std::vector<Descriptor> enginesFor(const std::vector<Descriptor>& operations, Precision precision,
                                   const Target& target) {
  Descriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  target.tellOperations(graph);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operations).finalize("joining operations");
  std::vector<Descriptor> found;
  // The second mode lists what works for more shapes, and slower.
  for (const cudnnBackendHeurMode_t mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK}) {
    Descriptor search(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    target.tellSearch(search);
    search.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph).set(CUDNN_ATTR_ENGINEHEUR_MODE, mode);
    search.finalize("asking for engines");
    for (const Descriptor& each :
         search.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, kMost)) {
      if (isAllowed(each, precision)) found.push_back(each);
    }
  }
  return found;
}

}  // namespace deep_inside::cuda::graph
