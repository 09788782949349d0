#pragma once

#include "core/plans.h"
#include "cuda/descriptors.h"

namespace deep_inside::cuda {

/**
 * d[rows, cols] = op(a) op(b), by columns: a is [rows, inner], or with CUBLAS_OP_T [inner, rows]; b is [inner, cols], or
 * with CUBLAS_OP_T [cols, inner].
 */
struct ProductSizes {
  int64_t rows, cols, inner;
  cublasOperation_t a, b;
  int64_t aStep, bStep;  // elements from column to column; those of d are `rows` apart
};

/**
 * A prepared product of matrices, float32 or for Precision::BFloat16 bfloat16, with sums in float32. Running it allocates
 * nothing; deterministic.
 */
class Product {
 public:
  /** `bias`: [rows] or null. Throws ERR_UNSUPPORTED where cuBLASLt has no algorithm. */
  Product(cublasLtHandle_t handle, const ProductSizes& sizes, Precision precision, const float* bias);

  /** Of workspace. */
  size_t bytes() const;
  void run(const void* a, const void* b, float* d, void* workspace, cudaStream_t stream) const;

 private:
  /** The fastest as expected for operands aligned to so many bytes. */
  cublasLtMatmulHeuristicResult_t algorithmFor(uint32_t alignment) const;

  cublasLtHandle_t handle_;
  ProductDescriptor product_;
  MatrixDescriptor a_, b_, d_;
  /** For operands at any element, such as views of channels, there are fewer. */
  cublasLtMatmulHeuristicResult_t aligned_, anywhere_;
};

}  // namespace deep_inside::cuda
