#include "cuda/launch_blocks.h"
#include "cuda/max_flow.h"

namespace deep_inside::cuda {

namespace {

Grid gridOf(const GridGeometry& geometry, const GridTensors& tensors) {
  const bool diagonals = geometry.neighbours == 8;
  return {geometry.rows,
          geometry.cols,
          tensors.source.ints(),
          tensors.sink.ints(),
          tensors.right.ints(),
          tensors.down.ints(),
          diagonals ? tensors.downRight.ints() : nullptr,
          diagonals ? tensors.downLeft.ints() : nullptr};
}

template <int D>
struct TryToCut {
  using Shared = tiles::Shared<uint16_t, D>;
  tiles::Job<uint16_t, D> job;

  template <class Block>
  DI_TILE void operator()(Block& block, Shared& shared) const {
    tiles::tryToCut(block, shared, job);
  }
};

template <int D>
struct CutWhatDidNotFit {
  using Shared = tiles::Shared<uint32_t, D>;
  tiles::Job<uint32_t, D> job;

  template <class Block>
  DI_TILE void operator()(Block& block, Shared& shared) const {
    tiles::cutWhatDidNotFit(block, shared, job);
  }
};

template <int D>
void launchCut(cudaStream_t stream, const MaxFlowPlace& place, const tiles::Call& call) {
  const int tiles = tiles::tilingOf(call.grid.rows, call.grid.cols).count();
  const TryToCut<D> narrow{tiles::jobOf<uint16_t, D>(call)};
  const CutWhatDidNotFit<D> wide{tiles::jobOf<uint32_t, D>(call)};
  launchBlocks(stream, tiles, place.multiprocessors, narrow, "launching maxFlow");
  launchBlocks(stream, tiles, place.multiprocessors, wide, "launching maxFlow");
}

}  // namespace

size_t maxFlowBytes(const GridGeometry& geometry) {
  return geometry.neighbours == 8 ? tiles::cutBytes<8>(geometry.rows, geometry.cols)
                                  : tiles::cutBytes<4>(geometry.rows, geometry.cols);
}

void maxFlow(cudaStream_t stream, const MaxFlowPlace& place, const GridGeometry& geometry, const GridTensors& grid,
             const Tensor& foreground, const Tensor& flow, const tiles::Trace& trace) {
  const tiles::Call call{gridOf(geometry, grid), place.memory, foreground.bytes(), flow.ints(), trace};
  geometry.neighbours == 8 ? launchCut<8>(stream, place, call) : launchCut<4>(stream, place, call);
}

}  // namespace deep_inside::cuda
