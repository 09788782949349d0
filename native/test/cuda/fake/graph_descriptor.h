#pragma once

#include <cstring>
#include <map>
#include <vector>

#include "cuda/cudnn.h"

// Descriptors of cuDNN's graph API in the fake: they remember what they were told.

namespace deep_inside::test::fake {

struct GraphAttribute {
  cudnnBackendAttributeType_t type;
  int64_t count;
  std::vector<char> bytes;
};

struct GraphDescriptor {
  cudnnBackendDescriptorType_t type;
  bool finalized = false;
  std::map<cudnnBackendAttributeName_t, GraphAttribute> told;
  /** Of a plan: its handle's. The handle itself is not asked for again. */
  int device = 0;

  bool knows(cudnnBackendAttributeName_t name) const { return told.count(name) > 0; }

  template <class T>
  std::vector<T> all(cudnnBackendAttributeName_t name) const {
    if (!knows(name)) return {};
    const GraphAttribute& it = told.at(name);
    std::vector<T> values(it.bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), it.bytes.data(), it.bytes.size());
    return values;
  }
  template <class T>
  T one(cudnnBackendAttributeName_t name, T otherwise = {}) const {
    const std::vector<T> values = all<T>(name);
    return values.empty() ? otherwise : values[0];
  }
  const GraphDescriptor& part(cudnnBackendAttributeName_t name) const { return *one<GraphDescriptor*>(name); }

  template <class T>
  void tell(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t as, const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    told[name] = {as, static_cast<int64_t>(values.size()), {bytes, bytes + values.size() * sizeof(T)}};
  }
};

/** Whether it may be told this; what it stands for exists and is finalized. */
cudnnStatus_t mayBeTold(const GraphDescriptor& it, cudnnBackendAttributeName_t name, const GraphAttribute& attribute);
/** Whether all that it needs is there and fits together. */
cudnnStatus_t isWhole(const GraphDescriptor& it);

/** The engines that a search lists, as descriptors of configurations would answer. */
struct FakeEngine {
  int64_t index;
  std::vector<cudnnBackendNumericalNote_t> notes;
};
std::vector<FakeEngine> enginesOf(const GraphDescriptor& search);

/** Whether one is alive: a destroyed descriptor is of no use to those that were told of it. */
bool isAlive(const void* descriptor);

}  // namespace deep_inside::test::fake
