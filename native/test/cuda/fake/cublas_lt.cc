#include "cuda/cublas_lt.h"

#include <algorithm>
#include <cstring>

#include "test/cuda/fake/product.h"
#include "test/cuda/fake/stream.h"

// cuBLASLt: an algorithm is good for the product and the alignments that it was asked for with, and writes all over its
// workspace.

using namespace deep_inside::test::fake;

struct cublasLtContext {};

namespace {

struct Preference {
  uint64_t workspace = 0;
  uint32_t alignments[4] = {256, 256, 256, 256};  // of a, b, c, d
};

/** What a cublasLtMatmulAlgo_t holds. */
struct Chosen {
  uint64_t product, workspace;
  uint32_t alignments[4];
};
static_assert(sizeof(Chosen) <= sizeof(cublasLtMatmulAlgo_t));

Product& asProduct(cublasLtMatmulDesc_t it) { return *reinterpret_cast<Product*>(it); }
Matrix& asMatrix(cublasLtMatrixLayout_t it) { return *reinterpret_cast<Matrix*>(it); }
Preference& asPreference(cublasLtMatmulPreference_t it) { return *reinterpret_cast<Preference*>(it); }

template <class T, class Opaque>
cublasStatus_t create(const char* call, Opaque** made, const T& it) {
  if (const auto status = entered(call, CUBLAS_STATUS_EXECUTION_FAILED)) return status;
  *made = reinterpret_cast<Opaque*>(new T(it));
  count(&Alive::descriptors, 1);
  return CUBLAS_STATUS_SUCCESS;
}

template <class T, class Opaque>
cublasStatus_t destroy(Opaque* it) {
  delete reinterpret_cast<T*>(it);
  count(&Alive::descriptors, -1);
  return CUBLAS_STATUS_SUCCESS;
}

template <class T>
cublasStatus_t set(T* to, const void* from, size_t bytes) {
  if (bytes != sizeof *to) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(to, from, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

Call callOf(cublasLtMatmulDesc_t product, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c,
            cublasLtMatrixLayout_t d) {
  return {asProduct(product), {asMatrix(a), asMatrix(b), asMatrix(c), asMatrix(d)}};
}

}  // namespace

extern "C" {

size_t cublasLtGetVersion() { return CUBLAS_VERSION; }

const char* cublasLtGetStatusName(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_ALLOC_FAILED: return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "CUBLAS_STATUS";
  }
}

const char* cublasLtGetStatusString(cublasStatus_t) { return "as the fake finds"; }

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  if (const auto status = entered("cublasLtCreate", CUBLAS_STATUS_NOT_INITIALIZED)) return status;
  *handle = new cublasLtContext;
  count(&Alive::handles, 1);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete handle;
  count(&Alive::handles, -1);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* made, cublasComputeType_t compute, cudaDataType_t scale) {
  return create("cublasLtMatmulDescCreate", made, Product{compute, scale});
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t it) { return destroy<Product>(it); }

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t of, cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, size_t bytes) {
  Product& it = asProduct(of);
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA: return set(&it.a, value, bytes);
    case CUBLASLT_MATMUL_DESC_TRANSB: return set(&it.b, value, bytes);
    case CUBLASLT_MATMUL_DESC_EPILOGUE: return set(&it.epilogue, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER: return set(&it.bias, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE: return set(&it.biasType, value, bytes);
    default: return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* made, cudaDataType type, uint64_t rows, uint64_t cols,
                                          int64_t ld) {
  return create("cublasLtMatrixLayoutCreate", made,
                Matrix{type, static_cast<int64_t>(rows), static_cast<int64_t>(cols), ld});
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t it) { return destroy<Matrix>(it); }

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* made) {
  return create("cublasLtMatmulPreferenceCreate", made, Preference{});
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t it) { return destroy<Preference>(it); }

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t of,
                                                    cublasLtMatmulPreferenceAttributes_t attribute, const void* value,
                                                    size_t bytes) {
  Preference& it = asPreference(of);
  switch (attribute) {
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES: return set(&it.workspace, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES: return set(&it.alignments[0], value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES: return set(&it.alignments[1], value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES: return set(&it.alignments[2], value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES: return set(&it.alignments[3], value, bytes);
    default: return CUBLAS_STATUS_NOT_SUPPORTED;
  }
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t product, cublasLtMatrixLayout_t a,
                                              cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c,
                                              cublasLtMatrixLayout_t d, cublasLtMatmulPreference_t preference, int most,
                                              cublasLtMatmulHeuristicResult_t* results, int* found) {
  *found = 0;
  if (const auto status = entered("cublasLtMatmulAlgoGetHeuristic", CUBLAS_STATUS_EXECUTION_FAILED)) return status;
  const Call call = callOf(product, a, b, c, d);
  if (const auto status = checked(call)) return status;
  const Preference& wanted = asPreference(preference);
  const uint32_t least = *std::min_element(wanted.alignments, wanted.alignments + 4);
  const size_t bytes = workspaceOf("cublasLtMatmul", kEveryAlgorithm, least < 16 ? 1300 : 600);
  if (most < 1 || bytes > wanted.workspace) return CUBLAS_STATUS_NOT_SUPPORTED;
  Chosen chosen{identity(call), bytes, {}};
  std::copy_n(wanted.alignments, 4, chosen.alignments);
  results[0] = {};
  std::memcpy(&results[0].algo, &chosen, sizeof chosen);
  results[0].workspaceSize = bytes;
  results[0].state = CUBLAS_STATUS_SUCCESS;
  *found = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t product, const void* alpha, const void* a,
                              cublasLtMatrixLayout_t aAt, const void* b, cublasLtMatrixLayout_t bAt, const void* beta,
                              const void* c, cublasLtMatrixLayout_t cAt, void* d, cublasLtMatrixLayout_t dAt,
                              const cublasLtMatmulAlgo_t* algorithm, void* scratch, size_t bytes, cudaStream_t stream) {
  if (const auto status = entered("cublasLtMatmul", CUBLAS_STATUS_EXECUTION_FAILED)) return status;
  const Call call = callOf(product, aAt, bAt, cAt, dAt);
  if (const auto status = checked(call)) return status;
  Chosen chosen{};
  if (algorithm) std::memcpy(&chosen, algorithm, sizeof chosen);
  if (chosen.product != identity(call) || bytes < chosen.workspace || (chosen.workspace && !scratch))
    return CUBLAS_STATUS_INVALID_VALUE;
  if (call.product.hasBias() && !call.product.bias) return CUBLAS_STATUS_INVALID_VALUE;
  const void* operands[4] = {a, b, c, d};
  for (size_t i = 0; i < 4; ++i)
    if (reinterpret_cast<uintptr_t>(operands[i]) % chosen.alignments[i]) return CUBLAS_STATUS_INVALID_VALUE;
  const Scales scales{*static_cast<const float*>(alpha), *static_cast<const float*>(beta)};
  enqueue(stream, "cublasLtMatmul", [=] {
    if (bytes) std::memset(scratch, 0xff, bytes);
    run(call, scales, a, b, c, d);
    if (bytes) std::memset(scratch, 0xff, bytes);
  });
  return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"
