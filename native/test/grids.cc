#include "test/grids.h"

#include <algorithm>

namespace deep_inside::test {

namespace {

int64_t anySide(Random& random, int64_t most) {
  constexpr int64_t special[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65};
  const int64_t side = random.below(3) ? 1 + random.below(12) : special[random.below(14)];
  return random.below(60) ? std::min(side, most) : 1 + random.below(most);
}

}  // namespace

GridData randomGrid(Random& random, int64_t rows, int64_t cols, int64_t neighbours, int32_t most, Seeds seeds) {
  GridData grid(rows, cols, neighbours);
  const auto any = [&] { return random.below(int64_t{most} + 1); };
  for (Capacities* edges : {&grid.right, &grid.down, &grid.downRight, &grid.downLeft})
    for (int32_t& capacity : *edges) capacity = any();
  for (size_t i = 0; i < grid.pixels() && seeds != Seeds::None; ++i) {
    if (seeds == Seeds::Random) {
      grid.source[i] = any();
      grid.sink[i] = any();
    } else if (random.below(seeds == Seeds::Sparse ? 10 : 2) == 0) {
      (random.below(2) ? grid.source : grid.sink)[i] = seeds == Seeds::Sparse ? any() : kMostCapacity;
    }
  }
  return grid;
}

GridData anyGrid(Random& random, int64_t mostRows, int64_t mostCols) {
  const int64_t rows = anySide(random, mostRows), cols = anySide(random, mostCols);
  const int64_t neighbours = random.below(2) ? 4 : 8;
  const int32_t most = kMost[random.below(5)];
  return randomGrid(random, rows, cols, neighbours, most, kSeeds[random.below(4)]);
}

GridData spiral(int64_t rows, int64_t cols, int64_t neighbours) {
  GridData grid(rows, cols, neighbours);
  const auto at = [&](int64_t row, int64_t col) { return static_cast<size_t>(row * cols + col); };
  std::vector<bool> seen(grid.pixels());
  int64_t row = 0, col = 0;
  seen[0] = true;
  grid.source[0] = 2;
  for (int direction = 0, turns = 0; turns < 2;) {
    const int64_t nextRow = row + rowStep(direction), nextCol = col + colStep(direction);
    const bool inside = nextRow >= 0 && nextRow < rows && nextCol >= 0 && nextCol < cols;
    if (!inside || seen[at(nextRow, nextCol)]) {
      direction = (direction + 2) % 8;
      ++turns;
      continue;
    }
    turns = 0;
    const size_t owner = at(std::min(row, nextRow), std::min(col, nextCol));
    (nextRow == row ? grid.right : grid.down)[owner] = 3;
    row = nextRow;
    col = nextCol;
    seen[at(row, col)] = true;
  }
  grid.sink[at(row, col)] += 3;
  return grid;
}

GridData objectGrid(Random& random, int64_t rows, int64_t cols, int64_t neighbours) {
  GridData grid(rows, cols, neighbours);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t col = 0; col < cols; ++col) {
      const auto i = static_cast<size_t>(row * cols + col);
      const int64_t y = 200 * row / rows - 100, x = 200 * col / cols - 100, ellipse = x * x + 2 * y * y;
      const int32_t blot = (row / 24 + 2 * (col / 40)) % 3 ? 60 : -60;
      const int32_t lean = blot + (ellipse < 4000 ? 40 : -60) + random.below(301) - 150;
      (lean > 0 ? grid.source : grid.sink)[i] = lean > 0 ? lean : -lean;
      const bool border = ellipse > 3600 && ellipse < 4400;
      for (Capacities* edges : {&grid.right, &grid.down, &grid.downRight, &grid.downLeft})
        (*edges)[i] = border ? random.below(300) : 700 + random.below(900);
    }
  }
  return grid;
}

int64_t cutCost(const GridData& data, const std::vector<uint8_t>& foreground) {
  const Grid grid = data.grid();
  int64_t cost = 0;
  for (int64_t row = 0; row < data.rows; ++row) {
    for (int64_t col = 0; col < data.cols; ++col) {
      const int64_t i = row * data.cols + col;
      const bool front = foreground[static_cast<size_t>(i)] != 0;
      cost += capacity(front ? grid.sink[i] : grid.source[i]);
      for (int d = 0; d < 4; d += directionStep(grid)) {
        const uint32_t edge = edgeCapacity(grid, row, col, d);
        const int64_t other = i + rowStep(d) * data.cols + colStep(d);
        if (edge && front != (foreground[static_cast<size_t>(other)] != 0)) cost += edge;
      }
    }
  }
  return cost;
}

Cut bruteForce(const GridData& grid) {
  Cut best{INT64_MAX, {}};
  std::vector<uint8_t> foreground(grid.pixels());
  for (uint32_t mask = 0; mask < 1u << grid.pixels(); ++mask) {
    for (size_t i = 0; i < grid.pixels(); ++i) foreground[i] = mask >> i & 1;
    const int64_t cost = cutCost(grid, foreground);
    if (cost < best.flow) best = {cost, foreground};
    if (cost > best.flow) continue;
    for (size_t i = 0; i < grid.pixels(); ++i) best.foreground[i] |= foreground[i];
  }
  return best;
}

}  // namespace deep_inside::test
