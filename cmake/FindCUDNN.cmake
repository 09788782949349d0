# cuDNN: CUDNN_ROOT or CUDNN_PATH (CMake variable, then environment) alone where it is set, else the CUDA toolkit, the
# system, pip's wheel nvidia-cudnn-cu*, which has no unversioned libcudnn.so. libcudnn.so.N loads the other parts by itself.
# Sets CUDNN_FOUND, CUDNN_VERSION; defines CUDNN::cudnn.
include(Installation)
include(FindPackageHandleStandardArgs)
deep_inside_pip_nvidia(_pip)
deep_inside_find_installation(CUDNN HEADER cudnn_version.h LIBRARIES cudnn libcudnn.so.10 libcudnn.so.9
  NAMED CUDNN_ROOT CUDNN_PATH ROOTS
    ${CUDAToolkit_TARGET_DIR} ${CUDAToolkit_LIBRARY_ROOT} /usr/local/cuda /usr/local /usr ${_pip})
deep_inside_header_version(CUDNN_VERSION "${CUDNN_INCLUDE_DIR}/cudnn_version.h" CUDNN_ MAJOR MINOR PATCHLEVEL)
find_package_handle_standard_args(CUDNN REQUIRED_VARS CUDNN_LIBRARY CUDNN_INCLUDE_DIR VERSION_VAR CUDNN_VERSION)
if(CUDNN_FOUND)
  deep_inside_imported(CUDNN::cudnn CUDNN)
endif()
