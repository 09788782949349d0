#include "cuda/linear.h"

#include "cuda/active_rows.h"
#include "cuda/column_sums.h"
#include "cuda/useful_precision.h"

namespace deep_inside {

LinearPlan::LinearPlan(const LinearGeometry& g, std::shared_ptr<CudaWeights> weights,
                       std::shared_ptr<cuda::Handles> handles)
    : CudaWeightedPlan(std::move(handles), std::move(weights)), activation_(g.activation) {
  x = g.x;
  y = {g.x[0], weights_->shape()[0]};
  filterGradient = g.filterGradient;
  if (filterGradient == FilterGradient::None) return;
  // By columns dw is [features, outputs]. Both factors change with every step: not worth rounding to bfloat16.
  const cuda::ProductSizes dw{features(),  outputs(),  n(),       CUBLAS_OP_N,
                              CUBLAS_OP_T, features(), outputs(), cuda::kElementAlignment};
  const Precision precision = g.precision == Precision::Float32 ? Precision::Float32 : Precision::Tf32;
  filters_.emplace(handles_->cublasLt(), dw, precision, nullptr);
  workspace_->reserve(filters_->bytes());
}

void LinearPlan::backwardFilter(const Tensor& from, const Tensor& dy, const Tensor& dw, const Tensor& db) {
  filters_->run(from.floats(), dy.floats(), dw.floats(), workspace_->at(0), handles_->stream());
  if (db.storage) cuda::sumColumns(handles_->stream(), n(), outputs(), dy.floats(), db.floats());
}

std::shared_ptr<WeightedPlan> planLinearOnCuda(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                               std::shared_ptr<cuda::Handles> handles) {
  LinearGeometry useful = geometry;
  useful.precision = cuda::usefulPrecision(geometry.precision, handles->has().major);
  const auto plan = geometry.x[0] <= cuda::kFewImages ? planActiveRows : planLinearProducts;
  return plan(useful, std::move(weights), std::move(handles));
}

}  // namespace deep_inside
