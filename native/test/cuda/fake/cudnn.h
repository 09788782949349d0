#pragma once

#include <thread>

#include "cuda/cudnn.h"
#include "test/cuda/fake/numbers.h"
#include "test/cuda/fake/state.h"

// cuDNN's descriptors in the fake: they remember what they were told.

namespace deep_inside::test::fake {

/** Sizes and steps in elements of [n, c, h, w], or of filters [k, c / groups, r, s]. No sizes: not described. */
struct Layout {
  cudnnDataType_t type = CUDNN_DATA_FLOAT;
  int64_t size[4] = {}, step[4] = {};

  Number number() const { return type == CUDNN_DATA_BFLOAT16 ? Number::BFloat16 : Number::Float32; }
};

enum class Direction { Forward, BackwardData, BackwardFilter };

/** The name of the call that runs it. */
const char* callOf(Direction direction);

/** Whether the list of a direction has the algorithm for so many groups, and the workspace that it wants. */
cudnnStatus_t workspaceOf(Direction direction, int algorithm, int64_t groups, size_t* bytes);

}  // namespace deep_inside::test::fake

struct cudnnContext {
  int device = deep_inside::test::fake::device;
  cudaStream_t stream = nullptr;
  std::thread::id user{};

  /** Whether one thread alone plans or runs graphs with it: cuDNN wants no two at the same time. */
  bool isUsedByOne() {
    if (user == std::thread::id()) user = std::this_thread::get_id();
    return user == std::this_thread::get_id();
  }
};

struct cudnnTensorStruct : deep_inside::test::fake::Layout {};
struct cudnnFilterStruct : deep_inside::test::fake::Layout {};

struct cudnnConvolutionStruct {
  /** Rows, columns; no strides: not described. */
  int64_t pad[2] = {}, stride[2] = {}, dilation[2] = {};
  int64_t groups = 1;
  cudnnMathType_t math = CUDNN_DEFAULT_MATH;
};

struct cudnnActivationStruct {
  bool described = false;
  cudnnActivationMode_t mode = CUDNN_ACTIVATION_IDENTITY;
  cudnnNanPropagation_t nan = CUDNN_NOT_PROPAGATE_NAN;
};
