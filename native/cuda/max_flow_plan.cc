#include "cuda/max_flow_plan.h"

#include "cuda/check.h"
#include "cuda/device.h"

namespace deep_inside {

CudaMaxFlowPlan::CudaMaxFlowPlan(const GridGeometry& geometry, Stream& stream,
                                 const std::shared_ptr<MemoryAccount>& account)
    : MaxFlowPlan(geometry), workspace_(stream.allocate(cuda::maxFlowBytes(geometry), Purpose::Workspace, account)) {
  check(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, stream.index()),
        "asking for the number of multiprocessors");
}

std::shared_ptr<MaxFlowPlan> CudaDevice::planMaxFlow(const GridGeometry& geometry) {
  demandNotCapturing("device.planMaxFlow");
  return std::make_shared<CudaMaxFlowPlan>(geometry, *stream_, memory_);
}

void CudaDevice::maxFlow(std::shared_ptr<MaxFlowPlan> plan, const GridTensors& grid, const Tensor& foreground,
                         const Tensor& flow) {
  const auto& ours = static_cast<const CudaMaxFlowPlan&>(*plan);
  if (capturing()) captured_.insert(ours.workspace());
  submit({grid.source, grid.sink, grid.right, grid.down, grid.downRight, grid.downLeft, foreground, flow}, [&] {
    cuda::maxFlow(stream_->get(), ours.place(), ours.geometry(), grid, foreground, flow, {nullptr, 0});
  });
}

}  // namespace deep_inside
