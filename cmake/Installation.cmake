# Finding a library that has a header, a versioned file name and no CMake package of its own.

# deep_inside_find_installation(<prefix> HEADER <name> LIBRARIES <names...> ROOTS <folders...>)
# Sets <prefix>_INCLUDE_DIR and <prefix>_LIBRARY from the first root that holds both, so that a header of one
# installation is never paired with the library of another. Nothing is cached: the environment may change between two
# configurations.
function(deep_inside_find_installation prefix)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER" "LIBRARIES;ROOTS")
  set(${prefix}_INCLUDE_DIR ${prefix}_INCLUDE_DIR-NOTFOUND PARENT_SCOPE)
  set(${prefix}_LIBRARY ${prefix}_LIBRARY-NOTFOUND PARENT_SCOPE)
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
  endforeach()
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
