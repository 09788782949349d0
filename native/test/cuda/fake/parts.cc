#include "cuda/cudnn.h"
#include "test/cuda/fake/state.h"

// In place of native/cuda/cudnn_parts.cc, which looks for shared libraries.

namespace {

constexpr const char* kCompiler = "libcudnn_engines_runtime_compiled.so.9";

std::string lostPart() {
  const std::lock_guard<std::mutex> lock(deep_inside::test::fake::mutex);
  return deep_inside::test::fake::state.lostPart;
}

}  // namespace

std::string deep_inside::missingPartOfCudnn() { return lostPart() == kCompiler ? std::string() : lostPart(); }

bool deep_inside::cudnnCompiles() { return lostPart() != kCompiler; }
