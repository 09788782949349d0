#include "cpu/neighbours.h"

#include "core/instruction_set.h"
#include "cpu/device.h"

namespace deep_inside {

DI_DECLARE_TABLES(NeighbourKernels, neighbours)

const NeighbourKernels& neighbourKernels() { return DI_CHOSEN_TABLE(neighbours); }

void CpuDevice::shift(const Tensor& x, const Tensor& offsets, const Tensor& y) {
  submit([](const Tensor& x, const Tensor& offsets,
            const Tensor& y) { neighbourKernels().shift(y.planes(), offsets.ints(), x.floats(), y.floats()); },
         x, offsets, y);
}

void CpuDevice::blur(const Tensor& x, const Tensor& taps, BlurAxis axis, const Tensor& y) {
  submit(
      [taps, axis](const Tensor& x, const Tensor& y) {
        neighbourKernels().blur(axis, y.planes(), taps.floats(), taps.shape[0] / 2, x.floats(), y.floats());
      },
      x, y);
}

void CpuDevice::totalVariation(const Tensor& x, float epsilon, const Tensor& y) {
  submit([epsilon](const Tensor& x,
                   const Tensor& y) { neighbourKernels().totalVariation(y.planes(), epsilon, x.floats(), y.floats()); },
         x, y);
}

}  // namespace deep_inside
