// Minimum cuts by OpenCV's GCGraph, the solver of cv::grabCut: a header of its own, so that nothing is linked. Built and
// run by bench/measure/cuts.js:
//
//   c++ -O3 -std=c++17 -march=native -I/usr/include/opencv4 gcgraph.cc -o gcgraph
//
// reads lines such as {"grid": "FILE"}, and answers each with {"ms": 12.3, "flow": 45}: the time from the capacities in
// memory to the mask in memory. A file holds int32: rows, cols, neighbours (4 or 8), then as many arrays [rows, cols] as
// there are kinds of edges: from the source, to the sink, right, down, and for 8 neighbours down right and down left.
#include <algorithm>
#include <chrono>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

// What the header wants of OpenCV's core.
#define CV_Assert(condition) ((condition) ? (void)0 : throw std::logic_error(#condition))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
typedef unsigned char uchar;
using std::fabs;
#include <opencv2/imgproc/detail/gcgraph.hpp>

struct Grid {
  int rows, cols, neighbours;
  std::vector<std::vector<int32_t>> capacities;
};

Grid read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  int32_t head[3] = {};
  file.read(reinterpret_cast<char*>(head), sizeof head);
  Grid grid{head[0], head[1], head[2], {}};
  grid.capacities.resize(grid.neighbours == 8 ? 6 : 4);
  for (std::vector<int32_t>& array : grid.capacities) {
    array.resize(static_cast<size_t>(grid.rows) * static_cast<size_t>(grid.cols));
    file.read(reinterpret_cast<char*>(array.data()), static_cast<std::streamsize>(array.size() * sizeof(int32_t)));
  }
  if (!file) throw std::runtime_error(path + " cannot be read");
  return grid;
}

struct Cut {
  int flow;
  std::vector<uchar> foreground;
};

Cut cut(const Grid& grid) {
  constexpr int kSteps[][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};
  const int kinds = grid.neighbours / 2, pixels = grid.rows * grid.cols;
  cv::detail::GCGraph<int> graph;
  graph.create(static_cast<unsigned>(pixels), static_cast<unsigned>(2 * kinds * pixels));
  for (int row = 0, i = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col, ++i) {
      graph.addVtx();
      graph.addTermWeights(i, grid.capacities[0][static_cast<size_t>(i)], grid.capacities[1][static_cast<size_t>(i)]);
    }
  }
  for (int row = 0, i = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col, ++i) {
      for (int kind = 0; kind < kinds; ++kind) {
        const int otherRow = row + kSteps[kind][0], otherCol = col + kSteps[kind][1];
        if (otherRow >= grid.rows || otherCol < 0 || otherCol >= grid.cols) continue;
        const int edge = grid.capacities[static_cast<size_t>(2 + kind)][static_cast<size_t>(i)];
        graph.addEdges(i, otherRow * grid.cols + otherCol, edge, edge);
      }
    }
  }
  Cut result{graph.maxFlow(), std::vector<uchar>(static_cast<size_t>(pixels))};
  for (int i = 0; i < pixels; ++i) result.foreground[static_cast<size_t>(i)] = graph.inSourceSegment(i);
  return result;
}

int main() {
  std::string known;
  Grid grid{};
  for (std::string line; std::getline(std::cin, line);) {
    try {
      const size_t colon = line.find(':'), first = line.find('"', colon) + 1;
      const std::string path = line.substr(first, line.rfind('"') - first);
      if (path != known) grid = read(known = path);
      const auto start = std::chrono::steady_clock::now();
      const Cut result = cut(grid);
      const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
      std::printf("{\"ms\": %.4f, \"flow\": %d}\n", time.count(), result.flow);
    } catch (const std::exception& error) {
      std::printf("{\"error\": \"%s\"}\n", error.what());
    }
    std::fflush(stdout);
  }
}
