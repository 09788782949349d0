#include <optional>

#include "cuda/column_sums.h"
#include "cuda/elementwise.h"
#include "cuda/product.h"
#include "cuda/weighted_plan.h"

namespace deep_inside {

namespace {

using cuda::Product;

/**
 * y[n, k] = x[n, f] w[k, f]^T, dx = dy w and dw = dy^T x, each of n images at once. cuBLASLt's matrices are by columns, so that each
 * of ours is its transpose there.
 */
class LinearPlan : public CudaWeightedPlan {
 public:
  LinearPlan(const LinearGeometry& g, std::shared_ptr<CudaWeights> weights, std::shared_ptr<cuda::Handles> handles)
      : CudaWeightedPlan(std::move(handles), std::move(weights)),
        forward_(handles_->cublasLt(), {outputs(), g.x[0], weights_->row(), CUBLAS_OP_T}, epilogue(g.activation),
                 weights_->bias()),
        backward_(handles_->cublasLt(), {weights_->row(), g.x[0], outputs(), CUBLAS_OP_N}, CUBLASLT_EPILOGUE_DEFAULT,
                  nullptr) {
    x = g.x;
    y = {g.x[0], outputs()};
    workspace_->reserve(std::max(forward_.bytes(), backward_.bytes()));
    filterGradient = g.filterGradient;
    if (filterGradient == FilterGradient::None) return;
    const cuda::ProductSizes dw{weights_->row(), outputs(), g.x[0], CUBLAS_OP_N, CUBLAS_OP_T};
    filters_.emplace(handles_->cublasLt(), dw, CUBLASLT_EPILOGUE_DEFAULT, nullptr);
    workspace_->reserve(filters_->bytes());
  }

  void forward(const Tensor& from, const Tensor& to) override {
    forward_.run(weights_->values(), from.floats(), to.floats(), workspace_->at(0), handles_->stream());
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    backward_.run(weights_->values(), dy.floats(), dx.floats(), workspace_->at(0), handles_->stream());
    if (mask.storage) cuda::reluBackward(handles_->stream(), ReluRule::Gradient, mask, dx, dx);
  }

  void backwardFilter(const Tensor& from, const Tensor& dy, const Tensor& dw, const Tensor& db) override {
    filters_->run(from.floats(), dy.floats(), dw.floats(), workspace_->at(0), handles_->stream());
    if (db.storage) cuda::sumColumns(handles_->stream(), x[0], outputs(), dy.floats(), db.floats());
  }

 private:
  int64_t outputs() const { return weights_->shape()[0]; }

  cublasLtEpilogue_t epilogue(Activation activation) const {
    if (activation == Activation::Relu)
      return weights_->hasBias() ? CUBLASLT_EPILOGUE_RELU_BIAS : CUBLASLT_EPILOGUE_RELU;
    return weights_->hasBias() ? CUBLASLT_EPILOGUE_BIAS : CUBLASLT_EPILOGUE_DEFAULT;
  }

  Product forward_, backward_;
  std::optional<Product> filters_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planLinearOnCuda(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                               std::shared_ptr<cuda::Handles> handles) {
  return std::make_shared<LinearPlan>(geometry, std::move(weights), std::move(handles));
}

}  // namespace deep_inside
