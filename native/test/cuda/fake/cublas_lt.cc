#include "cuda/cublas_lt.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "test/cuda/fake/numbers.h"
#include "test/cuda/fake/stream.h"

// cuBLASLt: products of matrices by columns, d = op(a) op(b) and an epilogue. An algorithm is good for the product and
// the alignments that it was asked for with, and writes all over its workspace.

using namespace deep_inside::test::fake;

struct cublasLtContext {};

namespace {

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

/** The product of a call; the matrices and their places are those of a, b, c and d. */
struct Call {
  Product product;
  Matrix at[4];

  int64_t rows() const { return at[3].rows; }
  int64_t cols() const { return at[3].cols; }
  int64_t inner() const { return product.a == CUBLAS_OP_N ? at[0].cols : at[0].rows; }
};

Call callOf(cublasLtMatmulDesc_t product, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c,
            cublasLtMatrixLayout_t d) {
  return {asProduct(product), {asMatrix(a), asMatrix(b), asMatrix(c), asMatrix(d)}};
}

bool isKnown(cudaDataType_t type) { return type == CUDA_R_32F || type == CUDA_R_16BF; }

cublasStatus_t checked(const Call& call) {
  const auto& [a, b, c, d] = call.at;
  const Product& it = call.product;
  const bool full = it.compute == CUBLAS_COMPUTE_32F || it.compute == CUBLAS_COMPUTE_32F_PEDANTIC;
  const bool fast = it.compute == CUBLAS_COMPUTE_32F_FAST_TF32 || it.compute == CUBLAS_COMPUTE_32F_FAST_16BF;
  if (it.scale != CUDA_R_32F || !isKnown(a.type) || a.type != b.type || !isKnown(d.type) || c.type != d.type)
    return CUBLAS_STATUS_NOT_SUPPORTED;
  if (a.type == CUDA_R_32F ? !(full || fast) || d.type != CUDA_R_32F : !full) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (it.epilogue & ~(CUBLASLT_EPILOGUE_DEFAULT | CUBLASLT_EPILOGUE_RELU_BIAS)) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (it.hasBias() && it.biasType >= 0 && it.biasType != d.type) return CUBLAS_STATUS_NOT_SUPPORTED;
  const int64_t m = it.a == CUBLAS_OP_N ? a.rows : a.cols, n = it.b == CUBLAS_OP_N ? b.cols : b.rows;
  const int64_t k = it.b == CUBLAS_OP_N ? b.rows : b.cols;
  const bool fits = call.inner() == k && m == d.rows && n == d.cols && c.rows == d.rows && c.cols == d.cols;
  const auto dense = [](const Matrix& each) { return each.rows > 0 && each.cols > 0 && each.ld >= each.rows; };
  return fits && std::all_of(call.at, call.at + 4, dense) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

/** Tells products apart; the place of the bias does not matter. */
uint64_t identity(const Call& call) {
  std::string all;
  const auto add = [&](int64_t number) { all += std::to_string(number) + ' '; };
  for (const int64_t each : {int64_t{call.product.compute}, int64_t{call.product.a}, int64_t{call.product.b},
                             int64_t{call.product.epilogue}})
    add(each);
  for (const Matrix& each : call.at)
    for (const int64_t number : {int64_t{each.type}, each.rows, each.cols, each.ld}) add(number);
  return std::hash<std::string>{}(all) | 1;
}

int bitsOf(cublasComputeType_t compute) {
  if (compute == CUBLAS_COMPUTE_32F_FAST_TF32) return kTensorFloat32Bits;
  return compute == CUBLAS_COMPUTE_32F_FAST_16BF ? kBFloat16Bits : kFloat32Bits;
}

/** Its elements as float32, column by column; those in memory where nothing changes. */
class Factor {
 public:
  Factor(const Matrix& at, const void* data, int bits) : values_(static_cast<const float*>(data)), ld_(at.ld) {
    if (at.number() == Number::Float32 && bits == kFloat32Bits) return;
    own_.resize(static_cast<size_t>(at.rows * at.cols));
    for (int64_t i = 0; i < at.rows * at.cols; ++i)
      own_[static_cast<size_t>(i)] = rounded(loaded(data, at.number(), i / at.rows * at.ld + i % at.rows), bits);
    values_ = own_.data();
    ld_ = at.rows;
  }

  const float* column(int64_t i) const { return values_ + i * ld_; }
  float at(int64_t row, int64_t col) const { return column(col)[row]; }

 private:
  std::vector<float> own_;
  const float* values_;
  int64_t ld_;
};

/** In eight sums, as a compiler makes vectors of them. */
float dot(int64_t count, const float* a, const float* b) {
  float sums[8] = {}, sum = 0;
  int64_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int64_t j = 0; j < 8; ++j) sums[j] += a[i + j] * b[i + j];
  for (; i < count; ++i) sum += a[i] * b[i];
  for (const float each : sums) sum += each;
  return sum;
}

/** One column of op(a) op(b). */
void multiply(const Call& call, const Factor& a, const Factor& b, int64_t col, std::vector<float>& sums) {
  const bool plain = call.product.b == CUBLAS_OP_N;
  std::vector<float> right(static_cast<size_t>(call.inner()));
  for (int64_t i = 0; i < call.inner(); ++i) right[static_cast<size_t>(i)] = plain ? b.at(i, col) : b.at(col, i);
  std::fill(sums.begin(), sums.end(), 0.0f);
  if (call.product.a == CUBLAS_OP_T) {
    for (int64_t row = 0; row < call.rows(); ++row)
      sums[static_cast<size_t>(row)] = dot(call.inner(), a.column(row), right.data());
  } else {
    for (int64_t i = 0; i < call.inner(); ++i)
      for (int64_t row = 0; row < call.rows(); ++row)
        sums[static_cast<size_t>(row)] += a.column(i)[row] * right[static_cast<size_t>(i)];
  }
}

struct Scales {
  float alpha, beta;
};

void run(const Call& call, const Scales& scales, const void* a, const void* b, const void* c, void* d) {
  const int bits = bitsOf(call.product.compute);
  const Factor left(call.at[0], a, bits), right(call.at[1], b, bits);
  std::vector<float> sums(static_cast<size_t>(call.rows()));
  for (int64_t col = 0; col < call.cols(); ++col) {
    multiply(call, left, right, col, sums);
    for (int64_t row = 0; row < call.rows(); ++row) {
      float sum = scales.alpha * sums[static_cast<size_t>(row)];
      if (scales.beta != 0) sum += scales.beta * loaded(c, call.at[2].number(), col * call.at[2].ld + row);
      if (call.product.hasBias()) sum += loaded(call.product.bias, call.at[3].number(), row);
      if (call.product.hasRelu()) sum = sum > 0 ? sum : 0;  // documented as a maximum, which may lose NaN
      store(d, call.at[3].number(), col * call.at[3].ld + row, sum);
    }
  }
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
