#include "cpu/columns_direction.h"

#include <algorithm>

#include "cpu/columns.h"

namespace deep_inside {

namespace {

/** Image after image, each by what suits its zeros, so that its bits do not depend on the others. */
class ColumnsDirection : public Direction {
 public:
  /** The geometry and `dense`, which may be null, are for one image. */
  ColumnsDirection(int64_t images, const ColumnsGeometry& geometry, CpuWeights& weights,
                   std::unique_ptr<Direction> dense)
      : images_(images), geometry_(geometry), dense_(std::move(dense)) {
    fromBlock_ = columnsKernels().lanes;
    scratch_ = columnsKernels().workspaceFloats(geometry) * sizeof(float);
    if (dense_) scratch_ = std::max(scratch_, dense_->scratch());
    filters_ = weights.derived(
        "columns", columnsKernels().filterFloats(geometry),
        [geometry](const float* w, const float*, float* to) { columnsKernels().pack(geometry, w, to); });
  }

  void run(const Images<const float>& from, const Images<float>& to, const Mask& mask, void* workspace) const override {
    for (int64_t i = 0; i < images_; ++i) runImage(imageAt(from, i), imageAt(to, i), workspace);
    Planes all = geometry_.dx;
    all.n = images_;
    applyMask(mask, all, to);
  }

 private:
  void runImage(const float* dy, float* dx, void* workspace) const {
    const ColumnsKernels& kernels = columnsKernels();
    const bool sparse = kernels.mostlyZeros(geometry_, dy);
    if (!sparse && dense_)
      return dense_->run({dy, storedInImage(geometry_.dy)}, {dx, storedInImage(geometry_.dx)}, {}, workspace);
    const auto run = sparse ? kernels.runSparse : kernels.run;
    run(geometry_, dy, filters_, dx, static_cast<float*>(workspace));
  }

  int64_t images_;
  ColumnsGeometry geometry_;
  std::unique_ptr<Direction> dense_;
  const float* filters_;
};

}  // namespace

ConvolutionGeometry ofOneImage(const ConvolutionGeometry& g) {
  ConvolutionGeometry one = g;
  one.x[0] = 1;
  return one;
}

bool columnsFit(const ConvolutionGeometry& g) {
  return g.groups == 1 && g.dilation.rows == 1 && g.dilation.cols == 1 && g.w[3] <= columnsKernels().lanes;
}

bool columnsPay(const ConvolutionGeometry& g) { return columnsFit(g) && g.x[1] <= 4; }

std::unique_ptr<Direction> columnsBackwardData(const ConvolutionGeometry& g, CpuWeights& weights, int threads,
                                               std::unique_ptr<Direction> dense) {
  const ConvolutionGeometry one = ofOneImage(g);
  const Planes dx = Tensor::planesOf(one.x, 1), dy = Tensor::planesOf(one.output(), columnsKernels().lanes);
  const ColumnsGeometry geometry{dx, dy, g.w[2], g.w[3], g.stride.rows, g.stride.cols, g.pad.top, g.pad.left, threads};
  return std::make_unique<ColumnsDirection>(g.x[0], geometry, weights, std::move(dense));
}

}  // namespace deep_inside
