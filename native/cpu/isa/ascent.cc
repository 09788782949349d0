// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/ascent.h"

#include "cpu/isa/each.h"
#include "kernels/ascent.h"
#include "kernels/colours.h"
#include "kernels/dot.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** What `images.of(n)` does for every element but channel padding: whole blocks in one run, the lanes of the last apart. */
template <class OfImages>
void eachOfImages(const OfImages& images) {
  const Planes at = images.at;
  const int64_t whole = inWholeBlocks(at), lanes = at.c % at.b;
  eachElement(at.n, whole, [&](int64_t n) { return images.of(n); });
  if (lanes == 0) return;
  eachCall(at.n * area(at), stored(at), [=](int64_t pixel) {
    const auto body = images.of(pixel / area(at));
    const int64_t first = whole + pixel % area(at) * at.b;
    for (int64_t lane = 0; lane < lanes; ++lane) body(first + lane);
  });
}

void blend(const Planes& at, const float* coefficients, const float* x, float* y) {
  eachOfImages(BlendOfImages{at, coefficients, x, y});
}

void addNormalised(const Planes& at, float weight, const float* squares, const float* x, float* y) {
  eachOfImages(AddNormalisedOfImages{at, weight, squares, x, y});
}

void adam(const Planes& at, const float* coefficients, const float* g, float* m, float* v, float* y) {
  eachOfImages(AdamOfImages{at, coefficients, g, m, v, y});
}

void dot(int64_t n, int64_t count, const float* a, const float* b, float* y) {
  eachCall(n, n * count, Dot{count, a, b, y});
}

void clamp(const Planes& at, const float* low, const float* high, float* y) { eachRow<Clamp>(at.h, at, low, high, y); }

void mixChannels(const Planes& at, const float* matrix, const float* x, float* y) {
  const int64_t groups = (area(at) + kWidest - 1) / kWidest;
  if (at.b == 1) return eachCall(at.n * groups, stored(at), MixChannels<kWidest>{at, matrix, x, y});
  eachCall(at.n * area(at), stored(at), MixChannels<1>{at, matrix, x, y});
}

}  // namespace

extern const AscentKernels ascent;
const AscentKernels ascent = {blend, addNormalised, adam, dot, clamp, mixChannels};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
