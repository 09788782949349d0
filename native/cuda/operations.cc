#include "cuda/ascent.h"
#include "cuda/channels.h"
#include "cuda/device.h"
#include "cuda/dot.h"
#include "cuda/elementwise.h"
#include "cuda/lrn.h"
#include "cuda/neighbours.h"
#include "cuda/pooling.h"
#include "cuda/rows.h"

// The operations without weights. Memory goes back at its place in the stream, so a launch need not keep its tensors.

namespace deep_inside {

namespace {

/** All that an operation on lists and on a whole uses. */
std::vector<Tensor> with(std::vector<Tensor> parts, const Tensor& whole) {
  parts.push_back(whole);
  return parts;
}

Tensor orNothing(const Tensor* x) { return x ? *x : Tensor{}; }

}  // namespace

void CudaDevice::maxPool(const MaxPoolPlan& plan, const Tensor& x, const Tensor& y, const Tensor& switches) {
  submit({x, y, switches}, [&] { cuda::maxPool(stream_->get(), plan.window, x, y, switches); });
}

void CudaDevice::unpool(const MaxPoolPlan& plan, const Tensor& dy, const Tensor& switches, const Tensor& dx) {
  submit({dy, switches, dx}, [&] { cuda::unpool(stream_->get(), plan.window, dy, switches, dx); });
}

void CudaDevice::averagePool(const AveragePoolPlan& plan, const Tensor& x, const Tensor& y) {
  submit({x, y}, [&] { cuda::averagePool(stream_->get(), plan.window, plan.divisor, x, y); });
}

void CudaDevice::averagePoolBackward(const AveragePoolPlan& plan, const Tensor& dy, const Tensor& dx) {
  submit({dy, dx}, [&] { cuda::averagePoolBackward(stream_->get(), plan.window, plan.divisor, dy, dx); });
}

void CudaDevice::lrn(const LrnPlan& plan, const Tensor& x, const Tensor& y) {
  submit({x, y}, [&] { cuda::lrn(stream_->get(), plan.lrn, x, y); });
}

void CudaDevice::lrnBackward(const LrnPlan& plan, const Tensor& x, const Tensor& dy, const Tensor& dx) {
  submit({x, dy, dx}, [&] { cuda::lrnBackward(stream_->get(), plan.lrn, x, dy, dx); });
}

void CudaDevice::relu(const Tensor& x, const Tensor& y) {
  submit({x, y}, [&] { cuda::relu(stream_->get(), x, y); });
}

void CudaDevice::reluBackward(ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  submit({y, dy, dx}, [&] { cuda::reluBackward(stream_->get(), rule, y, dy, dx); });
}

void CudaDevice::add(const Tensor& a, const Tensor& b, const Tensor& y) {
  submit({a, b, y}, [&] { cuda::add(stream_->get(), a, b, y); });
}

void CudaDevice::axpy(float alpha, const Tensor& x, const Tensor& y) {
  submit({x, y}, [&] { cuda::axpy(stream_->get(), alpha, x, y); });
}

void CudaDevice::fill(float value, const Tensor& y) {
  submit({y}, [&] { cuda::fill(stream_->get(), value, y); });
}

void CudaDevice::concat(const std::vector<Tensor>& xs, const Tensor& y) {
  submit(with(xs, y), [&] { cuda::concat(stream_->get(), xs, y); });
}

void CudaDevice::split(const Tensor& dy, const std::vector<Tensor>& dxs) {
  submit(with(dxs, dy), [&] { cuda::split(stream_->get(), dy, dxs); });
}

void CudaDevice::scaleShift(const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y) {
  submit({x, scale, orNothing(shift), y}, [&] { cuda::scaleShift(stream_->get(), x, scale, shift, y); });
}

void CudaDevice::softmax(const Tensor& x, const Tensor& y) {
  submit({x, y}, [&] { cuda::softmax(stream_->get(), rowScratch_->data(), x, y); });
}

void CudaDevice::softmaxBackward(const Tensor& y, const Tensor& dy, const Tensor& dx) {
  submit({y, dy, dx}, [&] { cuda::softmaxBackward(stream_->get(), rowScratch_->data(), y, dy, dx); });
}

void CudaDevice::reorder(const Tensor& x, const Tensor& y) {
  submit({x, y}, [&] { cuda::reorder(stream_->get(), x, y); });
}

void CudaDevice::seed(const Tensor& scores, const Tensor& classes, const Tensor& dy) {
  submit({scores, classes, dy}, [&] { cuda::seed(stream_->get(), rowScratch_->data(), scores, classes, dy); });
}

void CudaDevice::maxAbsOverChannels(const Tensor& x, const Tensor* scale, const Tensor& y, MaxAbsResult result) {
  submit({x, orNothing(scale), y}, [&] { cuda::maxAbsOverChannels(stream_->get(), x, scale, y, result); });
}

void CudaDevice::blend(const Tensor& coefficients, const Tensor& x, const Tensor& y) {
  submit({coefficients, x, y}, [&] { cuda::blend(stream_->get(), coefficients, x, y); });
}

void CudaDevice::addNormalised(float weight, const Tensor& squares, const Tensor& x, const Tensor& y) {
  submit({squares, x, y}, [&] { cuda::addNormalised(stream_->get(), weight, squares, x, y); });
}

void CudaDevice::adam(const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v, const Tensor& y) {
  submit({coefficients, g, m, v, y}, [&] { cuda::adam(stream_->get(), coefficients, g, m, v, y); });
}

void CudaDevice::dot(const Tensor& a, const Tensor& b, const Tensor& y) {
  submit({a, b, y}, [&] { cuda::dot(stream_->get(), rowScratch_->data(), a, b, y); });
}

void CudaDevice::clamp(const Tensor& low, const Tensor& high, const Tensor& y) {
  submit({low, high, y}, [&] { cuda::clamp(stream_->get(), low, high, y); });
}

void CudaDevice::mixChannels(const Tensor& matrix, const Tensor& x, const Tensor& y) {
  submit({matrix, x, y}, [&] { cuda::mixChannels(stream_->get(), matrix, x, y); });
}

void CudaDevice::shift(const Tensor& x, const Tensor& offsets, const Tensor& y) {
  submit({x, offsets, y}, [&] { cuda::shift(stream_->get(), x, offsets, y); });
}

void CudaDevice::blur(const Tensor& x, const Tensor& taps, BlurAxis axis, const Tensor& y) {
  submit({x, taps, y}, [&] { cuda::blur(stream_->get(), x, taps, axis, y); });
}

void CudaDevice::totalVariation(const Tensor& x, float epsilon, const Tensor& y) {
  submit({x, y}, [&] { cuda::totalVariation(stream_->get(), x, epsilon, y); });
}

}  // namespace deep_inside
