#pragma once

// The only file that knows which oneDNN it is: 2.6 makes primitive descriptors from operation descriptors, 3.x directly.

#include <cstdio>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>

#include "core/plans.h"

namespace deep_inside::onednn {

using Desc = dnnl::memory::desc;
using Arguments = std::unordered_map<int, dnnl::memory>;

struct ConvolutionDescs {
  Desc x, w, b, y;  // b zero: no bias
};

inline dnnl::memory::dims both(const Pair& p) { return {p.rows, p.cols}; }
inline dnnl::memory::dims dilations(const Pair& p) { return {p.rows - 1, p.cols - 1}; }
inline dnnl::memory::dims before(const Pad& p) { return {p.top, p.left}; }

/** Padding after, less what no window reaches: some oneDNN kernels demand that the sizes match exactly. */
inline dnnl::memory::dims after(const ConvolutionGeometry& g) {
  const Shape y = g.output();
  const auto reach = [](int64_t outputs, int64_t stride, int64_t kernel, int64_t dilation, int64_t size, int64_t pad) {
    return (outputs - 1) * stride + (kernel - 1) * dilation + 1 - size - pad;
  };
  return {reach(y[2], g.stride.rows, g.w[2], g.dilation.rows, g.x[2], g.pad.top),
          reach(y[3], g.stride.cols, g.w[3], g.dilation.cols, g.x[3], g.pad.left)};
}

inline dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

inline dnnl::convolution_forward::primitive_desc convolutionForward(const dnnl::engine& engine,
                                                                    const ConvolutionGeometry& g,
                                                                    const ConvolutionDescs& d) {
  constexpr auto kind = dnnl::prop_kind::forward_training;
  constexpr auto direct = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine,        kind,     direct,      d.x, d.w, d.b, d.y, both(g.stride), dilations(g.dilation),
          before(g.pad), after(g), attributes()};
#else
  return {{kind, direct, d.x, d.w, d.b, d.y, both(g.stride), dilations(g.dilation), before(g.pad), after(g)},
          attributes(),
          engine};
#endif
}

inline dnnl::convolution_backward_data::primitive_desc convolutionBackwardData(
    const dnnl::engine& engine, const ConvolutionGeometry& g, const ConvolutionDescs& d,
    const dnnl::convolution_forward::primitive_desc& hint) {
  constexpr auto direct = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine,        direct,   d.x,  d.w,         d.y, both(g.stride), dilations(g.dilation),
          before(g.pad), after(g), hint, attributes()};
#else
  return {{direct, d.x, d.w, d.y, both(g.stride), dilations(g.dilation), before(g.pad), after(g)},
          attributes(),
          engine,
          hint};
#endif
}

/** `d` holds the gradients of what it names. */
inline dnnl::convolution_backward_weights::primitive_desc convolutionBackwardWeights(
    const dnnl::engine& engine, const ConvolutionGeometry& g, const ConvolutionDescs& d,
    const dnnl::convolution_forward::primitive_desc& hint) {
  constexpr auto direct = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return {engine,        direct,   d.x,  d.w,         d.b, d.y, both(g.stride), dilations(g.dilation),
          before(g.pad), after(g), hint, attributes()};
#else
  return {{direct, d.x, d.w, d.b, d.y, both(g.stride), dilations(g.dilation), before(g.pad), after(g)},
          attributes(),
          engine,
          hint};
#endif
}

inline void demandMultiplied(dnnl::status status) {
  if (status == dnnl::status::success) return;
  throw dnnl::error(static_cast<dnnl_status_t>(status), "could not multiply matrices");
}

/** c [m, n] = a [m, k] b [k, n], all row-major; rows of a and b may lie further apart than they are long. */
inline void multiply(int64_t m, int64_t n, int64_t k, const float* a, int64_t aStep, const float* b, int64_t bStep,
                     float* c) {
  demandMultiplied(dnnl::sgemm('N', 'N', m, n, k, 1.0f, a, aStep, b, bStep, 0.0f, c, n));
}

/** c [m, n] = a^T b of a [k, m] and b [k, n], all row-major. */
inline void multiplyTransposed(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  demandMultiplied(dnnl::sgemm('T', 'N', m, n, k, 1.0f, a, m, b, n, 0.0f, c, n));
}

inline std::string version() {
  const dnnl_version_t* v = dnnl_version();
  return std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
}

/**
 * The instruction set that oneDNN dispatches to here, which its environment variables may limit: sums in other orders.
 * Names by number, as releases after 2.6 have more.
 */
inline std::string instructionSet() {
  const auto isa = static_cast<unsigned>(dnnl_get_effective_cpu_isa());
  switch (isa) {
    case 0x1: return "sse41";
    case 0x3: return "avx";
    case 0x7: return "avx2";
    case 0x407: return "avx2_vnni";
    case 0x27: return "avx512_core";
    case 0x67: return "avx512_core_vnni";
    case 0xe7: return "avx512_core_bf16";
    case 0x3e7: return "avx512_core_amx";
    default: {
      char number[16];
      std::snprintf(number, sizeof number, "isa 0x%x", isa);
      return number;
    }
  }
}

}  // namespace deep_inside::onednn
