#pragma once

#include "cpu/onednn.h"
#include "cpu/workspace.h"

namespace deep_inside {

/** The gradients of the filters and the bias of a convolution, by oneDNN: dense, whatever oneDNN computes them in. */
class ConvolutionFilterGradient {
 public:
  /** x and dy lie in blocks of so many channels. */
  ConvolutionFilterGradient(const ConvolutionGeometry& geometry, int64_t xBlock, int64_t yBlock,
                            const dnnl::engine& engine);

  /** Bytes of the workspace that a run uses. */
  size_t scratch() const { return scratch_; }
  /** Overwrites dw and, where it has storage, db. */
  void run(const Tensor& x, const Tensor& dy, const Tensor& dw, const Tensor& db, const Workspace& workspace) const;

 private:
  /** An activation in the layout that oneDNN wants; where it is given in another, a copy at `at` in the workspace. */
  struct Operand {
    onednn::Desc desc;
    Planes given, wanted;
    size_t at;
  };

  Operand operand(const onednn::Desc& liked, const Shape& shape, int64_t block);
  dnnl::memory arranged(const Operand& operand, const Tensor& x, const Workspace& workspace) const;
  /** The place of so many bytes in the workspace. */
  size_t reserve(size_t bytes);

  dnnl::engine engine_;
  size_t scratch_ = 0;
  dnnl::primitive gradient_, reorder_;  // the second only where dw is not dense
  onednn::Desc dw_, dense_, db_, gradientScratch_, reorderScratch_;
  Operand x_{}, dy_{};
  size_t dwAt_ = 0, dbAt_ = 0, gradientAt_ = 0, reorderAt_ = 0;
};

}  // namespace deep_inside
