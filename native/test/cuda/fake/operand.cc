#include "test/cuda/fake/operand.h"

namespace deep_inside::test::fake {

namespace {

template <class Each>
void eachElement(const Layout& at, const Each& each) {
  int64_t i = 0;
  for (int64_t a = 0; a < at.size[0]; ++a)
    for (int64_t b = 0; b < at.size[1]; ++b)
      for (int64_t c = 0; c < at.size[2]; ++c)
        for (int64_t d = 0; d < at.size[3]; ++d)
          each(i++, a * at.step[0] + b * at.step[1] + c * at.step[2] + d * at.step[3]);
}

}  // namespace

int64_t elements(const Layout& at) { return at.size[0] * at.size[1] * at.size[2] * at.size[3]; }

std::vector<float> factor(const Operand& from, int bits) {
  std::vector<float> dense;
  eachElement(from.at,
              [&](int64_t, int64_t at) { dense.push_back(rounded(loaded(from.data, from.at.number(), at), bits)); });
  return dense;
}

void put(const std::vector<float>& sums, float alpha, float beta, const Operand& to) {
  eachElement(to.at, [&](int64_t i, int64_t at) {
    const float old = beta == 0 ? 0 : beta * loaded(to.data, to.at.number(), at);
    store(to.data, to.at.number(), at, alpha * sums[static_cast<size_t>(i)] + old);
  });
}

}  // namespace deep_inside::test::fake
