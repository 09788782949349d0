#include "cuda/cudnn.h"
#include "test/cuda/fake/state.h"

// In place of native/cuda/cudnn_parts.cc, which looks for shared libraries.

std::string deep_inside::missingPartOfCudnn() {
  const std::lock_guard<std::mutex> lock(test::fake::mutex);
  return test::fake::state.lostPart;
}
