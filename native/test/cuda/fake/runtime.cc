#include <cstdlib>
#include <cstring>

#include "test/cuda/fake/stream.h"

// Devices, memory and copies of the CUDA runtime.

using namespace deep_inside::test::fake;

struct CUmemPoolHandle_st {};

namespace {

void release(void* data) {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto block = state.blocks.find(data);
    if (block == state.blocks.end()) std::abort();  // freed twice
    state.used -= block->second;
    state.blocks.erase(block);
    --state.alive.blocks;
  }
  std::free(data);
}

}  // namespace

extern "C" {

cudaError_t cudaGetLastError() {
  const cudaError_t error = last;
  last = cudaSuccess;
  return error;
}

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaErrorNoDevice: return "cudaErrorNoDevice";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorIllegalAddress: return "cudaErrorIllegalAddress";
    case cudaErrorStreamCaptureUnsupported: return "cudaErrorStreamCaptureUnsupported";
    case cudaErrorStreamCaptureInvalidated: return "cudaErrorStreamCaptureInvalidated";
    default: return "cudaErrorUnknown";
  }
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorIllegalAddress: return "an illegal memory access was encountered";
    default: return "as the test wants it";
  }
}

cudaError_t cudaSetDevice(int index) {
  if (const cudaError_t error = entered("cudaSetDevice")) return error;
  device = index;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* number) {
  if (const cudaError_t error = entered("cudaGetDeviceCount")) return error;
  const std::lock_guard<std::mutex> lock(mutex);
  *number = state.devices;
  return answer(state.driver < CUDART_VERSION ? cudaErrorInsufficientDriver : cudaSuccess);
}

cudaError_t cudaDriverGetVersion(int* version) {
  const std::lock_guard<std::mutex> lock(mutex);
  *version = state.driver;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  if (const cudaError_t error = entered("cudaDeviceGetAttribute")) return error;
  const std::lock_guard<std::mutex> lock(mutex);
  *value = attribute == cudaDevAttrComputeCapabilityMajor ? state.major : 1;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::strcpy(properties->name, "the host itself, no GPU");
  return entered("cudaGetDeviceProperties");
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps*) {
  if (const cudaError_t error = entered("cudaMemPoolCreate")) return error;
  *pool = new CUmemPoolHandle_st;
  count(&Alive::pools, 1);
  return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
  return entered("cudaMemPoolSetAttribute");
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  delete pool;
  count(&Alive::pools, -1);
  return cudaSuccess;
}

cudaError_t cudaMallocFromPoolAsync(void** data, size_t bytes, cudaMemPool_t, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMallocFromPoolAsync")) return error;
  if (const cudaError_t error = notCapturing(stream)) return error;
  const std::lock_guard<std::mutex> lock(mutex);
  if (state.used + bytes > state.limit) return answer(cudaErrorMemoryAllocation);
  if (posix_memalign(data, 256, bytes)) return answer(cudaErrorMemoryAllocation);
  std::memset(*data, 0xff, bytes);  // NaN: fresh memory holds what was there before
  state.used += bytes;
  state.blocks.emplace(*data, bytes);
  ++state.alive.blocks;
  return cudaSuccess;
}

cudaError_t cudaFreeAsync(void* data, cudaStream_t stream) {
  if (const cudaError_t error = notCapturing(stream)) return error;
  stream->add([data] { release(data); });
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMemsetAsync")) return error;
  enqueue(stream, "cudaMemsetAsync", [=] { std::memset(data, value, bytes); });
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMemcpyAsync")) return error;
  enqueue(stream, "cudaMemcpyAsync", [=] { std::memcpy(to, from, bytes); });
  return cudaSuccess;
}

cudaError_t cudaMemcpy2DAsync(void* to, size_t toPitch, const void* from, size_t fromPitch, size_t width, size_t height,
                              cudaMemcpyKind, cudaStream_t stream) {
  if (const cudaError_t error = entered("cudaMemcpy2DAsync")) return error;
  enqueue(stream, "cudaMemcpy2DAsync", [=] {
    for (size_t row = 0; row < height; ++row)
      std::memcpy(static_cast<char*>(to) + row * toPitch, static_cast<const char*>(from) + row * fromPitch, width);
  });
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* unused, size_t* total) {
  if (const cudaError_t error = entered("cudaMemGetInfo")) return error;
  const std::lock_guard<std::mutex> lock(mutex);
  *total = state.limit;
  *unused = state.limit - state.used;
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** data, size_t bytes) {
  if (const cudaError_t error = entered("cudaMallocHost")) return error;
  *data = std::malloc(bytes);
  count(&Alive::pinned, 1);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* data) {
  std::free(data);
  count(&Alive::pinned, -1);
  return cudaSuccess;
}

}  // extern "C"
