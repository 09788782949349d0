#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "test/cuda/fake/convolution.h"
#include "test/cuda/fake/cudnn.h"
#include "test/cuda/fake/graph_descriptor.h"
#include "test/cuda/fake/stream.h"

// Runs the operations of a plan of cuDNN's graph API one after the other, as plain loops over dense arrays.

using namespace deep_inside::test::fake;

namespace {

using Values = std::vector<float>;  // dense [n, c, h, w]

/** A tensor of the graph, as it was described. */
struct Place {
  int64_t uid;
  Number number;
  std::vector<int64_t> size, step;
  int64_t alignment;
  bool isVirtual;

  explicit Place(const GraphDescriptor& it)
      : uid(it.one<int64_t>(CUDNN_ATTR_TENSOR_UNIQUE_ID)),
        number(it.one<cudnnDataType_t>(CUDNN_ATTR_TENSOR_DATA_TYPE) == CUDNN_DATA_BFLOAT16 ? Number::BFloat16
                                                                                           : Number::Float32),
        size(it.all<int64_t>(CUDNN_ATTR_TENSOR_DIMENSIONS)),
        step(it.all<int64_t>(CUDNN_ATTR_TENSOR_STRIDES)),
        alignment(it.one<int64_t>(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT)),
        isVirtual(it.one<char>(CUDNN_ATTR_TENSOR_IS_VIRTUAL) != 0) {}

  bool isChannelsLast() const {
    return step == std::vector<int64_t>{size[1] * size[2] * size[3], 1, size[1] * size[3], size[1]};
  }
  int64_t elements() const { return size[0] * size[1] * size[2] * size[3]; }
  /** Where the i-th dense element lies. */
  int64_t at(int64_t i) const {
    const int64_t w = i % size[3], h = i / size[3] % size[2], c = i / size[3] / size[2] % size[1];
    return i / size[3] / size[2] / size[1] * step[0] + c * step[1] + h * step[2] + w * step[3];
  }
};

enum class Kind { Forward, BackwardData, Identity, Add, Relu, ReluBackward };

/** An operation: the places that it reads, and the one that it writes. */
struct Operation {
  Kind kind;
  std::vector<Place> from;
  Place to;
  ConvolutionSizes sizes{};
};

ConvolutionSizes sizesOf(const GraphDescriptor& window, const Place& x, const Place& w, const Place& y) {
  const auto pad = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS);
  const auto stride = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES);
  const auto dilation = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_DILATIONS);
  return {x.size[0],  x.size[1], x.size[2], x.size[3], w.size[0],
          w.size[2],  w.size[3], y.size[2], y.size[3], x.size[1] / w.size[1],
          pad[0],     pad[1],    stride[0], stride[1], dilation[0],
          dilation[1]};
}

/** Whether the output is as large as window and padding say. */
bool fits(const GraphDescriptor& window, const Place& x, const Place& w, const Place& y) {
  const auto before = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS);
  const auto after = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS);
  const auto stride = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES);
  const auto dilation = window.all<int64_t>(CUDNN_ATTR_CONVOLUTION_DILATIONS);
  for (size_t i = 0; i < 2; ++i) {
    const int64_t reach = dilation[i] * (w.size[i + 2] - 1) + 1;
    if (y.size[i + 2] != (x.size[i + 2] + before[i] + after[i] - reach) / stride[i] + 1) return false;
  }
  return x.size[0] == y.size[0] && y.size[1] == w.size[0] && x.size[1] % w.size[1] == 0;
}

Operation convolutionOf(const GraphDescriptor& it) {
  const bool forward = it.type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR;
  const GraphDescriptor& window = it.part(forward ? CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC
                                                  : CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC);
  const Place x(
      it.part(forward ? CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X : CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX));
  const Place w(
      it.part(forward ? CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W : CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W));
  const Place y(
      it.part(forward ? CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y : CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY));
  if (!fits(window, x, w, y)) std::abort();
  return {
      forward ? Kind::Forward : Kind::BackwardData, {forward ? x : y, w}, forward ? y : x, sizesOf(window, x, w, y)};
}

Operation pointwiseOf(const GraphDescriptor& it) {
  const Place x(it.part(CUDNN_ATTR_OPERATION_POINTWISE_XDESC));
  const auto mode =
      it.part(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR).one<cudnnPointwiseMode_t>(CUDNN_ATTR_POINTWISE_MODE);
  if (mode == CUDNN_POINTWISE_RELU_BWD)
    return {Kind::ReluBackward,
            {x, Place(it.part(CUDNN_ATTR_OPERATION_POINTWISE_DYDESC))},
            Place(it.part(CUDNN_ATTR_OPERATION_POINTWISE_DXDESC))};
  const Place y(it.part(CUDNN_ATTR_OPERATION_POINTWISE_YDESC));
  if (mode == CUDNN_POINTWISE_ADD) return {Kind::Add, {x, Place(it.part(CUDNN_ATTR_OPERATION_POINTWISE_BDESC))}, y};
  return {mode == CUDNN_POINTWISE_IDENTITY ? Kind::Identity : Kind::Relu, {x}, y};
}

