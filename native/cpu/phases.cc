#include "cpu/phases.h"

#include "core/instruction_set.h"

namespace deep_inside {

DI_DECLARE_TABLES(PhasesKernels, phases)

const PhasesKernels& phasesKernels() { return DI_CHOSEN_TABLE(phases); }

namespace {

int64_t ceilDivided(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace

ConvolutionGeometry folded(const ConvolutionGeometry& g) {
  ConvolutionGeometry made = g;
  const Pair step = g.stride;
  const Shape y = g.output();
  const int64_t top = g.pad.top / step.rows, left = g.pad.left / step.cols;
  made.x = {g.x[0], g.x[1] * step.rows * step.cols, ceilDivided(g.x[2] + g.pad.top % step.rows, step.rows),
            ceilDivided(g.x[3] + g.pad.left % step.cols, step.cols)};
  made.w = {g.w[0], g.w[1] * step.rows * step.cols, ceilDivided(g.w[2], step.rows), ceilDivided(g.w[3], step.cols)};
  made.pad = {top, left, y[2] + made.w[2] - 1 - made.x[2] - top, y[3] + made.w[3] - 1 - made.x[3] - left};
  made.stride = {1, 1};
  return made;
}

std::vector<float> foldFilters(const ConvolutionGeometry& g, const float* w) {
  const Shape to = folded(g).w;
  std::vector<float> made(static_cast<size_t>(elementsOf(to)));
  for (int64_t k = 0; k < g.w[0]; ++k)
    for (int64_t c = 0; c < g.w[1]; ++c)
      for (int64_t r = 0; r < g.w[2]; ++r)
        for (int64_t s = 0; s < g.w[3]; ++s, ++w) {
          const int64_t phase = r % g.stride.rows * g.stride.cols + s % g.stride.cols;
          const int64_t plane = k * to[1] + phase * g.w[1] + c;
          made[static_cast<size_t>((plane * to[2] + r / g.stride.rows) * to[3] + s / g.stride.cols)] = *w;
        }
  return made;
}

Phases::Phases(const ConvolutionGeometry& g, int64_t block)
    : x(Tensor::planesOf(g.x, 1)),
      folded(Tensor::planesOf(deep_inside::folded(g).x, block)),
      y(Tensor::planesOf(g.output(), block)),
      top(g.pad.top % g.stride.rows),
      left(g.pad.left % g.stride.cols) {
  window = {g.w[2], g.w[3], g.stride.rows, g.stride.cols, g.pad.top, g.pad.left, g.pad.bottom, g.pad.right, y.h, y.w};
}

}  // namespace deep_inside
