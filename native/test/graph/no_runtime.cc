#include "cuda/check.h"

// The part of the CUDA runtime that is called where there is no GPU: what went wrong, which is nothing.

extern "C" {

cudaError_t cudaGetLastError() { return cudaSuccess; }
cudaError_t cudaMemGetInfo(size_t*, size_t*) { return cudaSuccess; }
const char* cudaGetErrorName(cudaError_t) { return "cudaError"; }
const char* cudaGetErrorString(cudaError_t) { return "no CUDA runtime"; }
}
