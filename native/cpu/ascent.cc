#include "cpu/ascent.h"

#include "core/instruction_set.h"
#include "cpu/device.h"

// The device's operations of gradient ascent. What is not of images goes into the task itself.

namespace deep_inside {

DI_DECLARE_TABLES(AscentKernels, ascent)

const AscentKernels& ascentKernels() { return DI_CHOSEN_TABLE(ascent); }

void CpuDevice::blend(const Tensor& coefficients, const Tensor& x, const Tensor& y) {
  submit([](const Tensor& coefficients, const Tensor& x,
            const Tensor& y) { ascentKernels().blend(y.planes(), coefficients.floats(), x.floats(), y.floats()); },
         coefficients, x, y);
}

void CpuDevice::addNormalised(float weight, const Tensor& squares, const Tensor& x, const Tensor& y) {
  submit(
      [weight](const Tensor& squares, const Tensor& x, const Tensor& y) {
        ascentKernels().addNormalised(y.planes(), weight, squares.floats(), x.floats(), y.floats());
      },
      squares, x, y);
}

void CpuDevice::adam(const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v, const Tensor& y) {
  submit(
      [](const Tensor& coefficients, const Tensor& g, const Tensor& m, const Tensor& v, const Tensor& y) {
        ascentKernels().adam(y.planes(), coefficients.floats(), g.floats(), m.floats(), v.floats(), y.floats());
      },
      coefficients, g, m, v, y);
}

void CpuDevice::dot(const Tensor& a, const Tensor& b, const Tensor& y) {
  submit(
      [](const Tensor& a, const Tensor& b, const Tensor& y) {
        ascentKernels().dot(a.shape[0], a.storedInImage(), a.floats(), b.floats(), y.floats());
      },
      a, b, y);
}

void CpuDevice::clamp(const Tensor& low, const Tensor& high, const Tensor& y) {
  submit([low, high](const Tensor& y) { ascentKernels().clamp(y.planes(), low.floats(), high.floats(), y.floats()); },
         y);
}

void CpuDevice::mixChannels(const Tensor& matrix, const Tensor& x, const Tensor& y) {
  submit(
      [matrix](const Tensor& x, const Tensor& y) {
        ascentKernels().mixChannels(y.planes(), matrix.floats(), x.floats(), y.floats());
      },
      x, y);
}

}  // namespace deep_inside
