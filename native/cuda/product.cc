#include "cuda/product.h"

#include <algorithm>
#include <utility>

namespace deep_inside::cuda {

namespace {

constexpr uint32_t kVector = 16;  // bytes that a thread loads at once
/** As NVIDIA advises for its newest GPUs. */
constexpr size_t kMostWorkspace = size_t{32} << 20;

bool isAligned(const void* at) { return reinterpret_cast<uintptr_t>(at) % kVector == 0; }

/** Pedantic: neither TensorFloat-32 nor emulation by sums of bfloat16. */
cublasComputeType_t computeOf(Precision precision) {
  if (precision == Precision::Float32) return CUBLAS_COMPUTE_32F_PEDANTIC;
  return precision == Precision::Tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
}

cudaDataType_t operandOf(Precision precision) { return precision == Precision::BFloat16 ? CUDA_R_16BF : CUDA_R_32F; }

/** Of a matrix that is [rows, cols] after the operation, with `step` elements from column to column. */
MatrixDescriptor factor(Precision precision, cublasOperation_t operation, int64_t rows, int64_t cols, int64_t step) {
  if (operation == CUBLAS_OP_T) std::swap(rows, cols);
  return MatrixDescriptor(operandOf(precision), static_cast<uint64_t>(rows), static_cast<uint64_t>(cols), step);
}

}  // namespace

Product::Product(cublasLtHandle_t handle, const ProductSizes& sizes, Precision precision, const float* bias)
    : handle_(handle),
      product_(computeOf(precision), CUDA_R_32F),
      a_(factor(precision, sizes.a, sizes.rows, sizes.inner, sizes.aStep)),
      b_(factor(precision, sizes.b, sizes.inner, sizes.cols, sizes.bStep)),
      d_(factor(Precision::Float32, CUBLAS_OP_N, sizes.rows, sizes.cols, sizes.rows)) {
  const auto set = [this](cublasLtMatmulDescAttributes_t attribute, const auto& value) {
    check(cublasLtMatmulDescSetAttribute(product_.get(), attribute, &value, sizeof value), "describing a product");
  };
  set(CUBLASLT_MATMUL_DESC_TRANSA, sizes.a);
  set(CUBLASLT_MATMUL_DESC_TRANSB, sizes.b);
  if (bias) {
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
    set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
  }
  aligned_ = algorithmFor(kVector);
  anywhere_ = algorithmFor(sizeof(float));
}

size_t Product::bytes() const { return std::max(aligned_.workspaceSize, anywhere_.workspaceSize); }

cublasLtMatmulHeuristicResult_t Product::algorithmFor(uint32_t alignment) const {
  const PreferenceDescriptor preference;
  const auto set = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) {
    check(cublasLtMatmulPreferenceSetAttribute(preference.get(), attribute, &value, sizeof value),
          "describing a product");
  };
  set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kMostWorkspace);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignment);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignment);
  cublasLtMatmulHeuristicResult_t best{};
  int found = 0;
  check(cublasLtMatmulAlgoGetHeuristic(handle_, product_.get(), a_.get(), b_.get(), d_.get(), d_.get(),
                                       preference.get(), 1, &best, &found),
        "asking for an algorithm of a linear layer");
  check(found ? best.state : CUBLAS_STATUS_NOT_SUPPORTED, "asking for an algorithm of a linear layer");
  return best;
}

void Product::run(const void* a, const void* b, float* d, void* workspace, cudaStream_t stream) const {
  const float one = 1.0f, zero = 0.0f;
  const cublasLtMatmulHeuristicResult_t& chosen = isAligned(a) && isAligned(b) && isAligned(d) ? aligned_ : anywhere_;
  check(cublasLtMatmul(handle_, product_.get(), &one, a, a_.get(), b, b_.get(), &zero, d, d_.get(), d, d_.get(),
                       &chosen.algo, workspace, chosen.workspaceSize, stream),
        "linear layer");
}

}  // namespace deep_inside::cuda
