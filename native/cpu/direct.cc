#include "cpu/direct.h"

#include "cpu/layouts.h"
#include "cpu/mask.h"

namespace deep_inside {

namespace {

using dnnl::memory;

/** A oneDNN primitive with one input and one output, which is rectified by our own kernel: oneDNN's makes 0 of NaN. */
class DirectDirection : public Direction {
 public:
  DirectDirection(const dnnl::engine& engine, const dnnl::primitive& primitive, onednn::Arguments constants,
                  Activation activation)
      : engine_(engine),
        stream_(engine),
        primitive_(primitive),
        constants_(std::move(constants)),
        activation_(activation) {
    takesViews_ = false;  // its descriptors are of tensors whose images follow one another
  }

  void from(int argument, const onednn::Desc& desc, const Shape& shape) {
    from_ = {argument, desc};
    fromBlock_ = blockOf(desc, shape);
  }
  void to(int argument, const onednn::Desc& desc, const Shape& shape) {
    to_ = {argument, desc};
    toBlock_ = blockOf(desc, shape);
    toPlanes_ = Tensor::planesOf(shape, toBlock_);
  }
  void scratchpad(const onednn::Desc& desc) {
    scratchpad_ = {DNNL_ARG_SCRATCHPAD, desc};
    scratch_ = desc.get_size();
  }

  void run(const Images<const float>& from, const Images<float>& to, const Mask& mask, void* workspace) const override {
    onednn::Arguments arguments = constants_;  // of this run alone: strands run side by side
    const auto add = [&](const Operand& operand, void* data) {
      arguments.emplace(operand.argument, memory(operand.desc, engine_, data));
    };
    add(from_, const_cast<float*>(from.data));
    add(to_, to.data);
    add(scratchpad_, workspace);
    dnnl::stream stream = stream_;
    primitive_.execute(stream, arguments);
    stream.wait();
    if (activation_ == Activation::Relu) kernels().relu(1, stored(toPlanes_), {to.data, 0}, to);
    applyMask(mask, toPlanes_, to);
  }

 private:
  struct Operand {
    int argument = 0;
    onednn::Desc desc;
  };

  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::primitive primitive_;
  onednn::Arguments constants_;
  Activation activation_;
  Operand from_, to_, scratchpad_;
  Planes toPlanes_{};
};

onednn::Desc filters(const ConvolutionGeometry& g, const CpuWeights& weights) {
  return {weights.dims(g.groups), memory::data_type::f32, memory::format_tag::any};
}

dnnl::convolution_forward::primitive_desc describeForward(const ConvolutionGeometry& g, const CpuWeights& weights,
                                                          const dnnl::engine& engine) {
  const Shape y = g.output();
  const onednn::Desc bias =
      weights.hasBias() ? onednn::Desc{{y[1]}, memory::data_type::f32, memory::format_tag::a} : onednn::Desc{};
  const auto with = [&](const onednn::Desc& from, const onednn::Desc& to) {
    return onednn::convolutionForward(engine, g, {from, filters(g, weights), bias, to});
  };
  const auto liked = with(anyOf(g.x), anyOf(y));
  const onednn::Desc from = ours(liked.src_desc(), g.x), to = ours(liked.dst_desc(), y);
  return from == liked.src_desc() && to == liked.dst_desc() ? liked : with(from, to);
}

}  // namespace

std::unique_ptr<Direction> directForward(const ConvolutionGeometry& g, CpuWeights& weights,
                                         const dnnl::engine& engine) {
  const auto choice = describeForward(g, weights, engine);
  onednn::Arguments constants{{DNNL_ARG_WEIGHTS, weights.packed(choice.weights_desc(), g.groups, engine)}};
  if (weights.hasBias()) constants.emplace(DNNL_ARG_BIAS, weights.bias(engine));
  auto made =
      std::make_unique<DirectDirection>(engine, dnnl::convolution_forward(choice), std::move(constants), g.activation);
  made->from(DNNL_ARG_SRC, choice.src_desc(), g.x);
  made->to(DNNL_ARG_DST, choice.dst_desc(), g.output());
  made->scratchpad(choice.scratchpad_desc());
  return made;
}

std::unique_ptr<Direction> directBackwardData(const ConvolutionGeometry& g, CpuWeights& weights,
                                              const dnnl::engine& engine) {
  const Shape y = g.output();
  const auto hint = describeForward(g, weights, engine);
  const auto with = [&](const onednn::Desc& to, const onednn::Desc& from) {
    return onednn::convolutionBackwardData(engine, g, {to, filters(g, weights), {}, from}, hint);
  };
  const auto liked = with(anyOf(g.x), anyOf(y));
  const onednn::Desc to = ours(liked.diff_src_desc(), g.x), from = ours(liked.diff_dst_desc(), y);
  const auto choice = to == liked.diff_src_desc() && from == liked.diff_dst_desc() ? liked : with(to, from);
  onednn::Arguments constants{{DNNL_ARG_WEIGHTS, weights.packed(choice.weights_desc(), g.groups, engine)}};
  auto made = std::make_unique<DirectDirection>(engine, dnnl::convolution_backward_data(choice), std::move(constants),
                                                Activation::None);
  made->from(DNNL_ARG_DIFF_DST, choice.diff_dst_desc(), y);
  made->to(DNNL_ARG_DIFF_SRC, choice.diff_src_desc(), g.x);
  made->scratchpad(choice.scratchpad_desc());
  return made;
}

}  // namespace deep_inside
