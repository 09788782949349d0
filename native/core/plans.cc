#include "core/plans.h"

namespace deep_inside {

namespace {

int64_t convolved(int64_t size, int64_t before, int64_t after, int64_t kernel, int64_t dilation, int64_t stride) {
  const int64_t span = (kernel - 1) * dilation + 1;
  const int64_t room = size + before + after - span;
  return room < 0 ? 0 : room / stride + 1;
}

}  // namespace

Shape ConvolutionGeometry::output() const {
  return {x[0], w[0], convolved(x[2], pad.top, pad.bottom, w[2], dilation.rows, stride.rows),
          convolved(x[3], pad.left, pad.right, w[3], dilation.cols, stride.cols)};
}

Window PoolGeometry::window() const {
  return {kernel.rows, kernel.cols, stride.rows, stride.cols,     pad.top,
          pad.left,    pad.bottom,  pad.right,   outputSize.rows, outputSize.cols};
}

}  // namespace deep_inside
