# cuBLASLt: CUBLAS_ROOT (CMake variable, then environment) alone where it is set, else the CUDA toolkit, pip's wheel
# nvidia-cublas.
# Sets CUBLASLT_FOUND, CUBLASLT_VERSION; defines CUBLASLT::cublasLt.
include(Installation)
include(FindPackageHandleStandardArgs)
deep_inside_pip_nvidia(_pip)
deep_inside_find_installation(CUBLASLT HEADER cublasLt.h LIBRARIES cublasLt libcublasLt.so.13 libcublasLt.so.12
  NAMED CUBLAS_ROOT ROOTS ${CUDAToolkit_TARGET_DIR} ${CUDAToolkit_LIBRARY_ROOT} /usr/local/cuda ${_pip})
deep_inside_header_version(CUBLASLT_VERSION "${CUBLASLT_INCLUDE_DIR}/cublas_api.h" CUBLAS_VER_ MAJOR MINOR PATCH)
find_package_handle_standard_args(CUBLASLT REQUIRED_VARS CUBLASLT_LIBRARY CUBLASLT_INCLUDE_DIR
  VERSION_VAR CUBLASLT_VERSION)
if(CUBLASLT_FOUND)
  deep_inside_imported(CUBLASLT::cublasLt CUBLASLT)
endif()
