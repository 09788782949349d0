# deep_inside_cuda_test: native/cuda and its kernels compiled for the host, over a CUDA runtime, a cuDNN and a cuBLASLt
# on the host (native/test/cuda), beside the CPU device. Needs headers alone: the toolkit's, cuDNN's and cuBLASLt's.
find_path(DEEP_INSIDE_CUDA_HEADERS cuda_runtime.h
  HINTS ${CUDAToolkit_ROOT} ENV CUDAToolkit_ROOT ENV CUDA_PATH ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES include)
find_package(CUDNN 9 QUIET)
find_package(CUBLASLT 12 QUIET)

if(DEEP_INSIDE_CUDA_HEADERS AND CUDNN_FOUND AND CUBLASLT_FOUND)
  deep_inside_sources(_cuda_sources cuda)
  list(FILTER _cuda_sources EXCLUDE REGEX "/cudnn_parts\\.cc$") # looks for shared libraries
  set(_kernels ${_cuda_sources})
  list(FILTER _kernels INCLUDE REGEX "\\.cu$")
  set_source_files_properties(${_kernels} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-x;c++")
  # The CPU device beside it has functions of the same names.
  set_source_files_properties(native/cuda/open.cc PROPERTIES
    COMPILE_DEFINITIONS "openDevice=openCudaDevice;backendVersions=cudaVersions")
  deep_inside_sources(_cuda_tests test/cuda)
  deep_inside_sources(_fake test/cuda/fake)
  add_executable(deep_inside_cuda_test ${_cuda_tests} ${_fake} ${_cuda_sources} native/test/harness.cc)
  deep_inside_compile_options(deep_inside_cuda_test)
  target_include_directories(deep_inside_cuda_test SYSTEM PRIVATE
    "${DEEP_INSIDE_CUDA_HEADERS}" "${CUDNN_INCLUDE_DIR}" "${CUBLASLT_INCLUDE_DIR}")
  target_link_libraries(deep_inside_cuda_test PRIVATE core cpu cpu_isa)
endif()
