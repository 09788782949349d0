#include "cpu/filter_gradient.h"

#include "cpu/kernels.h"
#include "cpu/layouts.h"

namespace deep_inside {

using dnnl::memory;

namespace {

using Choice = dnnl::convolution_backward_weights::primitive_desc;

/** [K, C / groups, R, S], with groups [G, K / G, C / groups, R, S]. */
onednn::Desc filters(const ConvolutionGeometry& g, memory::format_tag one, memory::format_tag grouped) {
  const Shape& w = g.w;
  if (g.groups == 1) return {w, memory::data_type::f32, one};
  return {{g.groups, w[0] / g.groups, w[1], w[2], w[3]}, memory::data_type::f32, grouped};
}

Choice choose(const ConvolutionGeometry& g, const onednn::Desc& bias, const dnnl::engine& engine) {
  const Shape y = g.output();
  const onednn::Desc any = filters(g, memory::format_tag::any, memory::format_tag::any);
  const auto hint = onednn::convolutionForward(engine, g, {anyOf(g.x), any, bias, anyOf(y)});
  const auto with = [&](const onednn::Desc& x, const onednn::Desc& dy) {
    return onednn::convolutionBackwardWeights(engine, g, {x, any, bias, dy}, hint);
  };
  const auto liked = with(anyOf(g.x), anyOf(y));
  const onednn::Desc x = ours(liked.src_desc(), g.x), dy = ours(liked.diff_dst_desc(), y);
  return x == liked.src_desc() && dy == liked.diff_dst_desc() ? liked : with(x, dy);
}

}  // namespace

ConvolutionFilterGradient::ConvolutionFilterGradient(const ConvolutionGeometry& g, int64_t xBlock, int64_t yBlock,
                                                     const dnnl::engine& engine)
    : engine_(engine), db_{{g.w[0]}, memory::data_type::f32, memory::format_tag::a} {
  const Choice choice = choose(g, db_, engine);
  gradient_ = dnnl::convolution_backward_weights(choice);
  gradientScratch_ = choice.scratchpad_desc();
  gradientAt_ = reserve(gradientScratch_.get_size());
  x_ = operand(choice.src_desc(), g.x, xBlock);
  dy_ = operand(choice.diff_dst_desc(), g.output(), yBlock);
  dbAt_ = reserve(db_.get_size());
  dw_ = choice.diff_weights_desc();
  dense_ = filters(g, memory::format_tag::abcd, memory::format_tag::abcde);
  if (dw_ == dense_) return;
  dwAt_ = reserve(dw_.get_size());
  const dnnl::reorder::primitive_desc unpacking(engine, dw_, engine, dense_, onednn::attributes());
  reorder_ = dnnl::reorder(unpacking);
  reorderScratch_ = unpacking.scratchpad_desc();
  reorderAt_ = reserve(reorderScratch_.get_size());
}

size_t ConvolutionFilterGradient::reserve(size_t bytes) {
  const size_t at = scratch_;
  scratch_ += (bytes + 63) / 64 * 64;
  return at;
}

ConvolutionFilterGradient::Operand ConvolutionFilterGradient::operand(const onednn::Desc& liked, const Shape& shape,
                                                                      int64_t block) {
  const Planes given = Tensor::planesOf(shape, block), wanted = Tensor::planesOf(shape, blockOf(liked, shape));
  return {liked, given, wanted, given.b == wanted.b ? 0 : reserve(liked.get_size())};
}

memory ConvolutionFilterGradient::arranged(const Operand& operand, const Tensor& x, const Workspace& workspace) const {
  if (operand.given.b == operand.wanted.b) return {operand.desc, engine_, x.floats()};
  auto* copy = static_cast<float*>(workspace.at(operand.at));
  kernels().reorder(operand.given, operand.wanted, x.images<const float>(), {copy, storedInImage(operand.wanted)});
  return {operand.desc, engine_, copy};
}

void ConvolutionFilterGradient::run(const Tensor& x, const Tensor& dy, const Tensor& dw, const Tensor& db,
                                    const Workspace& workspace) const {
  memory computed(dw_, engine_, reorder_ ? workspace.at(dwAt_) : dw.floats());
  dnnl::stream stream(engine_);
  gradient_.execute(stream, {{DNNL_ARG_SRC, arranged(x_, x, workspace)},
                             {DNNL_ARG_DIFF_DST, arranged(dy_, dy, workspace)},
                             {DNNL_ARG_DIFF_WEIGHTS, computed},
                             {DNNL_ARG_DIFF_BIAS, memory(db_, engine_, db.storage ? db.floats() : workspace.at(dbAt_))},
                             {DNNL_ARG_SCRATCHPAD, memory(gradientScratch_, engine_, workspace.at(gradientAt_))}});
  if (reorder_) {
    reorder_.execute(stream, {{DNNL_ARG_FROM, computed},
                              {DNNL_ARG_TO, memory(dense_, engine_, dw.floats())},
                              {DNNL_ARG_SCRATCHPAD, memory(reorderScratch_, engine_, workspace.at(reorderAt_))}});
  }
  stream.wait();
}

}  // namespace deep_inside
