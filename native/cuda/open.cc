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

/** "13.0" of 13000. */
std::string cudaVersion(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/** What is missing, and what to do, where CUDA counts no devices. */
std::string whyNone(cudaError_t result) {
  int driver = 0;
  if (result == cudaErrorInsufficientDriver && cudaDriverGetVersion(&driver) == cudaSuccess) {
    if (driver == 0) return "no NVIDIA driver is installed; install it (in a container: pass the GPU in)";
    return "the NVIDIA driver is for CUDA " + cudaVersion(driver) + " and this build is for " +
           cudaVersion(CUDART_VERSION) + "; update the driver";
  }
  const std::string said = result == cudaSuccess ? "CUDA sees no device" : cudaGetErrorString(result);
  return said + "; check that nvidia-smi lists a GPU and that CUDA_VISIBLE_DEVICES does not hide it";
}

int deviceCount() {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (result == cudaSuccess && count > 0) return count;
  throw Error(Code::Device, "cuda: no usable GPU: " + whyNone(result) + ", or open the device with kind 'cpu'");
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
  return "CUDA " + cudaVersion(CUDART_VERSION) + ", cuDNN " + cudnn + ", cuBLASLt " +
         dotted(cublasLtGetVersion(), 10000);
}

}  // namespace deep_inside
