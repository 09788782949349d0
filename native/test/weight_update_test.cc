#include "kernels/weight_update.h"

#include <limits>
#include <vector>

#include "test/calls.h"
#include "test/harness.h"

// The bodies by which CUDA takes new values for weights, in several orders of their calls.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();

using Values = std::vector<float>;
using Places = std::vector<int64_t>;

/** As the launchers do it, with few threads. */
struct Looks {
  Places lanes, last;

  Looks(const Values& x, int64_t stride, int64_t parts, Order order)
      : lanes(static_cast<size_t>(stride)), last(static_cast<size_t>(parts)) {
    const auto count = static_cast<int64_t>(x.size());
    callEach(stride, FirstNotFinite{count, stride, x.data(), lanes.data()}, order);
    callEach(parts, Least{stride, parts, lanes.data(), last.data()}, order);
  }
  Looked in(const Values& x) const {
    return {x.data(), static_cast<int64_t>(x.size()), last.data(), static_cast<int64_t>(last.size())};
  }
};

NotFinite found(const Values& w, const Values& b, Order order, NotFinite before = {}) {
  const Looks inW(w, 7, 3, order), inB(b, 1, 1, order);
  NoteNotFinite{inW.in(w), inB.in(b), &before}(0);
  return before;
}

}  // namespace

TEST("new weights: the first value that is not finite is found wherever it is, in the weights before the biases") {
  for (const Order order : kOrders)
    for (const float bad : {kNan, kInfinity, -kInfinity})
      for (size_t at = 0; at < 50; ++at) {
        Values w = shuffled(50), b = shuffled(9);
        EXPECT(found(w, b, order).operand == 0);
        b[at % 9] = bad;
        const NotFinite inB = found(w, b, order);
        EXPECT(inB.operand == 2 && inB.element == static_cast<int64_t>(at % 9));
        for (size_t more = at; more < 50; more += 6) w[more] = bad;
        const NotFinite inW = found(w, b, order);
        EXPECT(inW.operand == 1 && inW.element == static_cast<int64_t>(at));
        EXPECT(bad == bad ? inW.value == bad : inW.value != inW.value);
      }
}

TEST("new weights: the largest numbers, the smallest and zeros are finite") {
  using Limits = std::numeric_limits<float>;
  const Values w = {0.0f, -0.0f, Limits::max(), -Limits::max(), Limits::min(), Limits::denorm_min(), 1.0f};
  EXPECT(found(w, {-Limits::max()}, Order::FromTheFirst).operand == 0);
}

TEST("new weights: what was found first stays until it is cleared, and there may be no biases") {
  const Values w = {1, kNan}, none;
  const NotFinite first{3, kInfinity, 2};
  const NotFinite kept = found(w, {1}, Order::FromTheLast, first);
  EXPECT(kept.element == 3 && kept.operand == 2);
  const Looks looks(w, 2, 1, Order::FromTheLast);
  NotFinite fresh{};
  NoteNotFinite{looks.in(w), {nullptr, 0, nullptr, 0}, &fresh}(0);
  EXPECT(fresh.operand == 1 && fresh.element == 1);
}

TEST("new weights: they are copied only if nothing was found") {
  const Values x = shuffled(20);
  for (const Order order : kOrders) {
    Values y(20, 7.0f);
    NotFinite found{0, kNan, 1};
    callEach(20, UnlessFound<CopyElements>{&found, {x.data(), y.data()}}, order);
    EXPECT(y == Values(20, 7.0f));
    found = {};
    callEach(20, UnlessFound<CopyElements>{&found, {x.data(), y.data()}}, order);
    EXPECT(y == x);
  }
}
