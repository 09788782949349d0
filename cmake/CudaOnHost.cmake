# native/cuda and its kernels compiled for the host, over a CUDA runtime, a cuDNN and a cuBLASLt on the host
# (native/test/cuda/fake). Needs headers alone: the toolkit's, cuDNN's and cuBLASLt's. Tests alone use what is made of it:
# deep_inside_cuda_test, which runs it beside the CPU device, and with DEEP_INSIDE_CUDA_ON_HOST a module for Node, in a
# folder where nothing looks for modules.
find_path(DEEP_INSIDE_CUDA_HEADERS cuda_runtime.h
  HINTS ${CUDAToolkit_ROOT} ENV CUDAToolkit_ROOT ENV CUDA_PATH ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES include)
find_package(CUDNN 9 QUIET)
find_package(CUBLASLT 12 QUIET)

function(deep_inside_host_library name)
  add_library(${name} OBJECT ${ARGN})
  deep_inside_compile_options(${name})
  target_include_directories(${name} SYSTEM PUBLIC
    "${DEEP_INSIDE_CUDA_HEADERS}" "${CUDNN_INCLUDE_DIR}" "${CUBLASLT_INCLUDE_DIR}")
endfunction()

if(DEEP_INSIDE_CUDA_HEADERS AND CUDNN_FOUND AND CUBLASLT_FOUND)
  deep_inside_sources(_cuda_sources cuda cuda/graph)
  # The first is below; the second looks for shared libraries.
  list(FILTER _cuda_sources EXCLUDE REGEX "/(open|cudnn_parts)\\.cc$")
  set(_kernels ${_cuda_sources})
  list(FILTER _kernels INCLUDE REGEX "\\.cu$")
  set_source_files_properties(${_kernels} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-x;c++")
  deep_inside_sources(_fake test/cuda/fake)
  deep_inside_host_library(cuda_on_host ${_cuda_sources} ${_fake})

  if(DEEP_INSIDE_NATIVE_TESTS)
    deep_inside_host_library(cuda_open_beside_cpu native/cuda/open.cc)
    # The CPU device has functions of the same names.
    target_compile_definitions(cuda_open_beside_cpu PRIVATE openDevice=openCudaDevice backendVersions=cudaVersions)
    deep_inside_sources(_cuda_tests test/cuda)
    add_executable(deep_inside_cuda_test ${_cuda_tests} native/test/harness.cc native/test/grids.cc)
    deep_inside_compile_options(deep_inside_cuda_test)
    target_link_libraries(deep_inside_cuda_test PRIVATE core cpu cpu_isa cuda_on_host cuda_open_beside_cpu)
  endif()

  if(DEEP_INSIDE_CUDA_ON_HOST)
    deep_inside_host_library(cuda_open native/cuda/open.cc)
    deep_inside_module(deep_inside_cuda_on_host core mixture addon cuda_on_host cuda_open)
    set_target_properties(deep_inside_cuda_on_host PROPERTIES OUTPUT_NAME deep_inside_cuda
      LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/on-host")
  endif()
endif()
