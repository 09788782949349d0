#include "cuda/graph/execution_plan.h"

#include <algorithm>

#include "cuda/graph/engines.h"
#include "cuda/workspace_limit.h"

namespace deep_inside::cuda::graph {

namespace {

size_t workspaceOf(const Descriptor& plan) {
  return static_cast<size_t>(plan.get<int64_t>(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE).at(0));
}

/** What an engine or cuDNN as a whole cannot do is no error of the caller's; the next one may. */
bool goesOn(const Status& status) {
  if (status.code == Code::Memory || status.code == Code::Device) throw Error(status.code, status.text);
  return status.ok();
}

}  // namespace

ExecutionPlan::ExecutionPlan(const Descriptor& description)
    : description_(description), bytes_(workspaceOf(description)) {}

void ExecutionPlan::run(cudnnHandle_t handle, const std::vector<Bound>& memory, void* workspace) const {
  std::vector<int64_t> uids;
  std::vector<void*> places;
  for (const Bound& each : memory) {
    uids.push_back(each.uid);
    places.push_back(const_cast<void*>(each.data));
  }
  const Descriptor pack = Descriptor(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR)
                              .set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, uids)
                              .set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, places)
                              .set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, workspace)
                              .finalize("naming the memory of an operation");
  check(cudnnBackendExecute(handle, description_.raw(), pack.raw()), "convolution");
}

std::optional<ExecutionPlan> planOf(const std::function<std::vector<Descriptor>()>& describe, Precision precision,
                                    const Target& target) {
  std::vector<Descriptor> engines;
  std::optional<ExecutionPlan> found;
  const Status asked = caught([&] { engines = enginesFor(describe(), precision, target); });
  if (!goesOn(asked)) return std::nullopt;
  for (const Descriptor& engine : engines) {
    const Status made = caught([&] {
      Descriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
      target.tellPlan(plan);
      found.emplace(plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, engine).finalize("planning a convolution"));
    });
    if (goesOn(made) && found->bytes() <= kMostWorkspace) return found;
  }
  return std::nullopt;
}

}  // namespace deep_inside::cuda::graph
