# A room is a folder of native/; each becomes one object library, compiled once and linked into every module that
# wants it. `#include "core/shape.h"` is relative to native/.

# deep_inside_sources(<out> <folder of native>...): its sources; a new file is picked up by the next build.
function(deep_inside_sources out)
  set(_sources "")
  foreach(_folder IN LISTS ARGN)
    set(_path "${CMAKE_CURRENT_SOURCE_DIR}/native/${_folder}")
    file(GLOB _found CONFIGURE_DEPENDS "${_path}/*.cc" "${_path}/*.cu")
    list(APPEND _sources ${_found})
  endforeach()
  set(${out} ${_sources} PARENT_SCOPE)
endfunction()

# No -ffast-math: NaN, infinities and the order of sums are part of what we promise.
function(deep_inside_compile_options target)
  target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}/native")
  set(_flags -Wall -Wextra -fno-math-errno -fno-trapping-math)
  if(DEEP_INSIDE_WERROR)
    list(APPEND _flags -Werror)
  endif()
  if(DEEP_INSIDE_SANITIZE)
    # At -O3 what the sanitizers put in takes twice as long to compile, vectors four times.
    list(APPEND _flags -fsanitize=${DEEP_INSIDE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 -O1)
    target_link_options(${target} PUBLIC -fsanitize=${DEEP_INSIDE_SANITIZE})
  endif()
  list(JOIN _flags "," _for_nvcc_host)
  target_compile_options(${target} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:${_flags}>"
    "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${_for_nvcc_host};-Xfatbin=-compress-all>")
endfunction()

# deep_inside_room(<room> [<folder of it>...])
function(deep_inside_room room)
  deep_inside_sources(_sources ${room} ${ARGN})
  add_library(${room} OBJECT ${_sources})
  deep_inside_compile_options(${room})
endfunction()

# deep_inside_isa_sources(<room> [<option>...]): compiles native/<room>/isa/*.cc once per instruction set, with these
# options of the compiler too, into <room>_isa. Each copy sees DEEP_INSIDE_ISA as baseline, avx2 or avx512 and puts
# everything it defines into a namespace of that name; the room chooses one at its first use. Those files include
# no header whose inline functions the rest of the room uses too: the linker keeps one copy of such a function, and it may
# be the one for the newer processor.
function(deep_inside_isa_sources room)
  file(GLOB _sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/native/${room}/isa/*.cc")
  set(_levels baseline)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    list(APPEND _levels avx2 avx512)
  endif()
  # No more than what the room asks the processor for.
  set(_flags_baseline "")
  set(_flags_avx2 -mavx2 -mfma -mbmi2)
  set(_flags_avx512 ${_flags_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)
  add_library(${room}_isa INTERFACE)
  if(NOT _sources)
    return()
  endif()
  foreach(_level IN LISTS _levels)
    set(_target ${room}_${_level})
    add_library(${_target} OBJECT ${_sources})
    deep_inside_compile_options(${_target})
    # Nothing in there throws; without this each object would bring the exception tables' weak symbols.
    target_compile_options(${_target} PRIVATE ${_flags_${_level}} -fno-exceptions ${ARGN})
    target_compile_definitions(${_target} PRIVATE DEEP_INSIDE_ISA=${_level})
    if(TARGET OpenMP::OpenMP_CXX) # which a build of CUDA alone may lack, and mixtures do not need
      target_link_libraries(${_target} PRIVATE OpenMP::OpenMP_CXX)
    endif()
    target_sources(${room}_isa INTERFACE $<TARGET_OBJECTS:${_target}>)
  endforeach()
endfunction()

# cmake-js says where its headers are (CMAKE_JS_INC); without it they are in the nearest node_modules.
function(deep_inside_node_api room)
  if(NOT CMAKE_JS_INC)
    find_path(_node_api NAMES node_api.h NO_CACHE REQUIRED
      HINTS "${CMAKE_CURRENT_SOURCE_DIR}/node_modules/node-api-headers/include" /usr/include/node)
    find_path(_node_addon_api NAMES napi.h NO_CACHE REQUIRED
      HINTS "${CMAKE_CURRENT_SOURCE_DIR}/node_modules/node-addon-api")
    set(CMAKE_JS_INC "${_node_api}" "${_node_addon_api}")
  endif()
  target_include_directories(${room} SYSTEM PRIVATE ${CMAKE_JS_INC})
  # A worker thread that is being terminated takes no more exceptions: those are dropped, not fatal.
  target_compile_definitions(${room} PRIVATE NAPI_VERSION=8 NAPI_CPP_EXCEPTIONS
    NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS NODE_ADDON_API_DISABLE_DEPRECATED)
endfunction()

# deep_inside_module(<name> <room>...): what `require` loads.
function(deep_inside_module name)
  add_library(${name} MODULE)
  target_link_libraries(${name} PRIVATE ${ARGN})
  foreach(_room IN LISTS ARGN)
    if(TARGET ${_room}_isa)
      target_link_libraries(${name} PRIVATE ${_room}_isa)
    endif()
  endforeach()
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".node" LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY "${DEEP_INSIDE_OUT}")
  if(APPLE)
    target_link_options(${name} PRIVATE -undefined dynamic_lookup)
  endif()
endfunction()
