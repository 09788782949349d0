// Compiled once per instruction set, as cpu/isa/kernels.cc.

#include "maxflow/sweeps.h"

#include "maxflow/isa/sweep_discharge.h"
#include "maxflow/isa/sweep_fill.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/**
 * Exact labels spare sweeps that would carry excess where it can't go, so they are made anew after two sweeps, down and up.
 * But as long as only few segments have excess, as in a narrow corridor, sweeps go on for less than labels would cost.
 */
constexpr int kSweepsPerLabels = 2;
constexpr int64_t kLabelsPerSweep = 8;

enum class Outcome { Solved, WordsTooSmall };

/** What all threads of a solution share, at the beginning of the workspace. */
struct Shared {
  TeamShared team;
  int64_t flow;
  Outcome outcome;
};

constexpr int64_t sharedBytes(int threads) {
  return wholeLines(sizeof(Shared)) + threads * static_cast<int64_t>(sizeof(TeamSlot));
}

/** A thread's part of the solution of one grid. */
template <class Word, int kStep>
class Solver {
 public:
  Solver(const Grid& grid, Shared& shared, const SweepPlanes<Word, kStep>& planes, Waiting waiting)
      : grid_(grid), shared_(shared), p_(planes), team_(shared.team, waiting) {}

  void solve(uint8_t* foreground) {
    const RowRange own = team_.share(p_.rows);
    GridFiller<Word, kStep> filler(grid_, p_);
    filler.fill(own);
    for (int64_t row = own.first; row < own.last; ++row) p_.visits[0][row] = 1;
    team_.meet();
    const Filled& filled = filler.filled();
    const bool fits = sizeof(Word) > 2 || team_.sum(!fitsIn16Bits(filled.largestSum)) == 0;
    if (!fits || !push()) {
      if (team_.thread() == 0) shared_.outcome = Outcome::WordsTooSmall;
      return;
    }
    writeForeground(own, foreground);
    const int64_t flow = team_.sum(filled.through + filled.sink - sinkLeft(own));
    if (team_.thread() != 0) return;
    shared_.flow = flow;
    shared_.outcome = Outcome::Solved;
  }

 private:
  /** Until no excess can reach the sink. False where the words are too small for the labels. */
  bool push() {
    ExactLabels<Word, kStep> labels(p_, team_);
    Discharge<Word, kStep> discharge(p_, team_);
    for (;;) {
      const int64_t before = labels.visits();
      labels.make();
      const Seen seen = look();
      const int64_t all = team_.sum(seen.active + (seen.full ? kFull : 0));
      if (all >= kFull) return false;
      if (all == 0) return true;
      discharge.shareOut();
      const int64_t cheap = team_.sum(labels.visits() - before) / kLabelsPerSweep;
      int64_t visits = 0;
      for (int sweeps = 0; sweeps < kSweepsPerLabels || visits < cheap; ++sweeps) {
        const int64_t some = team_.sum(discharge.sweep());
        if (some == 0) break;
        visits += some;
      }
    }
  }

  struct Seen {
    int64_t active;
    bool full;
  };
  static constexpr int64_t kFull = int64_t{1} << 40;

  /** Marks the segments of this thread's rows whose excess can reach the sink. `full`: there is a label as large as any. */
  Seen look() const {
    using V = Vector<Word>;
    const RowRange own = team_.share(p_.rows);
    Seen seen{0, false};
    V full = {};
    for (int64_t row = own.first; row < own.last; ++row) {
      for (int64_t s = 0; s < p_.segments; ++s) {
        const V label = loadVector<Word>(p_.labels + p_.at(row, s)), most = V{} + kUnreachable<Word>;
        const bool active = anyOf(loadVector<Word>(p_.excess + p_.at(row, s)) & reinterpret_cast<V>(label != most));
        *p_.marksAt(row, s) = active;
        seen.active += active;
        full |= reinterpret_cast<V>(label == most - Word{1});
      }
    }
    seen.full = anyOf(full);
    return seen;
  }

  void writeForeground(RowRange rows, uint8_t* foreground) const {
    for (int64_t row = rows.first; row < rows.last; ++row) {
      const Word* labels = p_.labels + p_.at(row, 0);
      uint8_t* to = foreground + row * p_.cols;
      for (int64_t col = 0; col < p_.cols; ++col) to[col] = labels[col] == kUnreachable<Word>;
    }
  }

  int64_t sinkLeft(RowRange rows) const {
    int64_t left = 0;
    for (int64_t row = rows.first; row < rows.last; ++row)
      for (int64_t col = 0; col < p_.cols; ++col) left += p_.sink[p_.at(row, 0) + col];
    return left;
  }

  Grid grid_;
  Shared& shared_;
  SweepPlanes<Word, kStep> p_;
  TeamMember team_;
};

template <class Word, int kStep>
Outcome solveIn(const Grid& grid, Team team, void* workspace, uint8_t* foreground) {
  auto* bytes = static_cast<char*>(workspace);
  Shared& shared = *static_cast<Shared*>(workspace);
  shared = {};
  shared.team.slots = reinterpret_cast<TeamSlot*>(bytes + wholeLines(sizeof(Shared)));
  const auto planes = planesIn<Word, kStep>(bytes + sharedBytes(team.threads), grid.rows, grid.cols);
  const int64_t most = grid.rows / TeamMember::kLeastRows;
  const int threads = most < 1 ? 1 : most < team.threads ? static_cast<int>(most) : team.threads;
#pragma omp parallel num_threads(threads)
  Solver<Word, kStep>(grid, shared, planes, team.waiting).solve(foreground);
  return shared.outcome;
}

template <int kStep>
int64_t solveWith(const Grid& grid, Team team, Words words, void* workspace, uint8_t* foreground) {
  const auto& shared = *static_cast<Shared*>(workspace);
  if (words == Words::Fitting && solveIn<uint16_t, kStep>(grid, team, workspace, foreground) == Outcome::Solved)
    return shared.flow;
  solveIn<uint32_t, kStep>(grid, team, workspace, foreground);
  return shared.flow;
}

size_t workspaceBytes(int64_t rows, int64_t cols, int64_t neighbours, int threads) {
  const size_t planes = neighbours == 8 ? planesBytes<uint32_t, 1>(rows, cols) : planesBytes<uint32_t, 2>(rows, cols);
  return static_cast<size_t>(sharedBytes(threads)) + planes;
}

int64_t solve(const Grid& grid, Team team, Words words, void* workspace, uint8_t* foreground) {
  return grid.downRight ? solveWith<1>(grid, team, words, workspace, foreground)
                        : solveWith<2>(grid, team, words, workspace, foreground);
}

}  // namespace

extern const SweepKernels sweeps;
const SweepKernels sweeps = {workspaceBytes, solve};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
