#pragma once

#include <optional>

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
  uint32_t aAlignment;   // in bytes, always; b and d may be at any element
};

/** Of operands at multiples of 16 bytes, and at any element, such as a view of channels has. */
constexpr uint32_t kVectorAlignment = 16, kElementAlignment = sizeof(float);

/**
 * A prepared product of matrices, float32 or for Precision::BFloat16 bfloat16, with sums in float32. Running it allocates
 * nothing; deterministic.
 */
class Product {
 public:
  /** `bias`: [rows] or null. Throws ERR_UNSUPPORTED where cuBLASLt has no algorithm, be it without the bias. */
  Product(cublasLtHandle_t handle, const ProductSizes& sizes, Precision precision, const float* bias);

  /** Of workspace. */
  size_t bytes() const;
  /** Whether it adds the bias that it was given: else cuBLASLt has no algorithm that does. */
  bool addsBias() const { return addsBias_; }
  /** Throws ERR_UNSUPPORTED where cuBLASLt has no algorithm for operands that are not aligned to 16 bytes, as these. */
  void run(const void* a, const void* b, float* d, void* workspace, cudaStream_t stream) const;

 private:
  template <class T>
  void set(cublasLtMatmulDescAttributes_t attribute, const T& value);
  /** Describes the epilogue too; nothing where there is no algorithm for operands that are aligned. */
  std::optional<cublasLtMatmulHeuristicResult_t> withEpilogue(const float* bias);
  /** The fastest as expected where a, and b and d, are aligned to so many bytes, or nothing. */
  std::optional<cublasLtMatmulHeuristicResult_t> algorithmFor(uint32_t a, uint32_t others) const;

  cublasLtHandle_t handle_;
  ProductDescriptor product_;
  MatrixDescriptor a_, b_, d_;
  bool addsBias_ = false;
  cublasLtMatmulHeuristicResult_t aligned_;
  /** For operands at any element there are fewer, or none, which matters only where one comes. */
  std::optional<cublasLtMatmulHeuristicResult_t> anywhere_;
};

}  // namespace deep_inside::cuda
