# deep_inside_graph_test: asks cuDNN itself, on a machine without a GPU, what it supports (native/test/graph). cuDNN 9.8
# or newer, with a libcuda.so.1 that is a stub and is found since it is loaded already.
find_path(DEEP_INSIDE_CUDA_HEADERS cuda_runtime.h
  HINTS ${CUDAToolkit_ROOT} ENV CUDAToolkit_ROOT ENV CUDA_PATH ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES include)
find_package(CUDNN 9.8 QUIET)

if(DEEP_INSIDE_CUDA_HEADERS AND CUDNN_FOUND)
  add_library(deep_inside_driver_stub SHARED native/test/graph/driver_stub.cc)
  set_target_properties(deep_inside_driver_stub PROPERTIES PREFIX "" OUTPUT_NAME libcuda SUFFIX .so.1)
  deep_inside_sources(_graph_sources cuda/graph test/graph)
  list(FILTER _graph_sources EXCLUDE REGEX "/driver_stub\\.cc$")
  add_executable(deep_inside_graph_test ${_graph_sources} native/test/harness.cc
    native/cuda/check.cc native/cuda/convolution_ways.cc native/cuda/cudnn.cc)
  deep_inside_compile_options(deep_inside_graph_test)
  target_include_directories(deep_inside_graph_test SYSTEM PRIVATE "${DEEP_INSIDE_CUDA_HEADERS}")
  target_link_libraries(deep_inside_graph_test PRIVATE core CUDNN::cudnn
    -Wl,--no-as-needed deep_inside_driver_stub -Wl,--as-needed ${CMAKE_DL_LIBS})
endif()
