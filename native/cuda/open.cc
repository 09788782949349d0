#include "cuda/check.h"
#include "cuda/cublas_lt.h"
#include "cuda/cudnn.h"
#include "cuda/device.h"

namespace deep_inside {

namespace {

/** "9.24.0" of 92400: `major` is what the library multiplies its first number with. */
std::string dotted(size_t version, size_t major) {
  return std::to_string(version / major) + "." + std::to_string(version % major / 100) + "." +
         std::to_string(version % 100);
}

int deviceCount() {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (result == cudaSuccess && count > 0) return count;
  const bool driver = result == cudaErrorInsufficientDriver;
  const char* remedy = driver ? "install or update the NVIDIA driver" : "check that nvidia-smi lists a GPU";
  const std::string said = result == cudaSuccess ? "no device" : cudaGetErrorString(result);
  throw Error(Code::Device, "cuda: no usable GPU: " + said + "; " + remedy + ", or open the device with kind 'cpu'");
}

void requireMemoryPools(int index) {
  int supported = 0;
  check(cudaDeviceGetAttribute(&supported, cudaDevAttrMemoryPoolsSupported, index), "asking for memory pools");
  if (!supported) throw Error(Code::Device, "cuda: the driver has no memory pools for this device; update it");
}

}  // namespace

std::shared_ptr<Device> openDevice(const OpenOptions& options) {
  const int count = deviceCount();
  if (options.index < 0 || options.index >= count) {
    throw Error(Code::Argument, "openDevice: index must be from 0 to " + std::to_string(count - 1) +
                                    " (CUDA devices), got " + std::to_string(options.index));
  }
  const std::string missing = missingPartOfCudnn();
  if (!missing.empty())
    throw Error(Code::Device, "cuda: cuDNN is incomplete: cannot load " + missing + "; install it anew");
  requireMemoryPools(options.index);
  return std::make_shared<CudaDevice>(options.index);
}

std::string backendVersions() {
  const std::string missing = missingPartOfCudnn();
  const std::string cudnn = missing.empty() ? dotted(cudnnGetVersion(), 10000) : "incomplete (no " + missing + ")";
  return "CUDA " + std::to_string(CUDART_VERSION / 1000) + "." + std::to_string(CUDART_VERSION % 1000 / 10) +
         ", cuDNN " + cudnn + ", cuBLASLt " + dotted(cublasLtGetVersion(), 10000);
}

}  // namespace deep_inside
