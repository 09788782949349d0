#include <dlfcn.h>

#include "cuda/cudnn.h"

namespace deep_inside {

std::string missingPartOfCudnn() {
  Dl_info where{};
  std::string folder;
  if (dladdr(reinterpret_cast<void*>(&cudnnGetVersion), &where) && where.dli_fname) {
    folder = where.dli_fname;
    folder.erase(folder.find_last_of('/') + 1);
  }
  for (const char* part : {"graph", "ops", "cnn", "engines_precompiled", "heuristic"}) {
    const std::string name = std::string("libcudnn_") + part + ".so." + std::to_string(CUDNN_MAJOR);
    // Kept open: cuDNN would load it anyway.
    if (!dlopen((folder + name).c_str(), RTLD_NOW | RTLD_LOCAL) && !dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL))
      return name;
  }
  return {};
}

}  // namespace deep_inside
