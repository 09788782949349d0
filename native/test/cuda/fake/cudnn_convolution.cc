#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "test/cuda/fake/convolution.h"
#include "test/cuda/fake/operand.h"
#include "test/cuda/fake/stream.h"

// cuDNN's convolutions. What they are told must fit together; the workspace is written all over before and after.

using namespace deep_inside::test::fake;

namespace {

constexpr size_t kAlignment = 16;

struct Scratch {
  void* data;
  size_t bytes;
};

/** What a call says of the convolution itself. */
struct Convolution {
  Direction direction;
  const Layout *x, *w, *y;
  const cudnnConvolutionStruct* of;
  int algorithm;
  Scratch scratch;
};

float asFloat(const void* scale) { return *static_cast<const float*>(scale); }

int64_t outputs(int64_t size, int64_t filter, int64_t pad, int64_t stride, int64_t dilation) {
  return (size + 2 * pad - (dilation * (filter - 1) + 1)) / stride + 1;
}

/** Whether layouts and convolution belong together; fills `at`. */
bool fits(const Convolution& it, ConvolutionSizes* at) {
  const auto &x = it.x->size, &w = it.w->size, &y = it.y->size;
  const cudnnConvolutionStruct& c = *it.of;
  if (!x[0] || !w[0] || !y[0] || !c.stride[0]) return false;
  if (it.x->type != it.w->type || it.x->type != it.y->type) return false;
  *at = {x[0], x[1],     x[2],     x[3],     w[0],        w[2],        w[3],          y[2],
         y[3], c.groups, c.pad[0], c.pad[1], c.stride[0], c.stride[1], c.dilation[0], c.dilation[1]};
  return w[1] * c.groups == x[1] && w[0] % c.groups == 0 && y[0] == x[0] && y[1] == w[0] &&
         y[2] == outputs(x[2], w[2], c.pad[0], c.stride[0], c.dilation[0]) &&
         y[3] == outputs(x[3], w[3], c.pad[1], c.stride[1], c.dilation[1]);
}

cudnnStatus_t checked(cudnnHandle_t handle, const Convolution& it, ConvolutionSizes* at) {
  if (!handle->stream || !fits(it, at)) return CUDNN_STATUS_BAD_PARAM;
  size_t wanted = 0;
  if (const auto status = workspaceOf(it.direction, it.algorithm, it.of->groups, &wanted)) return status;
  if (it.scratch.bytes < wanted || (wanted && !it.scratch.data)) return CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT;
  if (reinterpret_cast<uintptr_t>(it.scratch.data) % kAlignment) return CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER;
  return CUDNN_STATUS_SUCCESS;
}

int bitsOf(const Convolution& it) {
  if (it.x->type == CUDNN_DATA_BFLOAT16 || it.of->math == CUDNN_FMA_MATH) return kFloat32Bits;
  return it.of->math == CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION ? kBFloat16Bits : kTensorFloat32Bits;
}

/** Looks at what it is told, and puts `sums` and `finish` of them into the stream. */
cudnnStatus_t run(cudnnHandle_t handle, const char* call, const Convolution& it, const Operand& a, const Operand& b,
                  void (*sums)(const ConvolutionSizes&, const float*, const float*, float*), int64_t count,
                  std::function<void(std::vector<float>&)> finish) {
  ConvolutionSizes at{};
  if (const auto status = entered(call, CUDNN_STATUS_EXECUTION_FAILED)) return status;
  if (const auto status = checked(handle, it, &at)) return status;
  enqueue(handle->stream, call, [=, bits = bitsOf(it), scratch = it.scratch, finish = std::move(finish)] {
    if (scratch.bytes) std::memset(scratch.data, 0xff, scratch.bytes);
    std::vector<float> result(static_cast<size_t>(count));
    sums(at, factor(a, bits).data(), factor(b, bits).data(), result.data());
    finish(result);
    if (scratch.bytes) std::memset(scratch.data, 0xff, scratch.bytes);
  });
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace

extern "C" {

cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t handle, const void* alpha, const cudnnTensorDescriptor_t xDesc,
                                      const void* x, const cudnnFilterDescriptor_t wDesc, const void* w,
                                      const cudnnConvolutionDescriptor_t of, cudnnConvolutionFwdAlgo_t algorithm,
                                      void* scratch, size_t bytes, const void* beta,
                                      const cudnnTensorDescriptor_t yDesc, void* y) {
  const Convolution it{Direction::Forward, xDesc, wDesc, yDesc, of, algorithm, {scratch, bytes}};
  const auto finish = [to = Operand(*yDesc, y), alpha = asFloat(alpha), beta = asFloat(beta)](auto& sums) {
    put(sums, alpha, beta, to);
  };
  return run(handle, "cudnnConvolutionForward", it, {*xDesc, x}, {*wDesc, w}, convolve, elements(*yDesc), finish);
}

cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t handle, const void* alpha, const cudnnFilterDescriptor_t wDesc,
                                           const void* w, const cudnnTensorDescriptor_t dyDesc, const void* dy,
                                           const cudnnConvolutionDescriptor_t of,
                                           cudnnConvolutionBwdDataAlgo_t algorithm, void* scratch, size_t bytes,
                                           const void* beta, const cudnnTensorDescriptor_t dxDesc, void* dx) {
  const Convolution it{Direction::BackwardData, dxDesc, wDesc, dyDesc, of, algorithm, {scratch, bytes}};
  const auto finish = [to = Operand(*dxDesc, dx), alpha = asFloat(alpha), beta = asFloat(beta)](auto& sums) {
    put(sums, alpha, beta, to);
  };
  return run(handle, "cudnnConvolutionBackwardData", it, {*wDesc, w}, {*dyDesc, dy}, convolveBackwardData,
             elements(*dxDesc), finish);
}

cudnnStatus_t cudnnConvolutionBackwardFilter(cudnnHandle_t handle, const void* alpha,
                                             const cudnnTensorDescriptor_t xDesc, const void* x,
                                             const cudnnTensorDescriptor_t dyDesc, const void* dy,
                                             const cudnnConvolutionDescriptor_t of,
                                             cudnnConvolutionBwdFilterAlgo_t algorithm, void* scratch, size_t bytes,
                                             const void* beta, const cudnnFilterDescriptor_t dwDesc, void* dw) {
  const Convolution it{Direction::BackwardFilter, xDesc, dwDesc, dyDesc, of, algorithm, {scratch, bytes}};
  const auto finish = [to = Operand(*dwDesc, dw), alpha = asFloat(alpha), beta = asFloat(beta)](auto& sums) {
    put(sums, alpha, beta, to);
  };
  return run(handle, "cudnnConvolutionBackwardFilter", it, {*xDesc, x}, {*dyDesc, dy}, convolveBackwardFilter,
             elements(*dwDesc), finish);
}

cudnnStatus_t cudnnConvolutionBackwardBias(cudnnHandle_t handle, const void* alpha,
                                           const cudnnTensorDescriptor_t dyDesc, const void* dy, const void* beta,
                                           const cudnnTensorDescriptor_t dbDesc, void* db) {
  constexpr const char* call = "cudnnConvolutionBackwardBias";
  if (const auto status = entered(call, CUDNN_STATUS_EXECUTION_FAILED)) return status;
  const bool fits = dbDesc->type == dyDesc->type && elements(*dbDesc) == dyDesc->size[1];
  if (!handle->stream || !fits || dbDesc->size[1] != dyDesc->size[1]) return CUDNN_STATUS_BAD_PARAM;
  const Operand from(*dyDesc, dy), to(*dbDesc, db);
  enqueue(handle->stream, call, [from, to, alpha = asFloat(alpha), beta = asFloat(beta)] {
    const int64_t k = from.at.size[1], plane = from.at.size[2] * from.at.size[3];
    std::vector<float> sums(static_cast<size_t>(k));
    const std::vector<float> values = factor(from, kFloat32Bits);
    for (size_t i = 0; i < values.size(); ++i) sums[i / static_cast<size_t>(plane) % sums.size()] += values[i];
    put(sums, alpha, beta, to);
  });
  return CUDNN_STATUS_SUCCESS;
}

/** Not with dilation, so that one convolution takes its bias by another way. */
cudnnStatus_t cudnnConvolutionBiasActivationForward(
    cudnnHandle_t handle, const void* alpha, const cudnnTensorDescriptor_t xDesc, const void* x,
    const cudnnFilterDescriptor_t wDesc, const void* w, const cudnnConvolutionDescriptor_t of,
    cudnnConvolutionFwdAlgo_t algorithm, void* scratch, size_t bytes, const void* alpha2,
    const cudnnTensorDescriptor_t zDesc, const void* z, const cudnnTensorDescriptor_t biasDesc, const void* bias,
    const cudnnActivationDescriptor_t does, const cudnnTensorDescriptor_t yDesc, void* y) {
  const bool relu = does->mode == CUDNN_ACTIVATION_RELU;
  if (!does->described || (!relu && does->mode != CUDNN_ACTIVATION_IDENTITY)) return CUDNN_STATUS_BAD_PARAM;
  if (!relu && algorithm != CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM) return CUDNN_STATUS_BAD_PARAM;
  if (biasDesc->type != yDesc->type || elements(*biasDesc) != yDesc->size[1] || biasDesc->size[1] != yDesc->size[1])
    return CUDNN_STATUS_BAD_PARAM;
  if (zDesc->type != yDesc->type || !std::equal(zDesc->size, zDesc->size + 4, yDesc->size) || !z)
    return CUDNN_STATUS_BAD_PARAM;
  if (of->dilation[0] > 1 || of->dilation[1] > 1 || asFloat(alpha2) != 0) return CUDNN_STATUS_NOT_SUPPORTED;
  const Convolution it{Direction::Forward, xDesc, wDesc, yDesc, of, algorithm, {scratch, bytes}};
  const auto finish = [to = Operand(*yDesc, y), b = Operand(*biasDesc, bias), alpha = asFloat(alpha), relu,
                       keepsNaN = does->nan == CUDNN_PROPAGATE_NAN](std::vector<float>& sums) {
    const int64_t k = to.at.size[1], plane = to.at.size[2] * to.at.size[3];
    for (size_t i = 0; i < sums.size(); ++i) {
      const float sum = alpha * sums[i] + loaded(b.data, b.at.number(), static_cast<int64_t>(i) / plane % k);
      const bool dead = relu && (keepsNaN ? sum <= 0 : !(sum > 0));
      sums[i] = dead ? 0 : sum;
    }
    put(sums, 1, 0, to);
  };
  return run(handle, "cudnnConvolutionBiasActivationForward", it, {*xDesc, x}, {*wDesc, w}, convolve, elements(*yDesc),
             finish);
}

}  // extern "C"
