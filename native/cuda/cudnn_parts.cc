#include <dlfcn.h>

#include <initializer_list>

#include "cuda/cudnn.h"

namespace deep_inside {

namespace {

/** Of cuDNN, which is where its parts lie, too; "" where that is unknown. */
std::string folder() {
  Dl_info where{};
  if (!dladdr(reinterpret_cast<void*>(&cudnnGetVersion), &where) || !where.dli_fname) return {};
  std::string name = where.dli_fname;
  return name.erase(name.find_last_of('/') + 1);
}

/** The first that cannot be loaded, or nothing. */
std::string missingOf(std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    const std::string name = std::string("libcudnn_") + part + ".so." + std::to_string(CUDNN_MAJOR);
    // Kept open: cuDNN would load it anyway.
    if (!dlopen((folder() + name).c_str(), RTLD_NOW | RTLD_LOCAL) && !dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL))
      return name;
  }
  return {};
}

/** As cudnnGetVersion counts: the first that is known to have a part of that name. */
constexpr size_t kFirstWithTensorIr = 92400;

}  // namespace

std::string missingPartOfCudnn() { return missingOf({"graph", "ops", "cnn", "engines_precompiled", "heuristic"}); }

bool cudnnCompiles() {
  if (!missingOf({"engines_runtime_compiled"}).empty()) return false;
  return cudnnGetVersion() < kFirstWithTensorIr || missingOf({"engines_tensor_ir"}).empty();
}

}  // namespace deep_inside
