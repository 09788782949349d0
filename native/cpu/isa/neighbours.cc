// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/neighbours.h"

#include "cpu/isa/each.h"
#include "kernels/blur.h"
#include "kernels/shift.h"
#include "kernels/total_variation.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** Rows of all planes, those of whole blocks of channels. */
int64_t rowsOf(const Planes& at) { return at.n * blocks(at) * at.h; }

void shift(const Planes& at, const int32_t* offsets, const float* x, float* y) {
  eachCall(rowsOf(at), stored(at), ShiftRows{at, offsets, x, y});
}

void blur(BlurAxis axis, const Planes& at, const float* taps, int64_t radius, const float* x, float* y) {
  const int64_t products = stored(at) * (2 * radius + 1);
  if (axis == BlurAxis::Rows)
    return eachCall(rowsOf(at), products, BlurFromRowToRow<kWidest>{at, {taps, radius}, x, y});
  withLanes(at.b, [&](auto lanes) {
    constexpr int L = decltype(lanes)::value;
    eachCall(rowsOf(at) * at.b / L, products, BlurAlongRow<L, kWidest>{at, {taps, radius}, x, y});
  });
}

void totalVariation(const Planes& at, float epsilon, const float* x, float* y) {
  eachCall(rowsOf(at), stored(at), VariationRows{at, epsilon * epsilon, x, y});
}

}  // namespace

extern const NeighbourKernels neighbours;
const NeighbourKernels neighbours = {shift, blur, totalVariation};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
