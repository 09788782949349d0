#include "cpu/max_flow.h"

#include <algorithm>

#include "core/instruction_set.h"
#include "cpu/device.h"
#include "cpu/memory.h"
#include "cpu/placement.h"

namespace deep_inside {

namespace {

/** Pixels of a thread's share, below which waiting for each other costs more than it saves. */
constexpr int64_t kShare = 1 << 13;

int usefulThreads(const GridGeometry& g, int threads) {
  return static_cast<int>(std::clamp<int64_t>(g.rows * g.cols / kShare, 1, threads));
}

const int32_t* capacities(const Tensor& x) { return x.storage ? x.ints() : nullptr; }

}  // namespace

DI_DECLARE_TABLES(SweepKernels, sweeps)

const SweepKernels& sweepKernels() { return DI_CHOSEN_TABLE(sweeps); }

CpuMaxFlowPlan::CpuMaxFlowPlan(const GridGeometry& g, int threads, const std::shared_ptr<MemoryAccount>& account)
    : MaxFlowPlan(g), threads_(usefulThreads(g, threads)) {
  const size_t bytes = sweepKernels().workspaceBytes(g.rows, g.cols, g.neighbours, threads_);
  workspace_ = allocateHost(bytes, Purpose::Workspace, account);
}

void CpuMaxFlowPlan::run(const GridTensors& given, const Tensor& foreground, const Tensor& flow) const {
  const Grid grid{
      geometry().rows,         geometry().cols,        capacities(given.source),    capacities(given.sink),
      capacities(given.right), capacities(given.down), capacities(given.downRight), capacities(given.downLeft)};
  const TeamApart apart(threads_);
  const Team team{threads_, apart.each() ? Waiting::Awake : Waiting::Asleep};
  const auto total =
      static_cast<uint64_t>(sweepKernels().solve(grid, team, Words::Fitting, workspace_->data(), foreground.bytes()));
  flow.ints()[0] = static_cast<int32_t>(static_cast<uint32_t>(total));
  flow.ints()[1] = static_cast<int32_t>(static_cast<uint32_t>(total >> 32));
}

std::shared_ptr<MaxFlowPlan> CpuDevice::planMaxFlow(const GridGeometry& geometry) {
  return std::make_shared<CpuMaxFlowPlan>(geometry, threads_, memory_);
}

void CpuDevice::maxFlow(std::shared_ptr<MaxFlowPlan> plan, const GridTensors& grid, const Tensor& foreground,
                        const Tensor& flow) {
  submit([plan = std::static_pointer_cast<CpuMaxFlowPlan>(std::move(plan)), grid, foreground, flow] {
    plan->run(grid, foreground, flow);
  });
}

}  // namespace deep_inside
