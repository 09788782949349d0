#include "test/boost/cut.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

namespace deep_inside::test {

namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using EdgeProperties =
    boost::property<boost::edge_capacity_t, int64_t,
                    boost::property<boost::edge_residual_capacity_t, int64_t,
                                    boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>;
using VertexProperties = boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor,
                                         boost::property<boost::vertex_color_t, boost::default_color_type,
                                                         boost::property<boost::vertex_distance_t, int64_t>>>;
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, VertexProperties, EdgeProperties>;

/** An edge of each direction, which are each other's reverse. */
void connect(Graph& graph, size_t from, size_t to, int64_t there, int64_t back) {
  const auto edge = add_edge(from, to, graph).first, reverse = add_edge(to, from, graph).first;
  put(boost::edge_capacity, graph, edge, there);
  put(boost::edge_capacity, graph, reverse, back);
  put(boost::edge_reverse, graph, edge, reverse);
  put(boost::edge_reverse, graph, reverse, edge);
}

/** The pixels, the source and the sink. */
Graph graphOf(const GridData& data) {
  const Grid grid = data.grid();
  Graph graph(data.pixels() + 2);
  for (int64_t row = 0; row < data.rows; ++row) {
    for (int64_t col = 0; col < data.cols; ++col) {
      const int64_t i = row * data.cols + col;
      const auto pixel = static_cast<size_t>(i);
      connect(graph, data.pixels(), pixel, capacity(grid.source[i]), 0);
      connect(graph, pixel, data.pixels() + 1, capacity(grid.sink[i]), 0);
      for (int d = 0; d < 4; d += directionStep(grid)) {
        const uint32_t edge = edgeCapacity(grid, row, col, d);
        if (edge) connect(graph, pixel, static_cast<size_t>(i + rowStep(d) * data.cols + colStep(d)), edge, edge);
      }
    }
  }
  return graph;
}

/** Whether each vertex has a path of residual edges to `target`. */
std::vector<bool> reaching(const Graph& graph, size_t target) {
  const auto residual = get(boost::edge_residual_capacity, graph);
  const auto reverse = get(boost::edge_reverse, graph);
  std::vector<bool> found(num_vertices(graph));
  std::vector<size_t> left{target};
  found[target] = true;
  while (!left.empty()) {
    const size_t vertex = left.back();
    left.pop_back();
    for (auto [edge, end] = out_edges(vertex, graph); edge != end; ++edge) {
      const size_t other = boost::target(*edge, graph);
      if (found[other] || residual[reverse[*edge]] == 0) continue;
      found[other] = true;
      left.push_back(other);
    }
  }
  return found;
}

}  // namespace

Cut boostCut(const GridData& data) {
  Graph graph = graphOf(data);
  Cut cut{boykov_kolmogorov_max_flow(graph, data.pixels(), data.pixels() + 1), {}};
  const std::vector<bool> background = reaching(graph, data.pixels() + 1);
  for (size_t i = 0; i < data.pixels(); ++i) cut.foreground.push_back(!background[i]);
  return cut;
}

}  // namespace deep_inside::test
