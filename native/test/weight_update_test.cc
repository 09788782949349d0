#include "kernels/weight_update.h"

#include <algorithm>
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

/** As the launchers do it, with few threads. */
struct Looks {
  std::vector<int32_t> rounds;
  std::vector<int64_t> last;

  Looks(const Values& x, size_t most, size_t mostParts, Order order)
      : rounds(std::min(most, x.size())), last(std::min(mostParts, rounds.size())) {
    const auto count = static_cast<int64_t>(x.size()), looks = static_cast<int64_t>(rounds.size());
    const auto parts = static_cast<int64_t>(last.size());
    callEach(looks, FirstNotFinite{count, looks, x.data(), rounds.data()}, order);
    callEach(parts, Least{count, looks, parts, rounds.data(), last.data()}, order);
  }
  Looked in(const Values& x) const {
    return {x.data(), static_cast<int64_t>(x.size()), last.data(), static_cast<int64_t>(last.size())};
  }
};

constexpr Looked kNoOperand{nullptr, 0, nullptr, 0};

NotFinite found(const Values& w, const Values& b, Order order, NotFinite before = {}) {
  // 3 looks at up to 37 elements each of 110: twice all that are loaded at once, and a part of it.
  const Looks inW(w, 3, 2, order), inB(b, 1, 1, order);
  NoteNotFinite{inW.in(w), inB.in(b), &before}(0);
  return before;
}

NotFinite foundAlone(const Values& w, size_t looks, size_t parts, Order order) {
  const Looks inW(w, looks, parts, order);
  NotFinite found{};
  NoteNotFinite{inW.in(w), kNoOperand, &found}(0);
  return found;
}

}  // namespace

TEST("new weights: the first value that is not finite is found wherever it is, in the weights before the biases") {
  for (const Order order : kOrders)
    for (const float bad : {kNan, kInfinity, -kInfinity})
      for (size_t at = 0; at < 110; ++at) {
        Values w = shuffled(110), b = shuffled(9);
        EXPECT(found(w, b, order).operand == 0);
        b[at % 9] = bad;
        const NotFinite inB = found(w, b, order);
        EXPECT(inB.operand == 2 && inB.element == static_cast<int64_t>(at % 9));
        for (size_t more = at; more < 110; more += 6) w[more] = bad;
        const NotFinite inW = found(w, b, order);
        EXPECT(inW.operand == 1 && inW.element == static_cast<int64_t>(at));
        EXPECT(bad == bad ? inW.value == bad : inW.value != inW.value);
      }
}

TEST("new weights: of any number of values all are looked at, the very last too") {
  for (const Order order : kOrders)
    for (size_t count = 0; count <= 110; ++count) {
      Values w = shuffled(count);
      EXPECT(foundAlone(w, 3, 2, order).operand == 0);
      if (count == 0) continue;
      w.back() = kNan;
      const NotFinite last = foundAlone(w, 3, 2, order);
      EXPECT(last.operand == 1 && last.element == static_cast<int64_t>(count) - 1);
    }
}

TEST("new weights: the first of any number of looks is found, by however many parts they are compared") {
  for (const Order order : kOrders)
    for (const size_t looks : {1, 2, 15, 16, 17, 31, 32, 33, 70})
      for (const size_t parts : {1, 3, 15, 16, 17, 33, 70})
        for (size_t at = 0; at < 2 * looks - 1; ++at) {
          Values w(2 * looks - 1, 1.0f);  // two rounds of the looks, but for the last
          for (size_t bad = at; bad < w.size(); bad += 11) w[bad] = kNan;
          const NotFinite first = foundAlone(w, looks, parts, order);
          EXPECT(first.operand == 1 && first.element == static_cast<int64_t>(at));
        }
}

TEST("new weights: the largest numbers, the smallest and zeros are finite") {
  using Limits = std::numeric_limits<float>;
  const Values w = {0.0f, -0.0f, Limits::max(), -Limits::max(), Limits::min(), Limits::denorm_min(), 1.0f};
  EXPECT(found(w, {-Limits::max()}, Order::FromTheFirst).operand == 0);
}

TEST("new weights: what was found first stays until it is cleared, and there may be no biases") {
  const Values w = {1, kNan};
  const NotFinite first{3, kInfinity, 2};
  const NotFinite kept = found(w, {1}, Order::FromTheLast, first);
  EXPECT(kept.element == 3 && kept.operand == 2);
  const NotFinite fresh = foundAlone(w, 2, 1, Order::FromTheLast);
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
