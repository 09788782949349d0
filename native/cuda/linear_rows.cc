#include <algorithm>

#include "cuda/active_rows.h"
#include "cuda/linear.h"

namespace deep_inside {

namespace {

template <class W>
class ActiveRowsPlan : public LinearPlan {
 public:
  ActiveRowsPlan(const LinearGeometry& g, std::shared_ptr<CudaWeights> weights, std::shared_ptr<cuda::Handles> handles,
                 const WeightMatrix<W>& matrix)
      : LinearPlan(g, std::move(weights), std::move(handles)), matrix_(matrix) {
    const int64_t floats = std::max(cuda::forwardFloats(matrix_, n()), cuda::backwardFloats(matrix_, n()));
    workspace_->reserve(static_cast<size_t>(floats) * sizeof(float));
  }

  void forward(const Tensor& from, const Tensor& to) override {
    cuda::forwardActiveRows(handles_->stream(), matrix_,
                            {n(), from.floats(), weights_->bias(), activation_, scratch(), to.floats()});
  }

  void backwardData(const Tensor& dy, const Tensor& dx, const Tensor& mask) override {
    WantedFeatures wanted{nullptr, n(), features()};
    if (mask.storage) wanted = {mask.floats(), mask.shape[0], features()};
    cuda::backwardActiveRows(handles_->stream(), matrix_,
                             {n(), dy.floats(), wanted, n() / wanted.images, scratch(), dx.floats()});
  }

 private:
  float* scratch() const { return static_cast<float*>(workspace_->at(0)); }

  WeightMatrix<W> matrix_;
};

}  // namespace

std::shared_ptr<WeightedPlan> planActiveRows(const LinearGeometry& geometry, std::shared_ptr<CudaWeights> weights,
                                             std::shared_ptr<cuda::Handles> handles) {
  if (geometry.precision == Precision::BFloat16) {
    const WeightMatrix<BFloat16> matrix = weights->narrowMatrix(*handles);
    return std::make_shared<ActiveRowsPlan<BFloat16>>(geometry, std::move(weights), std::move(handles), matrix);
  }
  const WeightMatrix<float> matrix = weights->matrix();
  return std::make_shared<ActiveRowsPlan<float>>(geometry, std::move(weights), std::move(handles), matrix);
}

}  // namespace deep_inside
