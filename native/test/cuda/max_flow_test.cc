#include "cuda/max_flow_plan.h"
#include "maxflow/tile_cut.h"
#include "maxflow/tile_host.h"
#include "test/cuda/side.h"
#include "test/grids.h"

// Minimum cuts on the CUDA device over the fake runtime, where blocks are threads.

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** A grid on a device, with the room for its cut. */
struct Uploaded {
  Side& side;
  std::shared_ptr<MaxFlowPlan> plan;
  GridTensors grid;
  Tensor foreground, flow;
  size_t pixels;

  Uploaded(Side& onSide, const GridData& data)
      : side(onSide),
        plan(side.device().planMaxFlow({data.rows, data.cols, data.neighbours})),
        foreground(side.zeros({(data.rows * data.cols + 3) / 4}, DType::Int32)),
        flow(side.zeros({2}, DType::Int32)),
        pixels(data.pixels()) {
    const auto uploaded = [&](const Capacities& capacities) {
      const Tensor made = side.zeros({data.rows, data.cols}, DType::Int32);
      side.device().write(made, capacities.data());
      return made;
    };
    grid = {uploaded(data.source), uploaded(data.sink), uploaded(data.right), uploaded(data.down), {}, {}};
    if (data.neighbours == 8) grid.downRight = uploaded(data.downRight), grid.downLeft = uploaded(data.downLeft);
  }

  void run() { side.device().maxFlow(plan, grid, foreground, flow); }

  Cut cut() {
    Cut read{0, std::vector<uint8_t>(static_cast<size_t>(4 * elementsOf(foreground.shape)))};
    int32_t words[2];
    const auto fetch = [&](const Tensor& from, void* to) {
      std::promise<Status> done;
      side.device().read(from, to, [&](const Status& status) { done.set_value(status); });
      demand(done.get_future().get());
    };
    fetch(foreground, read.foreground.data());
    read.foreground.resize(pixels);
    fetch(flow, words);
    read.flow = static_cast<int64_t>(uint64_t{static_cast<uint32_t>(words[1])} << 32 | static_cast<uint32_t>(words[0]));
    return read;
  }
};

Cut cutOn(Side& side, const GridData& data) {
  Uploaded uploaded(side, data);
  uploaded.run();
  return uploaded.cut();
}

}  // namespace

TEST("parity: minimum cuts of random grids, of both widths of words, in two orders of lanes") {
  Side cpu(openDevice({0, 2}));
  for (const bool backwards : {false, true}) {
    fake::reset();
    fake::runBackwards(backwards);
    Side cuda(std::make_shared<CudaDevice>(0));
    Random random(1);
    for (int i = 0; i < 24; ++i) {
      const int32_t most = i % 3 == 0 ? 3 : i % 3 == 1 ? 3000 : kMostCapacity;
      const GridData data = randomGrid(random, 1 + random.below(70), 1 + random.below(70), i % 2 ? 4 : 8, most,
                                       i % 4 < 2 ? Seeds::Sparse : Seeds::Saturated);
      const Cut cut = cutOn(cuda, data);
      EXPECT(cut == cutOn(cpu, data));
      EXPECT(cut.flow == cutCost(data, cut.foreground));
    }
  }
}

TEST("parity: all planes of a minimum cut after every round, and those of a thread of its own") {
  Random random(4);
  for (const bool backwards : {false, true}) {
    fake::reset();
    fake::runBackwards(backwards);
    Side cuda(std::make_shared<CudaDevice>(0));
    const GridData data = objectGrid(random, 70, 100, 8);
    Uploaded uploaded(cuda, data);
    constexpr uint32_t kRoom = 40;
    std::vector<uint64_t> hashes(kRoom), expected(kRoom);
    {
      const auto stream = std::make_shared<Stream>(0);
      const CudaMaxFlowPlan plan({70, 100, 8}, *stream, std::make_shared<MemoryAccount>());
      uploaded.cut();  // what was written is there
      cuda::maxFlow(stream->get(), plan.place(), plan.geometry(), uploaded.grid, uploaded.foreground, uploaded.flow,
                    {hashes.data(), kRoom});
    }  // a stream runs its work before it goes
    std::vector<char> memory(tiles::cutBytes<8>(70, 100));
    std::vector<uint8_t> foreground(data.pixels());
    int32_t flow[2];
    const tiles::Call call{data.grid(), memory.data(), foreground.data(), flow, {expected.data(), kRoom}};
    tiles::runBlocks(1, tiles::LaneOrder::Shuffled, [&](tiles::HostBlock& block) {
      const auto shared = std::make_unique<tiles::Shared<uint16_t, 8>>();
      tiles::tryToCut(block, *shared, tiles::jobOf<uint16_t, 8>(call));
    });
    EXPECT(expected[4] != 0);
    EXPECT(hashes == expected);
    EXPECT(uploaded.cut().foreground == foreground);
  }
}

TEST("cuda: a plan of a minimum cut is used again for another grid, and recorded and replayed") {
  fake::reset();
  {
    Side cpu(openDevice({0, 2})), cuda(std::make_shared<CudaDevice>(0));
    Random random(2);
    const GridData wide = randomGrid(random, 40, 50, 8, kMostCapacity, Seeds::Random),
                   narrow = randomGrid(random, 40, 50, 8, 12, Seeds::Sparse);
    std::shared_ptr<Recording> recording;
    Uploaded uploaded(cuda, wide);
    uploaded.run();
    EXPECT(uploaded.cut() == cutOn(cpu, wide));
    cuda.device().beginCapture(1);
    uploaded.run();
    recording = cuda.device().endCapture();
    uploaded.plan = nullptr;
    for (const auto& [tensor, values] : {std::pair(&uploaded.grid.source, &narrow.source),
                                         {&uploaded.grid.sink, &narrow.sink},
                                         {&uploaded.grid.right, &narrow.right},
                                         {&uploaded.grid.down, &narrow.down},
                                         {&uploaded.grid.downRight, &narrow.downRight},
                                         {&uploaded.grid.downLeft, &narrow.downLeft}})
      cuda.device().write(*tensor, values->data());
    cuda.device().replay(recording, 2);
    EXPECT(uploaded.cut() == cutOn(cpu, narrow));
  }
  EXPECT(fake::alive().blocks == 0);
}

TEST("cuda: a plan of a minimum cut is refused where memory ends, and a launch that fails is a fault") {
  fake::reset();
  Side cuda(std::make_shared<CudaDevice>(0));
  Random random(3);
  const GridData data = randomGrid(random, 33, 33, 4, 3, Seeds::Sparse);
  Uploaded uploaded(cuda, data);
  fake::fail("cudaDeviceGetAttribute", cudaErrorInvalidValue);
  EXPECT(!caught([&] { cuda.device().planMaxFlow({33, 33, 4}); }).ok());
  fake::limitMemory(1 << 20);
  EXPECT(caught([&] { cuda.device().planMaxFlow({1000, 1000, 8}); }).code == Code::Memory);
  for (const int before : {0, 1}) {
    fake::fail("cudaLaunchCooperativeKernel", cudaErrorCooperativeLaunchTooLarge, before);
    uploaded.run();
    std::promise<Status> done;
    cuda.device().sync([&](const Status& told) { done.set_value(told); });
    const Status status = done.get_future().get();
    EXPECT(status.code == Code::Backend && status.text.find("launching maxFlow") != std::string::npos);
    cuda.device().acknowledgeFault(status.fault);
  }
  uploaded.run();
  const Cut cut = uploaded.cut();
  EXPECT(cut.flow == cutCost(data, cut.foreground));
}
