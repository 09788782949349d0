#include "cuda/device.h"
#include "test/cuda/fake/control.h"
#include "test/harness.h"

// Opening the CUDA device: what is missing, and what a refusal leaves behind.

namespace deep_inside {
// native/cuda/open.cc, whose functions have these names beside the CPU device's.
std::shared_ptr<Device> openCudaDevice(const OpenOptions& options);
std::string cudaVersions();
}  // namespace deep_inside

using namespace deep_inside;
using namespace deep_inside::test;

namespace {

/** What opening the device says, once `prepare` has run in a new process. */
template <class Prepare>
Status opening(int index, const Prepare& prepare) {
  fake::reset();
  prepare();
  const Status status = caught([&] { openCudaDevice({index, 0})->close(); });
  fake::poison(cudaSuccess);
  EXPECT(fake::alive().total() == 0);
  return status;
}

bool says(const Status& status, Code code, const char* part) {
  return status.code == code && status.text.find(part) != std::string::npos;
}

}  // namespace

TEST("open: a device that is there can be used, and says that it is none") {
  fake::reset();
  const auto device = openCudaDevice({0, 0});
  EXPECT(device->kind() == "cuda");
  EXPECT(device->name().find("no GPU") != std::string::npos);
  device->close();
}

TEST("open: what is missing is named with its remedy") {
  EXPECT(says(opening(0, [] { fake::countDevices(0); }), Code::Device, "nvidia-smi"));
  EXPECT(says(opening(0, [] { fake::useDriver(0); }), Code::Device, "no NVIDIA driver is installed"));
  EXPECT(says(opening(0, [] { fake::useDriver(11020); }), Code::Device, "CUDA 11.2"));
  EXPECT(says(opening(0, [] { fake::losePart("libcudnn_ops.so.9"); }), Code::Device, "libcudnn_ops.so.9"));
  EXPECT(says(opening(2, [] { fake::countDevices(2); }), Code::Argument, "from 0 to 1"));
  EXPECT(says(opening(-1, [] {}), Code::Argument, "got -1"));
}

TEST("open: whatever CUDA or a library refuses meanwhile is told, and nothing stays behind") {
  for (const char* call : {"cudaDeviceGetAttribute", "cudaSetDevice", "cudaMemPoolCreate", "cudaMemPoolSetAttribute",
                           "cudaStreamCreateWithFlags"})
    EXPECT(says(opening(0, [&] { fake::fail(call, cudaErrorInvalidValue); }), Code::Backend, "cuda: "));
  EXPECT(says(opening(0, [] { fake::fail("cudnnCreate", CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED); }),
              Code::Memory, "cuda: "));
  EXPECT(says(opening(0, [] { fake::fail("cudnnSetStream", CUDNN_STATUS_INTERNAL_ERROR); }), Code::Backend, "cuda: "));
  EXPECT(says(opening(0, [] { fake::fail("cublasLtCreate", CUBLAS_STATUS_ALLOC_FAILED); }), Code::Memory, "cuda: "));
}

TEST("open: versions name the parts, and a part that cuDNN lacks") {
  fake::reset();
  EXPECT(cudaVersions().find("cuDNN 9.") != std::string::npos);
  fake::losePart("libcudnn_cnn.so.9");
  EXPECT(cudaVersions().find("incomplete (no libcudnn_cnn.so.9)") != std::string::npos);
}
