#include <algorithm>

#include "test/cuda/fake/graph_descriptor.h"

// The engines that the fake lists for operations: like cuDNN's, each for some shapes and types, and not all as exact or
// deterministic as the caller may want. What must not be chosen gives wrong numbers (graph_run.cc).

namespace deep_inside::test::fake {

namespace {

bool isConvolution(const GraphDescriptor& operation) {
  return operation.type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR ||
         operation.type == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR;
}

bool isMasked(const GraphDescriptor& operation) {
  return operation.type == CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR &&
         operation.knows(CUDNN_ATTR_OPERATION_POINTWISE_DYDESC);
}

const GraphDescriptor& filtersOf(const GraphDescriptor& convolution) {
  const bool forward = convolution.type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR;
  return convolution.part(forward ? CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W
                                  : CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W);
}

}  // namespace

/** Not for more than 4 groups. bfloat16 only with whole vectors of channels and something after the convolution. */
std::vector<FakeEngine> enginesOf(const GraphDescriptor& search) {
  const GraphDescriptor& graph = search.part(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH);
  const auto operations = graph.all<GraphDescriptor*>(CUDNN_ATTR_OPERATIONGRAPH_OPS);
  if (!isConvolution(*operations[0])) return {};
  const GraphDescriptor& w = filtersOf(*operations[0]);
  const auto sizes = w.all<int64_t>(CUDNN_ATTR_TENSOR_DIMENSIONS);
  const bool narrow = w.one<cudnnDataType_t>(CUDNN_ATTR_TENSOR_DATA_TYPE) == CUDNN_DATA_BFLOAT16;
  const bool fallback = search.one<cudnnBackendHeurMode_t>(CUDNN_ATTR_ENGINEHEUR_MODE) == CUDNN_HEUR_MODE_FALLBACK;
  // No mask for few channels, so that it is applied in another way there.
  if (operations.size() > 1 && isMasked(*operations[1]) && sizes[1] < 6) return {};
  if (narrow && (operations.size() < 2 || sizes[0] % 8 || sizes[1] % 8)) return {};
  if (sizes[1] == 1) return {};
  const FakeEngine tensorCores{2, {CUDNN_NUMERICAL_NOTE_TENSOR_CORE}};
  if (narrow) return fallback ? std::vector<FakeEngine>{tensorCores} : std::vector<FakeEngine>{};
  const FakeEngine random{0, {CUDNN_NUMERICAL_NOTE_TENSOR_CORE, CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC}};
  const FakeEngine winograd{1, {CUDNN_NUMERICAL_NOTE_WINOGRAD, CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4}};
  const FakeEngine exact{3, {}};
  return fallback ? std::vector<FakeEngine>{exact} : std::vector<FakeEngine>{random, winograd, tensorCores};
}

}  // namespace deep_inside::test::fake
