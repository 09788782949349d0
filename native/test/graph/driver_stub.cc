// A libcuda.so.1 without a GPU: cuDNN compiles kernels only where it finds one. Kernels "load", everything else answers
// that this is a stub. For tests alone.

namespace {

constexpr int kSuccess = 0, kStubLibrary = 34;

int something;

}  // namespace

#define EXPORTED extern "C" __attribute__((visibility("default")))

// Looked up by name, all of them, before any is called.
#define REFUSED(name) \
  EXPORTED int name() { return kStubLibrary; }
#define ACCEPTED(name) \
  EXPORTED int name() { return kSuccess; }
/** Fills its first argument with a handle. */
#define GIVEN(name)                  \
  EXPORTED int name(void** handle) { \
    *handle = &something;            \
    return kSuccess;                 \
  }
#define ZERO(name)                \
  EXPORTED int name(int* value) { \
    *value = 0;                   \
    return kSuccess;              \
  }

GIVEN(cuModuleLoadData)
GIVEN(cuModuleLoadDataEx)
GIVEN(cuModuleGetFunction)
GIVEN(cuLibraryLoadData)
GIVEN(cuLibraryGetKernel)
ZERO(cuFuncGetAttribute)
ZERO(cuKernelGetAttribute)
ACCEPTED(cuFuncSetAttribute)
ACCEPTED(cuKernelSetAttribute)
ACCEPTED(cuModuleUnload)
ACCEPTED(cuLibraryUnload)

REFUSED(cuCtxGetCurrent)
REFUSED(cuCtxGetDevice)
REFUSED(cuCtxGetLimit)
REFUSED(cuCtxPopCurrent)
REFUSED(cuCtxPushCurrent)
REFUSED(cuDeviceGet)
REFUSED(cuDeviceGetAttribute)
REFUSED(cuDeviceGetCount)
REFUSED(cuDevicePrimaryCtxRelease)
REFUSED(cuDevicePrimaryCtxReset)
REFUSED(cuDevicePrimaryCtxRetain)
REFUSED(cuDriverGetVersion)
REFUSED(cuGetErrorName)
REFUSED(cuGetErrorString)
REFUSED(cuInit)
REFUSED(cuLaunchCooperativeKernel)
REFUSED(cuLaunchKernel)
REFUSED(cuLaunchKernelEx)
REFUSED(cuLibraryLoadFromFile)
REFUSED(cuLinkAddData)
REFUSED(cuLinkAddData_v2)
REFUSED(cuLinkAddFile_v2)
REFUSED(cuLinkComplete)
REFUSED(cuLinkCreate)
REFUSED(cuLinkCreate_v2)
REFUSED(cuLinkDestroy)
REFUSED(cuMemcpyDtoH_v2)
REFUSED(cuModuleGetGlobal_v2)
REFUSED(cuModuleLoadFatBinary)
REFUSED(cuOccupancyMaxActiveBlocksPerMultiprocessor)
REFUSED(cuOccupancyMaxPotentialClusterSize)
REFUSED(cuStreamGetCtx)
REFUSED(cuStreamSynchronize)
REFUSED(cuTensorMapEncodeTiled)

/** By this the CUDA runtime inside of cuDNN finds everything else. */
EXPORTED int cuGetProcAddress_v2(const char*, void** function, int, unsigned long long, int* found) {
  *function = reinterpret_cast<void*>(&cuInit);
  if (found) *found = 0;
  return kSuccess;
}
