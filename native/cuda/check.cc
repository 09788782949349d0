#include "cuda/check.h"

namespace deep_inside {

// The cheapest call that asks the driver for something of the context: it returns what earlier launches have failed with,
// is no work of a stream and so may be made while one captures, and needs no pointer. cudaFree(nullptr) does nothing.
cudaError_t lastingError() {
  size_t free = 0, total = 0;
  const cudaError_t error = cudaMemGetInfo(&free, &total);
  cudaGetLastError();
  // Where there is no memory for a context, none has ended.
  return error == cudaErrorMemoryAllocation ? cudaSuccess : error;
}

Status cudaStatus(cudaError_t result, const char* doing) {
  if (result == cudaSuccess) return {};
  const std::string said =
      std::string("cuda: ") + doing + ": " + cudaGetErrorString(result) + " (" + cudaGetErrorName(result) + ")";
  cudaGetLastError();  // else the next launch would be blamed for it
  if (lastingError() != cudaSuccess) return {Code::Device, said + "; the device is lost to this process, restart it"};
  if (result == cudaErrorMemoryAllocation) return {Code::Memory, said + "; dispose of tensors or use smaller batches"};
  return {Code::Backend, said};
}

}  // namespace deep_inside
