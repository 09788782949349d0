#pragma once

#include "cuda/cublas_lt.h"
#include "cuda/cudnn.h"

namespace deep_inside::cuda {

/** A handle or descriptor of a library, destroyed with its owner. */
template <class T, auto create, auto destroy>
class Owned {
 public:
  template <class... Arguments>
  explicit Owned(Arguments... arguments) {
    check(create(&it_, arguments...), "creating a descriptor");
  }
  ~Owned() { destroy(it_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  T get() const { return it_; }

 private:
  T it_ = nullptr;
};

using CudnnHandle = Owned<cudnnHandle_t, cudnnCreate, cudnnDestroy>;
using TensorDescriptor = Owned<cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor>;
using FilterDescriptor = Owned<cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor>;
using ConvolutionDescriptor =
    Owned<cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor>;
using ActivationDescriptor =
    Owned<cudnnActivationDescriptor_t, cudnnCreateActivationDescriptor, cudnnDestroyActivationDescriptor>;

using CublasLtHandle = Owned<cublasLtHandle_t, cublasLtCreate, cublasLtDestroy>;
/** Of (compute type, type of the scale). */
using ProductDescriptor = Owned<cublasLtMatmulDesc_t, cublasLtMatmulDescCreate, cublasLtMatmulDescDestroy>;
/** Of (type, rows, columns, elements from column to column). */
using MatrixDescriptor = Owned<cublasLtMatrixLayout_t, cublasLtMatrixLayoutCreate, cublasLtMatrixLayoutDestroy>;
using PreferenceDescriptor =
    Owned<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceCreate, cublasLtMatmulPreferenceDestroy>;

}  // namespace deep_inside::cuda
