#include <algorithm>

#include "cuda/elementwise.h"
#include "cuda/linear.h"
#include "cuda/matrix.h"
#include "cuda/product.h"
#include "cuda/surround.h"

namespace deep_inside {

namespace {

using cuda::Product;

size_t aligned(size_t bytes) { return (bytes + 255) / 256 * 256; }

/**
 * cuBLASLt's matrices are by columns, so that ours of [features][step] is one of outputs x features there. The bias is
 * added by its epilogue where an algorithm has one, but the ReLU is ours: theirs is max(x, 0) in its documentation, which
 * promises nothing of NaN.
 */
class ProductsPlan : public LinearPlan {
 public:
  ProductsPlan(const LinearGeometry& g, const std::shared_ptr<CudaWeights>& weights,
               const std::shared_ptr<cuda::Handles>& handles, const void* matrix)
      : LinearPlan(g, weights, handles),
        narrow_(g.precision == Precision::BFloat16),
        matrix_(matrix),
        forward_(handles->cublasLt(),
                 {outputs(), n(), features(), CUBLAS_OP_N, CUBLAS_OP_N, wholeVectors(outputs()),
                  operandStep(features()), cuda::kVectorAlignment},
                 g.precision, weights->bias()),
        backward_(handles->cublasLt(),
                  {features(), n(), outputs(), CUBLAS_OP_T, CUBLAS_OP_N, wholeVectors(outputs()),
                   operandStep(outputs()), cuda::kVectorAlignment},
                  g.precision, nullptr) {
    if (narrow_) {
      const int64_t widest = std::max(operandStep(features()), operandStep(outputs()));
      operandBytes_ = aligned(static_cast<size_t>(n() * widest) * sizeof(BFloat16));
    }
    workspace_->reserve(operandBytes_ + std::max(forward_.bytes(), backward_.bytes()));
  }

  void forward(const Tensor& from, const Tensor& to) override {
    run(forward_, from, to);
    if (weights_->hasBias() && !forward_.addsBias()) {
      cuda::addBias(handles_->stream(), weights_->bias(), activation_, to);
    } else if (activation_ == Activation::Relu) {
      cuda::relu(handles_->stream(), to, to);
    }
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    run(backward_, dy, dx);
    if (mask.storage) cuda::reluBackward(handles_->stream(), ReluRule::Gradient, mask, dx, dx);
  }

 private:
  /** From image to image of what the matrix is multiplied with. */
  int64_t operandStep(int64_t columns) const { return narrow_ ? wholeVectors(columns) : columns; }

  void run(const Product& product, const Tensor& from, const Tensor& to) const {
    const void* operand = from.floats();
    if (narrow_) {
      auto* rounded = static_cast<BFloat16*>(workspace_->at(0));
      cuda::narrowRows(handles_->stream(), n(), from.shape[1], operandStep(from.shape[1]), from.floats(), rounded);
      operand = rounded;
    }
    product.run(matrix_, operand, to.floats(), workspace_->at(operandBytes_), handles_->stream());
  }

  bool narrow_;
  const void* matrix_;
  Product forward_, backward_;
  size_t operandBytes_ = 0;  // in the workspace, before the products' own
};

}  // namespace

std::shared_ptr<WeightedPlan> planLinearProducts(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                                 std::shared_ptr<cuda::Handles> handles) {
  const void* matrix = geometry.precision == Precision::BFloat16
                           ? static_cast<const void*>(weights->narrowMatrix(*handles).w)
                           : weights->values();
  return std::make_shared<ProductsPlan>(geometry, weights, handles, matrix);
}

}  // namespace deep_inside
