#pragma once

#include "cuda/cublas_lt.h"
#include "test/cuda/fake/numbers.h"

// Products of matrices as cuBLASLt is told of them, by columns: d = alpha op(a) op(b) + beta c and an epilogue.

namespace deep_inside::test::fake {

struct Product {
  cublasComputeType_t compute;
  cudaDataType_t scale;
  cublasOperation_t a = CUBLAS_OP_N, b = CUBLAS_OP_N;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
  int32_t biasType = -1;

  bool hasBias() const { return epilogue & CUBLASLT_EPILOGUE_BIAS; }
  bool hasRelu() const { return epilogue & CUBLASLT_EPILOGUE_RELU; }
};

struct Matrix {
  cudaDataType_t type;
  int64_t rows, cols, ld;

  Number number() const { return type == CUDA_R_16BF ? Number::BFloat16 : Number::Float32; }
};

/** The product of a call; the matrices and their places are those of a, b, c and d. */
struct Call {
  Product product;
  Matrix at[4];

  int64_t rows() const { return at[3].rows; }
  int64_t cols() const { return at[3].cols; }
  int64_t inner() const { return product.a == CUBLAS_OP_N ? at[0].cols : at[0].rows; }
};

struct Scales {
  float alpha, beta;
};

/** Whether it is one that cuBLASLt takes: of types that go together, and matrices that fit. */
cublasStatus_t checked(const Call& call);

/** Tells products apart; the place of the bias does not matter. */
uint64_t identity(const Call& call);

/** Overwrites d with plain loops over float32, each sum in a fixed order. */
void run(const Call& call, const Scales& scales, const void* a, const void* b, const void* c, void* d);

}  // namespace deep_inside::test::fake
