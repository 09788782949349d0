# oneDNN 2.6 or newer, 3.x included: ONEDNN_ROOT (CMake variable, then environment) alone where it is set, else the system's.
# Debian's own dnnl-config.cmake is of no use: it demands the OpenCL development files, which libdnnl-dev only recommends.
# Sets ONEDNN_FOUND, ONEDNN_VERSION; defines ONEDNN::dnnl.
include(Installation)
include(FindPackageHandleStandardArgs)
deep_inside_find_installation(ONEDNN HEADER oneapi/dnnl/dnnl.hpp LIBRARIES dnnl libdnnl.so.3 libdnnl.so.2
  NAMED ONEDNN_ROOT ROOTS /usr/local /usr)
deep_inside_header_version(ONEDNN_VERSION "${ONEDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h" DNNL_VERSION_
  MAJOR MINOR PATCH)
find_package_handle_standard_args(ONEDNN REQUIRED_VARS ONEDNN_LIBRARY ONEDNN_INCLUDE_DIR VERSION_VAR ONEDNN_VERSION)
if(ONEDNN_FOUND)
  deep_inside_imported(ONEDNN::dnnl ONEDNN)
endif()
