#include "cuda/filter_gradient.h"

#include "cuda/surround.h"

namespace deep_inside::cuda {

namespace {

constexpr float kOne = 1.0f, kZero = 0.0f;

}  // namespace

ConvolutionFilterGradient::ConvolutionFilterGradient(const ConvolutionGeometry& g, cudnnHandle_t asked)
    : described_(g), chosen_(backwardFilterAlgorithm(asked, described_.parts(), g.precision)) {}

void ConvolutionFilterGradient::run(const Tensor& x, const Tensor& dy, const Tensor& dw, const Tensor& db,
                                    const Handles& handles, const Workspace& workspace) const {
  const ConvolutionParts parts = described_.parts();
  const float* in = x.floats();
  if (const auto& framing = described_.framing()) {
    auto* framed = static_cast<float*>(workspace.at(0));
    surround(handles.stream(), described_.planes(), *framing, in, framed);
    in = framed;
  }
  check(cudnnConvolutionBackwardFilter(handles.cudnn(), &kOne, parts.x, in, parts.y, dy.floats(), parts.convolution,
                                       chosen_.algorithm, workspace.at(described_.framedBytes()), chosen_.bytes, &kZero,
                                       parts.w, dw.floats()),
        "gradient of filters");
  if (!db.storage) return;
  check(cudnnConvolutionBackwardBias(handles.cudnn(), &kOne, parts.y, dy.floats(), &kZero, described_.bias(),
                                     db.floats()),
        "gradient of a bias");
}

}  // namespace deep_inside::cuda
