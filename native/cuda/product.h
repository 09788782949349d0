#pragma once

#include "cuda/descriptors.h"

namespace deep_inside::cuda {

/**
 * d[rows, cols] = op(a) op(b), by columns: a is [rows, inner], or with CUBLAS_OP_T [inner, rows]; b is [inner, cols], or
 * with CUBLAS_OP_T [cols, inner].
 */
struct ProductSizes {
  int64_t rows, cols, inner;
  cublasOperation_t a, b = CUBLAS_OP_N;
};

/** A prepared matrix product in true float32 with its epilogue. Running it allocates nothing; deterministic. */
class Product {
 public:
  /** `bias`: [rows] if the epilogue has one, else null. Throws ERR_UNSUPPORTED where cuBLASLt has no algorithm. */
  Product(cublasLtHandle_t handle, const ProductSizes& sizes, cublasLtEpilogue_t epilogue, const float* bias);

  /** Of workspace. */
  size_t bytes() const;
  void run(const float* a, const float* b, float* d, void* workspace, cudaStream_t stream) const;

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
