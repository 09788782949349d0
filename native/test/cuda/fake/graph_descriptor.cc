#include "test/cuda/fake/graph_descriptor.h"

#include <algorithm>
#include <set>

#include "test/cuda/fake/cudnn.h"
#include "test/cuda/fake/state.h"

// The calls of cuDNN's graph API, but for the one that runs a plan.

using namespace deep_inside::test::fake;

namespace {

std::set<const void*> living;
std::mutex livingMutex;

size_t bytesOfOne(cudnnBackendAttributeType_t type) {
  switch (type) {
    case CUDNN_TYPE_INT64:
    case CUDNN_TYPE_VOID_PTR:
    case CUDNN_TYPE_HANDLE:
    case CUDNN_TYPE_BACKEND_DESCRIPTOR: return 8;
    case CUDNN_TYPE_BOOLEAN:
    case CUDNN_TYPE_CHAR: return 1;
    default: return 4;  // float, and enumerations
  }
}

GraphDescriptor* asKnown(cudnnBackendDescriptor_t it) {
  return isAlive(it) ? static_cast<GraphDescriptor*>(it) : nullptr;
}

/** Fills the configurations that the caller made; cuDNN, too, says more at first than there are. */
cudnnStatus_t answerEngines(const GraphDescriptor& search, int64_t most, int64_t* count, void* to) {
  const std::vector<FakeEngine> engines = enginesOf(search);
  *count = static_cast<int64_t>(engines.size());
  if (most == 0) *count += 2;
  auto** configurations = static_cast<GraphDescriptor**>(to);
  for (int64_t i = 0; i < std::min(most, *count); ++i) {
    if (!isAlive(configurations[i]) || configurations[i]->type != CUDNN_BACKEND_ENGINECFG_DESCRIPTOR)
      return CUDNN_STATUS_BAD_PARAM;
    const FakeEngine& engine = engines[static_cast<size_t>(i)];
    // A configuration stands for its engine, too: what is asked of either is told here.
    configurations[i]->tell<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, {engine.index});
    configurations[i]->tell(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, engine.notes);
    configurations[i]->tell<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE, {});
    configurations[i]->tell(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                            search.all<GraphDescriptor*>(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH));
    configurations[i]->finalized = true;
  }
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t answerEngine(const GraphDescriptor& configuration, int64_t most, int64_t* count, void* to) {
  *count = 1;
  if (most == 0) return CUDNN_STATUS_SUCCESS;
  GraphDescriptor* engine = asKnown(*static_cast<cudnnBackendDescriptor_t*>(to));
  if (!engine || engine->type != CUDNN_BACKEND_ENGINE_DESCRIPTOR) return CUDNN_STATUS_BAD_PARAM;
  engine->told = configuration.told;
  engine->finalized = true;
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace

bool deep_inside::test::fake::isAlive(const void* descriptor) {
  const std::lock_guard<std::mutex> lock(livingMutex);
  return living.count(descriptor) > 0;
}

extern "C" {

cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t type, cudnnBackendDescriptor_t* made) {
  if (const auto status = entered("cudnnBackendCreateDescriptor", CUDNN_STATUS_EXECUTION_FAILED)) return status;
  auto* it = new GraphDescriptor{type, false, {}};
  count(&Alive::descriptors, 1);
  const std::lock_guard<std::mutex> lock(livingMutex);
  living.insert(it);
  *made = it;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t it) {
  {
    const std::lock_guard<std::mutex> lock(livingMutex);
    if (!living.erase(it)) return CUDNN_STATUS_BAD_PARAM;
  }
  delete static_cast<GraphDescriptor*>(it);
  count(&Alive::descriptors, -1);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t to, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, int64_t count, const void* values) {
  GraphDescriptor* it = asKnown(to);
  if (!it || it->finalized || count < 0) return CUDNN_STATUS_BAD_PARAM;
  const auto* bytes = static_cast<const char*>(values);
  const GraphAttribute attribute{type, count, {bytes, bytes + static_cast<size_t>(count) * bytesOfOne(type)}};
  if (const auto status = mayBeTold(*it, name, attribute)) return status;
  it->told[name] = attribute;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor) {
  if (const auto status = entered("cudnnBackendFinalize", CUDNN_STATUS_EXECUTION_FAILED)) return status;
  GraphDescriptor* it = asKnown(descriptor);
  if (!it || it->finalized) return CUDNN_STATUS_BAD_PARAM;
  if (const auto status = isWhole(*it)) return status;
  if (it->type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR) {
    const auto handle = it->one<cudnnHandle_t>(CUDNN_ATTR_EXECUTION_PLAN_HANDLE);
    if (!handle->isUsedByOne()) return CUDNN_STATUS_BAD_PARAM;
    it->device = handle->device;
  }
  it->finalized = true;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, int64_t most, int64_t* number, void* to) {
  const GraphDescriptor* it = asKnown(descriptor);
  if (!it || !it->finalized) return CUDNN_STATUS_NOT_INITIALIZED;
  if (name == CUDNN_ATTR_ENGINEHEUR_RESULTS) return answerEngines(*it, most, number, to);
  if (name == CUDNN_ATTR_ENGINECFG_ENGINE) return answerEngine(*it, most, number, to);
  if (name == CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE) {
    const GraphDescriptor& engine = it->part(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG);
    const auto index = static_cast<int>(engine.one<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX));
    *number = 1;
    if (most) *static_cast<int64_t*>(to) = static_cast<int64_t>(workspaceOf("cudnnBackendExecute", index, 384));
    return CUDNN_STATUS_SUCCESS;
  }
  if (!it->knows(name) || it->told.at(name).type != type) return CUDNN_STATUS_BAD_PARAM;
  const GraphAttribute& attribute = it->told.at(name);
  *number = attribute.count;
  std::copy_n(attribute.bytes.begin(), static_cast<size_t>(std::min(most, *number)) * bytesOfOne(type),
              static_cast<char*>(to));
  return CUDNN_STATUS_SUCCESS;
}

}  // extern "C"
