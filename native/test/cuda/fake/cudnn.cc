#include "test/cuda/fake/cudnn.h"

#include <algorithm>

#include "test/cuda/fake/state.h"

// cuDNN's handle and descriptors.

using namespace deep_inside::test::fake;

namespace {

template <class T>
cudnnStatus_t create(const char* call, T** made, int Alive::*kind) {
  if (const auto status = entered(call, CUDNN_STATUS_EXECUTION_FAILED)) return status;
  *made = new T;
  count(kind, 1);
  return CUDNN_STATUS_SUCCESS;
}

template <class T>
cudnnStatus_t destroy(T* it, int Alive::*kind) {
  delete it;
  count(kind, -1);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t describe(Layout* at, cudnnDataType_t type, const int (&size)[4], const int64_t (&step)[4]) {
  if (type != CUDNN_DATA_FLOAT && type != CUDNN_DATA_BFLOAT16) return CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE;
  if (std::any_of(size, size + 4, [](int each) { return each < 1; })) return CUDNN_STATUS_BAD_PARAM;
  at->type = type;
  std::copy_n(size, 4, at->size);
  std::copy_n(step, 4, at->step);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t describe(Layout* at, cudnnDataType_t type, cudnnTensorFormat_t format, const int (&size)[4]) {
  const int64_t c = size[1], h = size[2], w = size[3];
  if (format == CUDNN_TENSOR_NCHW) return describe(at, type, size, {c * h * w, h * w, w, 1});
  if (format == CUDNN_TENSOR_NHWC) return describe(at, type, size, {h * w * c, 1, w * c, c});
  return CUDNN_STATUS_NOT_SUPPORTED_LAYOUT;
}

}  // namespace

extern "C" {

size_t cudnnGetVersion() { return CUDNN_VERSION; }

const char* cudnnGetErrorString(cudnnStatus_t status) {
  switch (status) {
    case CUDNN_STATUS_NOT_SUPPORTED: return "CUDNN_STATUS_NOT_SUPPORTED";
    case CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED:
      return "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED";
    case CUDNN_STATUS_EXECUTION_FAILED: return "CUDNN_STATUS_EXECUTION_FAILED";
    default: return CUDNN_STATUS_CATEGORY(status) == CUDNN_STATUS_BAD_PARAM ? "CUDNN_STATUS_BAD_PARAM" : "CUDNN_STATUS";
  }
}

void cudnnGetLastErrorString(char* message, size_t) { *message = 0; }

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) { return create("cudnnCreate", handle, &Alive::handles); }
cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) { return destroy(handle, &Alive::handles); }

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return entered("cudnnSetStream", CUDNN_STATUS_EXECUTION_FAILED);
}

cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* made) {
  return create("cudnnCreateTensorDescriptor", made, &Alive::descriptors);
}

cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t it) { return destroy(it, &Alive::descriptors); }

cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t to, cudnnTensorFormat_t format, cudnnDataType_t type,
                                         int n, int c, int h, int w) {
  return describe(to, type, format, {n, c, h, w});
}

cudnnStatus_t cudnnSetTensor4dDescriptorEx(cudnnTensorDescriptor_t to, cudnnDataType_t type, int n, int c, int h, int w,
                                           int nStep, int cStep, int hStep, int wStep) {
  return describe(to, type, {n, c, h, w}, {nStep, cStep, hStep, wStep});
}

cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t* made) {
  return create("cudnnCreateFilterDescriptor", made, &Alive::descriptors);
}

cudnnStatus_t cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t it) { return destroy(it, &Alive::descriptors); }

cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t to, cudnnDataType_t type, cudnnTensorFormat_t format,
                                         int k, int c, int h, int w) {
  return describe(to, type, format, {k, c, h, w});
}

cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t* made) {
  return create("cudnnCreateConvolutionDescriptor", made, &Alive::descriptors);
}

cudnnStatus_t cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t it) {
  return destroy(it, &Alive::descriptors);
}

cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t to, int padH, int padW, int strideH,
                                              int strideW, int dilationH, int dilationW, cudnnConvolutionMode_t mode,
                                              cudnnDataType_t compute) {
  if (mode != CUDNN_CROSS_CORRELATION || compute != CUDNN_DATA_FLOAT) return CUDNN_STATUS_NOT_SUPPORTED;
  if (padH < 0 || padW < 0 || strideH < 1 || strideW < 1 || dilationH < 1 || dilationW < 1)
    return CUDNN_STATUS_BAD_PARAM;
  // Groups and math are as in a new one, which calls after this one change.
  *to = {{padH, padW}, {strideH, strideW}, {dilationH, dilationW}};
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t to, int groups) {
  if (groups < 1) return CUDNN_STATUS_BAD_PARAM;
  to->groups = groups;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t to, cudnnMathType_t math) {
  to->math = math;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnCreateActivationDescriptor(cudnnActivationDescriptor_t* made) {
  return create("cudnnCreateActivationDescriptor", made, &Alive::descriptors);
}

cudnnStatus_t cudnnDestroyActivationDescriptor(cudnnActivationDescriptor_t it) {
  return destroy(it, &Alive::descriptors);
}

cudnnStatus_t cudnnSetActivationDescriptor(cudnnActivationDescriptor_t to, cudnnActivationMode_t mode,
                                           cudnnNanPropagation_t nan, double) {
  *to = {true, mode, nan};
  return CUDNN_STATUS_SUCCESS;
}

}  // extern "C"