std::vector<Operation> operationsOf(const GraphDescriptor& graph) {
  std::vector<Operation> operations;
  for (const GraphDescriptor* each : graph.all<GraphDescriptor*>(CUDNN_ATTR_OPERATIONGRAPH_OPS)) {
    const bool pointwise = each->type == CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR;
    operations.push_back(pointwise ? pointwiseOf(*each) : convolutionOf(*each));
  }
  return operations;
}

using Memory = std::map<int64_t, void*>;

/** Whether each tensor that lies in memory was given some, as it was promised to lie. */
bool isGiven(const std::vector<Operation>& operations, const Memory& memory) {
  for (const Operation& operation : operations) {
    std::vector<Place> places = operation.from;
    places.push_back(operation.to);
    for (const Place& place : places) {
      if (place.isVirtual != (memory.count(place.uid) == 0) || !place.isChannelsLast()) return false;
      if (!place.isVirtual && reinterpret_cast<uintptr_t>(memory.at(place.uid)) % place.alignment) return false;
    }
  }
  return true;
}

Values computed(const Operation& it, const std::vector<Values>& from) {
  Values to(static_cast<size_t>(it.to.elements()));
  if (it.kind == Kind::Forward) convolve(it.sizes, from[0].data(), from[1].data(), to.data());
  if (it.kind == Kind::BackwardData) convolveBackwardData(it.sizes, from[1].data(), from[0].data(), to.data());
  if (it.kind == Kind::Forward || it.kind == Kind::BackwardData) return to;
  const int64_t plane = it.to.size[2] * it.to.size[3];
  for (size_t i = 0; i < to.size(); ++i) {
    const float x = from[0][i];
    if (it.kind == Kind::Identity) to[i] = x;
    if (it.kind == Kind::Add) to[i] = x + from[1][i / plane % it.to.size[1]];
    if (it.kind == Kind::Relu) to[i] = x <= 0 ? 0 : x;
    if (it.kind == Kind::ReluBackward) to[i] = x > 0 ? from[1][i] : 0;
  }
  return to;
}

/** How an engine sees what it multiplies; what must not be chosen sees nothing. */
float seen(float x, int64_t engine, Number number) {
  if (engine < 2) return std::numeric_limits<float>::quiet_NaN();
  return engine == 2 && number == Number::Float32 ? rounded(x, kTensorFloat32Bits) : x;
}

void runAll(const std::vector<Operation>& operations, const Memory& memory, int64_t engine) {
  std::map<int64_t, Values> virtuals;
  for (const Operation& operation : operations) {
    const bool multiplies = operation.kind == Kind::Forward || operation.kind == Kind::BackwardData;
    std::vector<Values> from;
    for (const Place& place : operation.from) {
      if (place.isVirtual) {
        from.push_back(virtuals.at(place.uid));
        continue;
      }
      Values dense(static_cast<size_t>(place.elements()));
      for (size_t i = 0; i < dense.size(); ++i) {
        dense[i] = loaded(memory.at(place.uid), place.number, place.at(static_cast<int64_t>(i)));
        if (multiplies) dense[i] = seen(dense[i], engine, place.number);
      }
      from.push_back(std::move(dense));
    }
    Values to = computed(operation, from);
    const Place& place = operation.to;
    if (place.isVirtual) {
      virtuals[place.uid] = std::move(to);
      continue;
    }
    for (size_t i = 0; i < to.size(); ++i)
      store(memory.at(place.uid), place.number, place.at(static_cast<int64_t>(i)), to[i]);
  }
}

}  // namespace

extern "C" cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t plan,
                                             cudnnBackendDescriptor_t pack) {
  constexpr const char* kCall = "cudnnBackendExecute";
  if (const auto status = entered(kCall, CUDNN_STATUS_EXECUTION_FAILED)) return status;
  if (!handle->stream || !handle->isUsedByOne() || !isAlive(plan) || !isAlive(pack)) return CUDNN_STATUS_BAD_PARAM;
  const auto& given = *static_cast<GraphDescriptor*>(pack);
  const auto& planned = *static_cast<GraphDescriptor*>(plan);
  if (!given.finalized || !planned.finalized || planned.device != handle->device) return CUDNN_STATUS_BAD_PARAM;
  const GraphDescriptor& engine = planned.part(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG);
  const auto index = engine.one<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
  const auto operations = operationsOf(engine.part(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH));
  const auto uids = given.all<int64_t>(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS);
  const auto places = given.all<void*>(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
  Memory memory;
  for (size_t i = 0; i < uids.size(); ++i) memory[uids[i]] = places[i];
  if (!isGiven(operations, memory)) return CUDNN_STATUS_BAD_PARAM;
  void* scratch = given.one<void*>(CUDNN_ATTR_VARIANT_PACK_WORKSPACE);
  const size_t bytes = workspaceOf(kCall, static_cast<int>(index), 384);
  if (bytes && !scratch) return CUDNN_STATUS_BAD_PARAM;
  enqueue(handle->stream, kCall, [=] {
    if (bytes) std::memset(scratch, 0xff, bytes);
    runAll(operations, memory, index);
    if (bytes) std::memset(scratch, 0xff, bytes);
  });
  return CUDNN_STATUS_SUCCESS;
}
