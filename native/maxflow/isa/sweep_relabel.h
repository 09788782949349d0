#pragma once

#include "maxflow/isa/sweep_planes.h"
#include "maxflow/isa/sweep_team.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** One more, but nothing is more than unreachable. */
template <class Word>
inline Vector<Word> oneMore(Vector<Word> labels) {
  const Vector<Word> most = Vector<Word>{} + kUnreachable<Word>;
  return labels - reinterpret_cast<Vector<Word>>(labels != most);  // a true lane is -1
}

/** All ones where there is no edge to go along. */
template <class Word>
inline Vector<Word> closed(const Word* residual) {
  return reinterpret_cast<Vector<Word>>(loadVector(residual) == Vector<Word>{});
}

/**
 * Makes the labels exact: the distance to the sink in edges of the residual graph. They start at 1 where there is an edge to
 * the sink; then rows are swept down and up, and what a segment's neighbours allow lowers its labels until nothing changes.
 * Only marked segments are looked at, those with a neighbour that has changed.
 */
template <class Word, int kStep>
class ExactLabels {
 public:
  using V = Vector<Word>;

  ExactLabels(const SweepPlanes<Word, kStep>& planes, TeamMember& team) : p_(planes), team_(team) {}

  void make() {
    const int32_t* before = p_.visits[turn_];
    inRow_ = p_.visits[turn_ = !turn_];
    const RowRange own = team_.fairShare(p_.rows, [before](int64_t row) { return before[row]; });
    for (int64_t row = own.first; row < own.last; ++row) start(row);
    team_.meet();
    // Rows that are left out at one turn have theirs at the next: it is over when there was nothing left for them.
    for (bool shifted = false, again = true; again; shifted = !shifted) {
      const int64_t then = visits_;
      settle(team_.inner(own, shifted));
      again = team_.sum(!shifted || visits_ > then) > 0;
    }
  }

  /** Segments that were looked at by this thread since it was made. */
  int64_t visits() const { return visits_; }

 private:
  void start(int64_t row) {
    for (int64_t s = 0; s < p_.segments; ++s) {
      const V none = closed<Word>(p_.sink + p_.at(row, s)), one = V{} + Word{1};
      storeVector<Word>(p_.labels + p_.at(row, s), none | one);
    }
    __builtin_memset(p_.marksAt(row, 0), 1, static_cast<size_t>(p_.segments));
    inRow_[row] = 0;
  }

  /** Sweeps until no segment of these rows is marked. */
  void settle(RowRange rows) {
    for (int64_t before = -1; before != visits_;) {
      before = visits_;
      for (int64_t row = rows.first; row < rows.last; ++row) lookAt<true>(row);
      for (int64_t row = rows.last - 1; row >= rows.first; --row) lookAt<false>(row);
    }
  }

  template <bool kForwards>
  void lookAt(int64_t row) {
    if (p_.markedIn(row) == 0) return;
    const int64_t before = visits_;
    for (int64_t i = 0; i < p_.segments; ++i) visit(row, kForwards ? i : p_.segments - 1 - i);
    inRow_[row] += static_cast<int32_t>(visits_ - before);
  }

  void visit(int64_t row, int64_t segment) {
    uint8_t* mark = p_.marksAt(row, segment);
    if (!*mark) return;
    *mark = 0;
    ++visits_;
    Word* at = p_.labels + p_.at(row, segment);
    const V before = loadVector<Word>(at);
    const V now = lowered(p_.at(row, segment), before);
    const V changes = before ^ now;
    if (!anyOf(changes)) return;
    storeVector<Word>(at, now);
    markAround(mark, changes);
  }

  /** What the neighbours outside of the segment allow; then those inside, from lane to lane until nothing changes. */
  V lowered(int64_t at, V labels) const {
    V least = V{} + kUnreachable<Word>;
    for (int d = 0; d < kDirections; d += kStep)
      least = smallerOf(least, loadVector<Word>(p_.labels + at + p_.to(d)) | closed<Word>(p_.residuals[d] + at));
    V now = smallerOf(labels, oneMore<Word>(least));
    const V toRight = closed<Word>(p_.residuals[0] + at) | onlyLane<Word>(p_.kLanes - 1);
    const V toLeft = closed<Word>(p_.residuals[4] + at) | onlyLane<Word>(0);
    for (;;) {
      const V beside = smallerOf(fromRight<Word>(now) | toRight, fromLeft<Word>(now) | toLeft);
      const V next = smallerOf(now, oneMore<Word>(beside));
      if (!anyOf(next ^ now)) return now;
      now = next;
    }
  }

  /** The segments that hold a neighbour of a lane that has changed; what lies outside of the grid is never looked at. */
  void markAround(uint8_t* mark, V changes) {
    const bool first = changes[0] != 0, last = changes[p_.kLanes - 1] != 0;
    uint8_t *above = mark - p_.markStep, *below = mark + p_.markStep;
    *above = *below = 1;
    if (first) mark[-1] = 1;
    if (last) mark[1] = 1;
    if (kStep == 1 && first) above[-1] = below[-1] = 1;
    if (kStep == 1 && last) above[1] = below[1] = 1;
  }

  SweepPlanes<Word, kStep> p_;
  TeamMember& team_;
  int64_t visits_ = 0;
  int32_t* inRow_ = nullptr;  // of the labels that are being made
  bool turn_ = false;
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
