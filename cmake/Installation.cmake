# Finding a library that has a header, a versioned file name and no CMake package of its own.

# deep_inside_named(<folder> <text> <name>...): the folder that the first of these variables names, CMake's before the
# environment's, and "NAME=FOLDER"; both empty where none is set.
function(deep_inside_named folder text)
  set(${folder} "" PARENT_SCOPE)
  set(${text} "" PARENT_SCOPE)
  foreach(_name IN LISTS ARGN)
    foreach(_value "${${_name}}" "$ENV{${_name}}")
      if(NOT _value STREQUAL "")
        set(${folder} "${_value}" PARENT_SCOPE)
        set(${text} "${_name}=${_value}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
endfunction()

# deep_inside_find_installation(<prefix> HEADER <name> LIBRARIES <names...> NAMED <variables...> ROOTS <folders...>)
# Sets <prefix>_INCLUDE_DIR and <prefix>_LIBRARY from the first root that holds both, so that a header of one
# installation is never paired with the library of another. Where one of the variables is set, what it names is the only
# root: a wrong folder is not passed over in silence, and <prefix>_LACK says what it holds not. Nothing is cached: the
# environment may change between two configurations.
function(deep_inside_find_installation prefix)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER" "LIBRARIES;NAMED;ROOTS")
  set(${prefix}_INCLUDE_DIR ${prefix}_INCLUDE_DIR-NOTFOUND PARENT_SCOPE)
  set(${prefix}_LIBRARY ${prefix}_LIBRARY-NOTFOUND PARENT_SCOPE)
  set(${prefix}_LACK "" PARENT_SCOPE)
  deep_inside_named(_named _text ${arg_NAMED})
  if(_named)
    set(arg_ROOTS "${_named}")
  endif()
  foreach(_root IN LISTS arg_ROOTS)
    unset(_header)
    unset(_library)
    find_path(_header NAMES ${arg_HEADER} PATHS "${_root}" NO_DEFAULT_PATH NO_CACHE
      PATH_SUFFIXES include include/${CMAKE_LIBRARY_ARCHITECTURE})
    find_library(_library NAMES ${arg_LIBRARIES} PATHS "${_root}" NO_DEFAULT_PATH NO_CACHE NAMES_PER_DIR
      PATH_SUFFIXES lib lib64 lib/${CMAKE_LIBRARY_ARCHITECTURE} lib/x64)
    if(_header AND _library)
      set(${prefix}_INCLUDE_DIR "${_header}" PARENT_SCOPE)
      set(${prefix}_LIBRARY "${_library}" PARENT_SCOPE)
      return()
    endif()
    set(_lack "include/${arg_HEADER}")
    if(_header)
      list(GET arg_LIBRARIES 0 _library)
      set(_lack "lib/lib${_library}.so")
    endif()
  endforeach()
  if(_named)
    set(${prefix}_LACK "${_text} holds no ${_lack}" PARENT_SCOPE)
  endif()
endfunction()

# deep_inside_remedy(<out> <prefix> <remedy>): why it was not found, where that is known, else what to do.
function(deep_inside_remedy out prefix remedy)
  set(${out} "${remedy}" PARENT_SCOPE)
  if(${prefix}_LIBRARY AND ${prefix}_VERSION)
    set(${out} "${${prefix}_LIBRARY} is ${${prefix}_VERSION}" PARENT_SCOPE)
  elseif(${prefix}_LACK)
    set(${out} "${${prefix}_LACK}" PARENT_SCOPE)
  endif()
endfunction()

# deep_inside_wheels(<cudnn> <cublas> <version>): the names of NVIDIA's wheels for an nvcc of this version. Those of CUDA
# 12 have it in their names, of 13 only cuDNN.
function(deep_inside_wheels cudnn cublas version)
  string(REGEX MATCH "^[0-9]+" _major "${version}")
  set(${cudnn} "nvidia-cudnn-cu${_major}" PARENT_SCOPE)
  set(${cublas} "nvidia-cublas" PARENT_SCOPE)
  if(_major LESS 13)
    set(${cublas} "nvidia-cublas-cu${_major}" PARENT_SCOPE)
  endif()
endfunction()

# deep_inside_header_version(<out> <header> <prefix> <major> <minor> <patch>): "1.2.3" from `#define <prefix><major> 1` ...
function(deep_inside_header_version out header prefix)
  set(_numbers "")
  if(EXISTS "${header}")
    foreach(_part IN LISTS ARGN)
      file(STRINGS "${header}" _line REGEX "^#define ${prefix}${_part}[ \t]+[0-9]+" LIMIT_COUNT 1)
      string(REGEX MATCH "[0-9]+$|[0-9]+[ \t]" _number "${_line}")
      string(STRIP "${_number}" _number)
      list(APPEND _numbers "${_number}")
    endforeach()
  endif()
  list(JOIN _numbers "." _version)
  set(${out} "${_version}" PARENT_SCOPE)
endfunction()

# deep_inside_imported(<target> <prefix>): the imported target of what was found.
function(deep_inside_imported target prefix)
  if(NOT TARGET ${target})
    add_library(${target} UNKNOWN IMPORTED)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${${prefix}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${${prefix}_INCLUDE_DIR}")
  endif()
endfunction()

# deep_inside_pip_nvidia(<out>): the folders nvidia/* of every site-packages that Python sees, where NVIDIA's wheels put
# include/ and lib/. DEEP_INSIDE_PYTHON (variable or environment) names the interpreter; default python3. `nvidia` is a
# namespace package, so it can lie in several places.
function(deep_inside_pip_nvidia out)
  set(_python python3)
  foreach(_choice "$ENV{DEEP_INSIDE_PYTHON}" "${DEEP_INSIDE_PYTHON}")
    if(_choice)
      set(_python "${_choice}")
    endif()
  endforeach()
  execute_process(OUTPUT_VARIABLE _folders OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET COMMAND "${_python}" -c [[
import importlib.util, glob
spec = importlib.util.find_spec('nvidia')
for place in spec.submodule_search_locations if spec else []:
    print(*sorted(glob.glob(glob.escape(place) + '/*')), sep='\n')
]])
  string(REPLACE "\n" ";" _folders "${_folders}")
  set(${out} ${_folders} PARENT_SCOPE)
endfunction()
