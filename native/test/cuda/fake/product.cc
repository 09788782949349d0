#include "test/cuda/fake/product.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace deep_inside::test::fake {

namespace {

bool isKnown(cudaDataType_t type) { return type == CUDA_R_32F || type == CUDA_R_16BF; }

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

}  // namespace

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

}  // namespace deep_inside::test::fake
