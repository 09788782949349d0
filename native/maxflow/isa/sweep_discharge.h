#pragma once

#include "maxflow/isa/sweep_relabel.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/**
 * Pushes excess towards the sink, a segment of pixels at a time: what the edges that lead one label down let through, then
 * new labels for what is left. Marked segments may have excess that can reach the sink.
 */
template <class Word, int kStep>
class Discharge {
 public:
  using V = Vector<Word>;

  Discharge(const SweepPlanes<Word, kStep>& planes, TeamMember& team) : p_(planes), team_(team) {}

  /** Shares out the rows by what is marked of them. The threads must meet before the next sweep. */
  void shareOut() {
    share_ = team_.fairShare(p_.rows, [this](int64_t row) { return p_.markedIn(row); });
  }

  /**
   * One sweep down and one up, after which the threads must meet; returns how many segments this thread has visited. Rows
   * that were left out, between two threads, have their turn the next time.
   */
  int64_t sweep() {
    const int64_t before = visits_;
    const RowRange rows = team_.inner(share_, shifted_ = !shifted_);
    for (int64_t row = rows.first; row < rows.last; ++row) sweepRow<true>(row);
    for (int64_t row = rows.last - 1; row >= rows.first; --row) sweepRow<false>(row);
    return visits_ - before;
  }

 private:
  template <bool kDown>
  void sweepRow(int64_t row) {
    if (p_.markedIn(row) == 0) return;
    for (int64_t i = 0; i < p_.segments; ++i) {
      const int64_t segment = kDown ? i : p_.segments - 1 - i;
      if (*p_.marksAt(row, segment)) visit<kDown>(row, segment);
    }
  }

  /** A segment while it is visited. */
  struct Segment {
    int64_t at;
    uint8_t* mark;
    V excess, sink, labels;
    V outerLeft, outerRight;  // labels of the neighbours beside the segment, in the lanes next to them; else 0

    V active() const { return excess & reinterpret_cast<V>(labels != V{} + kUnreachable<Word>); }
    void absorb() {
      const V flow = smallerOf(active(), sink);
      excess -= flow;
      sink -= flow;
    }
  };

  template <bool kDown>
  void visit(int64_t row, int64_t segment) {
    ++visits_;
    const int64_t at = p_.at(row, segment);
    Segment s{at,
              p_.marksAt(row, segment),
              loadVector<Word>(p_.excess + at),
              loadVector<Word>(p_.sink + at),
              loadVector<Word>(p_.labels + at),
              loadVector<Word>(p_.labels + at - 1) & onlyLane<Word>(0),
              loadVector<Word>(p_.labels + at + 1) & onlyLane<Word>(p_.kLanes - 1)};
    s.absorb();
    bool left = anyOf(s.active());
    for (int rounds = 0, most = kRounds; left && rounds < most; ++rounds) {
      pushRows<kDown ? 2 : 6>(s);
      const bool right = pushBeside<0>(s), moved = pushBeside<4>(s) || right;
      pushRows<kDown ? 6 : 2>(s);
      if (!relabel(s) && moved && most < p_.kLanes) ++most;  // it is on its way along the segment
      s.absorb();
      left = anyOf(s.active());
    }
    *s.mark = left;
    storeVector<Word>(p_.excess + at, s.excess);
    storeVector<Word>(p_.sink + at, s.sink);
    storeVector<Word>(p_.labels + at, s.labels);
  }

  /** To the row below (kMiddle 2) or above (6). Whether something flows is as likely as not, so that nothing branches by it. */
  template <int kMiddle>
  void pushRows(Segment& s) {
    if constexpr (kStep == 1) pushRow<kMiddle - 1>(s);
    pushRow<kMiddle>(s);
    if constexpr (kStep == 1) pushRow<kMiddle + 1>(s);
  }

  template <int kTo>
  void pushRow(Segment& s) {
    const int64_t other = s.at + p_.to(kTo);
    const V residual = loadVector<Word>(p_.residuals[kTo] + s.at);
    const V isBelow = reinterpret_cast<V>(loadVector<Word>(p_.labels + other) == s.labels - Word{1});
    const V flow = smallerOf(s.excess, residual) & isBelow;
    s.excess -= flow;
    storeVector<Word>(p_.residuals[kTo] + s.at, residual - flow);
    add(p_.residuals[opposite(kTo)] + other, flow);
    add(p_.excess + other, flow);
    uint8_t* mark = s.mark + rowStep(kTo) * p_.markStep;
    *mark |= anyOf(flow);
    if (colStep(kTo) > 0 && flow[p_.kLanes - 1]) mark[1] = 1;
    if (colStep(kTo) < 0 && flow[0]) mark[-1] = 1;
  }

  /** To the right (0) or left (4): within the segment from lane to lane, and beyond its end. Tells whether it did. */
  template <int kTo>
  bool pushBeside(Segment& s) {
    constexpr bool kRight = kTo == 0;
    constexpr int kLast = kRight ? SweepPlanes<Word, kStep>::kLanes - 1 : 0;
    const V residual = loadVector<Word>(p_.residuals[kTo] + s.at);
    const V flow = smallerOf(s.excess, residual) & reinterpret_cast<V>(beside<kRight>(s) == s.labels - Word{1});
    const V gained = kRight ? fromLeft<Word>(flow) : fromRight<Word>(flow);
    s.excess += gained - flow;
    storeVector<Word>(p_.residuals[kTo] + s.at, residual - flow);
    add(p_.residuals[opposite(kTo)] + s.at, gained);
    const Word out = flow[kLast];
    if (!out) return anyOf(flow);
    const int64_t other = s.at + kLast + colStep(kTo);
    p_.excess[other] = static_cast<Word>(p_.excess[other] + out);
    p_.residuals[opposite(kTo)][other] = static_cast<Word>(p_.residuals[opposite(kTo)][other] + out);
    s.mark[colStep(kTo)] = 1;
    return true;
  }

  /** Labels of the neighbours on one side. */
  template <bool kRight>
  static V beside(const Segment& s) {
    return kRight ? fromRight<Word>(s.labels) | s.outerRight : fromLeft<Word>(s.labels) | s.outerLeft;
  }

  /** What has excess left that the sink doesn't take gets the smallest label from which some edge leads down. Tells
   * whether a label has changed. */
  bool relabel(Segment& s) {
    const V wanted = reinterpret_cast<V>(s.sink == V{}) & reinterpret_cast<V>(s.active() != V{});
    if (!anyOf(wanted)) return false;
    V least = smallerOf(beside<true>(s) | closed<Word>(p_.residuals[0] + s.at),
                        beside<false>(s) | closed<Word>(p_.residuals[4] + s.at));
    for (int d = kStep; d < kDirections; d += kStep) {
      if (d == 4) continue;
      least = smallerOf(least, loadVector<Word>(p_.labels + s.at + p_.to(d)) | closed<Word>(p_.residuals[d] + s.at));
    }
    const V raised = largerOf(s.labels, oneMore<Word>(least) & wanted);
    const bool changed = anyOf(raised ^ s.labels);
    s.labels = raised;
    return changed;
  }

  static void add(Word* to, V flow) { storeVector<Word>(to, loadVector<Word>(to) + flow); }

  /** So many rounds for a segment while it is at hand. */
  static constexpr int kRounds = 3;

  SweepPlanes<Word, kStep> p_;
  TeamMember& team_;
  RowRange share_{0, 0};
  bool shifted_ = false;
  int64_t visits_ = 0;
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
