#include "cpu/columns_direction.h"

#include "cpu/columns.h"

namespace deep_inside {

namespace {

class ColumnsDirection : public Direction {
 public:
  ColumnsDirection(const ColumnsGeometry& geometry, CpuWeights& weights) : geometry_(geometry) {
    fromBlock_ = columnsKernels().lanes;
    scratch_ = columnsKernels().workspaceFloats(geometry) * sizeof(float);
    filters_ = weights.derived(
        "columns", columnsKernels().filterFloats(geometry),
        [geometry](const float* w, const float*, float* to) { columnsKernels().pack(geometry, w, to); });
  }

  void run(const Images<const float>& from, const Images<float>& to, const Mask& mask, void* workspace) const override {
    columnsKernels().run(geometry_, from, filters_, to, static_cast<float*>(workspace));
    applyMask(mask, geometry_.dx, to);
  }

 private:
  ColumnsGeometry geometry_;
  const float* filters_;
};

}  // namespace

bool columnsFit(const ConvolutionGeometry& g) {
  return g.groups == 1 && g.dilation.rows == 1 && g.dilation.cols == 1 && g.w[3] <= columnsKernels().lanes;
}

bool columnsPay(const ConvolutionGeometry& g) { return columnsFit(g) && g.x[1] <= 4; }

std::unique_ptr<Direction> columnsBackwardData(const ConvolutionGeometry& g, CpuWeights& weights, int threads) {
  const Planes dx = Tensor::planesOf(g.x, 1), dy = Tensor::planesOf(g.output(), columnsKernels().lanes);
  return std::make_unique<ColumnsDirection>(
      ColumnsGeometry{dx, dy, g.w[2], g.w[3], g.stride.rows, g.stride.cols, g.pad.top, g.pad.left, threads}, weights);
}

}  // namespace deep_inside
