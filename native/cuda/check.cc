#include "cuda/check.h"

namespace deep_inside {

Status cudaStatus(cudaError_t result, const char* doing) {
  if (result == cudaSuccess) return {};
  const std::string said =
      std::string("cuda: ") + doing + ": " + cudaGetErrorString(result) + " (" + cudaGetErrorName(result) + ")";
  // The first call forgets an error of one call; what is still there after it is the end of this process's context.
  cudaGetLastError();
  if (cudaGetLastError() != cudaSuccess)
    return {Code::Device, said + "; the device is lost to this process, restart it"};
  if (result == cudaErrorMemoryAllocation) return {Code::Memory, said + "; dispose of tensors or use smaller batches"};
  return {Code::Backend, said};
}

}  // namespace deep_inside
