#pragma once

#include "kernels/average_pool.h"
#include "kernels/lrn.h"
#include "kernels/max_abs.h"
#include "kernels/relu_rule.h"

namespace deep_inside {

/** A run of stored channels of one image: where concat and split copy whole blocks. */
struct ChannelCopy {
  Planes x, y;
  int64_t first;  // channel of the larger tensor at which the part begins
  Images<const float> from;
  Images<float> to;
};

/**
 * The kernels that run on the host, one table per instruction set (isa/kernels.cc). All use the caller's OpenMP team.
 * `perImage`: how many images of dy and dx belong to one of what the forward pass left; n and rows count those of dx.
 */
struct Kernels {
  const char* name;
  /** n images of `count` elements. */
  void (*relu)(int64_t n, int64_t count, const Images<const float>& x, const Images<float>& y);
  void (*reluBackward)(ReluRule rule, int64_t n, int64_t perImage, int64_t count, const Images<const float>& y,
                       const Images<const float>& dy, const Images<float>& dx);
  void (*add)(int64_t n, int64_t count, const Images<const float>& a, const Images<const float>& b,
              const Images<float>& y);
  void (*axpy)(float alpha, const float* x, float* y, int64_t count);
  void (*fill)(const Planes& at, float value, float* y);
  void (*put)(const ChannelCopy& part);
  void (*take)(const ChannelCopy& part);
  void (*scaleShift)(const Planes& at, const float* x, const float* scale, const float* shift, float* y);
  void (*reorder)(const Planes& from, const Planes& to, const Images<const float>& x, const Images<float>& y);
  void (*maxPool)(const Planes& in, const Window& window, const float* x, float* y, int32_t* at);
  void (*unpool)(const Planes& in, const Window& window, int64_t perImage, const float* dy, const int32_t* at,
                 float* dx);
  void (*averagePool)(const Planes& in, const Window& window, Divisor divisor, const float* x, float* y);
  void (*averagePoolBackward)(const Planes& in, const Window& window, Divisor divisor, const float* dy, float* dx);
  void (*lrn)(const Planes& at, const Lrn& lrn, const float* x, float* y);
  void (*lrnBackward)(const Planes& at, const Lrn& lrn, int64_t perImage, const float* x, const float* dy, float* dx);
  void (*softmax)(int64_t rows, int64_t classes, const float* x, float* y);
  void (*softmaxBackward)(int64_t rows, int64_t classes, int64_t perImage, const float* y, const float* dy, float* dx);
  void (*seed)(int64_t rows, int64_t classes, int64_t perImage, const float* scores, const int32_t* wanted, float* dy);
  void (*maxAbs)(MaxAbsResult result, const Planes& at, const float* x, const float* scale, float* y);
};

/** The table for this processor (core/instruction_set.h). */
const Kernels& kernels();

}  // namespace deep_inside
