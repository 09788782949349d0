#include "cuda/cudnn.h"

#include "cuda/check.h"

namespace deep_inside {

Status cudnnStatus(cudnnStatus_t result, const char* doing) {
  if (result == CUDNN_STATUS_SUCCESS) return {};
  // What has ended the context says more than cuDNN does.
  const cudaError_t cause = lastingError();
  if (cause != cudaSuccess) return cudaStatus(cause, doing);
  char details[512] = "";
  cudnnGetLastErrorString(details, sizeof details);
  const std::string said = std::string("cuda: ") + doing + ": " + cudnnGetErrorString(result) +
                           (details[0] ? std::string(" (") + details + ")" : std::string());
  if (result == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ||
      result == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED)
    return {Code::Memory, said + "; dispose of tensors or use smaller batches"};
  if (CUDNN_STATUS_CATEGORY(result) == CUDNN_STATUS_NOT_SUPPORTED)
    return {Code::Unsupported, said + "; use another shape, or open the device with kind 'cpu'"};
  return {Code::Backend, said};
}

}  // namespace deep_inside
