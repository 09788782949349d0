#include "cuda/cublas_lt.h"

#include "cuda/check.h"

namespace deep_inside {

Status cublasLtStatus(cublasStatus_t result, const char* doing) {
  if (result == CUBLAS_STATUS_SUCCESS) return {};
  const cudaError_t cause = lastingError();  // as behind cuDNN
  if (cause != cudaSuccess) return cudaStatus(cause, doing);
  const std::string said = std::string("cuda: ") + doing + ": " + cublasLtGetStatusString(result) + " (" +
                           cublasLtGetStatusName(result) + ")";
  if (result == CUBLAS_STATUS_ALLOC_FAILED) return {Code::Memory, said + "; dispose of tensors or use smaller batches"};
  if (result == CUBLAS_STATUS_NOT_SUPPORTED)
    return {Code::Unsupported, said + "; use another shape, or open the device with kind 'cpu'"};
  return {Code::Backend, said};
}

}  // namespace deep_inside
