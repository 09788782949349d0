#include "cuda/graph/descriptor.h"

#include <algorithm>

namespace deep_inside::cuda::graph {

Descriptor::Descriptor(cudnnBackendDescriptorType_t type) : content_(std::make_shared<Content>()) {
  check(cudnnBackendCreateDescriptor(type, &content_->raw), "creating a descriptor");
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, const std::vector<Descriptor>& parts) {
  std::vector<cudnnBackendDescriptor_t> raws;
  for (const Descriptor& part : parts) {
    raws.push_back(part.raw());
    content_->parts.push_back(part);
  }
  return put(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, static_cast<int64_t>(raws.size()), raws.data());
}

Descriptor& Descriptor::finalize(const char* what) {
  check(cudnnBackendFinalize(raw()), what);
  return *this;
}

std::vector<Descriptor> Descriptor::get(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type,
                                        size_t limit) const {
  std::vector<Descriptor> found;
  std::vector<cudnnBackendDescriptor_t> raws;
  const size_t count = std::min(limit, most(name, CUDNN_TYPE_BACKEND_DESCRIPTOR));
  for (size_t i = 0; i < count; ++i) raws.push_back(found.emplace_back(type).raw());
  // cuDNN fills the descriptors that it is given, from the first on.
  const size_t filled = take(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, count, raws.data());
  found.erase(found.begin() + static_cast<std::ptrdiff_t>(filled), found.end());
  for (const Descriptor& each : found) each.content_->parts.push_back(*this);
  return found;
}

Descriptor& Descriptor::put(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count,
                            const void* from) {
  check(cudnnBackendSetAttribute(raw(), name, type, count, from), "describing an operation");
  return *this;
}

size_t Descriptor::most(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const {
  int64_t most = 0;
  check(cudnnBackendGetAttribute(raw(), name, type, 0, &most, nullptr), "asking for what an operation needs");
  return static_cast<size_t>(most);
}

size_t Descriptor::take(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, size_t most,
                        void* to) const {
  int64_t count = 0;
  check(cudnnBackendGetAttribute(raw(), name, type, static_cast<int64_t>(most), &count, to),
        "asking for what an operation needs");
  return std::min(static_cast<size_t>(count), most);
}

}  // namespace deep_inside::cuda::graph
