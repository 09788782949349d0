#include "cuda/handles.h"
#include "cuda/weighted_plan.h"

// The fake runtime has no cuDNN and no cuBLASLt, but for handles of them: layers cannot be planned.

namespace deep_inside {

namespace {

Error absent() { return Error(Code::Unsupported, "the fake runtime has no cuDNN and no cuBLASLt"); }

}  // namespace

std::shared_ptr<WeightedPlan> planConvolutionOnCuda(const ConvolutionGeometry&, std::shared_ptr<CudaWeights>,
                                                    std::shared_ptr<cuda::Handles>) {
  throw absent();
}

std::shared_ptr<WeightedPlan> planLinearOnCuda(const LinearGeometry&, std::shared_ptr<CudaWeights>,
                                               std::shared_ptr<cuda::Handles>) {
  throw absent();
}

}  // namespace deep_inside

extern "C" {

cudnnStatus_t cudnnCreate(cudnnHandle_t*) { return CUDNN_STATUS_SUCCESS; }
cudnnStatus_t cudnnDestroy(cudnnHandle_t) { return CUDNN_STATUS_SUCCESS; }
cudnnStatus_t cudnnSetStream(cudnnHandle_t, cudaStream_t) { return CUDNN_STATUS_SUCCESS; }
const char* cudnnGetErrorString(cudnnStatus_t) { return "as the test wants it"; }
void cudnnGetLastErrorString(char* message, size_t) { *message = 0; }
size_t cudnnGetVersion() { return CUDNN_VERSION; }
cublasStatus_t cublasLtCreate(cublasLtHandle_t*) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasLtDestroy(cublasLtHandle_t) { return CUBLAS_STATUS_SUCCESS; }
const char* cublasLtGetStatusName(cublasStatus_t) { return "CUBLAS_STATUS"; }
const char* cublasLtGetStatusString(cublasStatus_t) { return "as the test wants it"; }
}
