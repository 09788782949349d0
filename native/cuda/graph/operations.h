#pragma once

#include "core/plans.h"
#include "cuda/graph/descriptor.h"

// Operations of cuDNN's graph API on channels-last tensors. Values between two operations of a graph are virtual: float32
// that never lies in memory. Each function returns a finalized descriptor.

namespace deep_inside::cuda::graph {

/** By which a run names the memory of a tensor. */
using Uid = int64_t;

/** What engines with tensor cores want: the bytes that a thread reads at once. */
constexpr int64_t kAligned = 16;

/** [n, c, h, w] or [k, c, r, s] with the channels side by side, in memory aligned to so many bytes. */
Descriptor tensor(Uid uid, const Shape& shape, cudnnDataType_t type, int64_t alignment = kAligned);
/** The same between two operations. */
Descriptor between(Uid uid, const Shape& shape);

/** Window, stride, padding and dilation; sums in float32. */
Descriptor windowOf(const ConvolutionGeometry& geometry);

/** y = x * w. The groups follow from the channels of x and w. */
Descriptor convolution(const Descriptor& window, const Descriptor& x, const Descriptor& w, const Descriptor& y);
/** dx of dy and w. */
Descriptor convolutionBackwardData(const Descriptor& window, const Descriptor& dy, const Descriptor& w,
                                   const Descriptor& dx);
/** y = x. */
Descriptor identity(const Descriptor& x, const Descriptor& y);
/** y = x + b, where b has one element a channel. */
Descriptor addition(const Descriptor& x, const Descriptor& b, const Descriptor& y);
/** y = max(x, 0). */
Descriptor relu(const Descriptor& x, const Descriptor& y);
/** dx = dy where x > 0, else 0. */
Descriptor reluBackward(const Descriptor& x, const Descriptor& dy, const Descriptor& dx);

}  // namespace deep_inside::cuda::graph
