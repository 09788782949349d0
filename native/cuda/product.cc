#include "cuda/product.h"

#include <algorithm>
#include <utility>

namespace deep_inside::cuda {

namespace {

/** As NVIDIA advises for its newest GPUs. */
constexpr size_t kMostWorkspace = size_t{32} << 20;
constexpr const char* kAsking = "asking for an algorithm of a linear layer";

bool isAligned(const void* at) { return reinterpret_cast<uintptr_t>(at) % kVectorAlignment == 0; }

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
  set(CUBLASLT_MATMUL_DESC_TRANSA, sizes.a);
  set(CUBLASLT_MATMUL_DESC_TRANSB, sizes.b);
  auto found = withEpilogue(bias);
  addsBias_ = bias && found;
  if (bias && !found) found = withEpilogue(nullptr);
  check(found ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED, kAsking);
  aligned_ = *found;
  anywhere_ = algorithmFor(sizes.aAlignment, kElementAlignment);
}

template <class T>
void Product::set(cublasLtMatmulDescAttributes_t attribute, const T& value) {
  check(cublasLtMatmulDescSetAttribute(product_.get(), attribute, &value, sizeof value), "describing a product");
}

std::optional<cublasLtMatmulHeuristicResult_t> Product::withEpilogue(const float* bias) {
  set(CUBLASLT_MATMUL_DESC_EPILOGUE, bias ? CUBLASLT_EPILOGUE_BIAS : CUBLASLT_EPILOGUE_DEFAULT);
  set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
  return algorithmFor(kVectorAlignment, kVectorAlignment);
}

size_t Product::bytes() const {
  return std::max(aligned_.workspaceSize, anywhere_ ? anywhere_->workspaceSize : size_t{0});
}

std::optional<cublasLtMatmulHeuristicResult_t> Product::algorithmFor(uint32_t a, uint32_t others) const {
  const PreferenceDescriptor preference;
  const auto set = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) {
    check(cublasLtMatmulPreferenceSetAttribute(preference.get(), attribute, &value, sizeof value),
          "describing a product");
  };
  set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kMostWorkspace);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, a);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, others);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, others);
  set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, others);
  cublasLtMatmulHeuristicResult_t best{};
  int found = 0;
  cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(handle_, product_.get(), a_.get(), b_.get(), d_.get(),
                                                         d_.get(), preference.get(), 1, &best, &found);
  if (status == CUBLAS_STATUS_SUCCESS) status = found ? best.state : CUBLAS_STATUS_NOT_SUPPORTED;
  if (status == CUBLAS_STATUS_NOT_SUPPORTED) return std::nullopt;
  check(status, kAsking);
  return best;
}

void Product::run(const void* a, const void* b, float* d, void* workspace, cudaStream_t stream) const {
  const float one = 1.0f, zero = 0.0f;
  const bool aligned = isAligned(a) && isAligned(b) && isAligned(d);
  check(aligned || anywhere_ ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED,
        "linear layer of tensors that are not aligned to 16 bytes");
  const cublasLtMatmulHeuristicResult_t& chosen = aligned ? aligned_ : *anywhere_;
  check(cublasLtMatmul(handle_, product_.get(), &one, a, a_.get(), b, b_.get(), &zero, d, d_.get(), d, d_.get(),
                       &chosen.algo, workspace, chosen.workspaceSize, stream),
        "linear layer");
}

}  // namespace deep_inside::cuda
