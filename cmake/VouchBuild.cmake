# How Vouch's own targets are compiled: launcher, warnings, sanitizers. None of
# this reaches a consumer: all options are PRIVATE to a target, or set only
# when Vouch is the top-level project.

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
  endif()
  if(NOT DEFINED CMAKE_CXX_STANDARD)
    set(CMAKE_CXX_STANDARD 17)
    set(CMAKE_CXX_STANDARD_REQUIRED ON)
  endif()
  if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(VOUCH_CCACHE ccache)
    mark_as_advanced(VOUCH_CCACHE)
    if(VOUCH_CCACHE)
      set(CMAKE_CXX_COMPILER_LAUNCHER "${VOUCH_CCACHE}")
    endif()
  endif()
  if(VOUCH_SANITIZE)
    add_compile_options("-fsanitize=${VOUCH_SANITIZE}"
                        -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options("-fsanitize=${VOUCH_SANITIZE}")
  endif()
  if(VOUCH_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
  endif()
endif()

set(VOUCH_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-align
    -Wcast-qual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
    -Wextra-semi -Wundef -Wunused)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND VOUCH_WARNINGS -Wduplicated-cond -Wlogical-op)
  if(VOUCH_SANITIZE)
    # The instrumented code makes this warning see ghosts (GCC bug 105562).
    list(APPEND VOUCH_WARNINGS -Wno-maybe-uninitialized)
  endif()
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND VOUCH_WARNINGS -Wthread-safety)
else()
  set(VOUCH_WARNINGS "")
endif()
if(VOUCH_WERROR AND VOUCH_WARNINGS)
  list(APPEND VOUCH_WARNINGS -Werror)
endif()

# vouch_own_target(<target>): compile a target of ours under our warnings.
function(vouch_own_target target)
  target_compile_options(${target} PRIVATE ${VOUCH_WARNINGS})
  # In one piece a source is an included file, of whose anonymous types in its
  # own classes g++ warns.
  get_target_property(type ${target} TYPE)
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU"
     AND NOT type STREQUAL "EXECUTABLE")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# vouch_glob(<variable> <pattern>...): files of a folder, seen anew at each
# build, in a fixed order.
function(vouch_glob variable)
  file(GLOB found CONFIGURE_DEPENDS LIST_DIRECTORIES false ${ARGN})
  list(SORT found)
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

# Writes the files of all targets, one a line relative to the source folder.
# tests/lint/files.py compares the list with the tree, so that a file which
# belongs to no target is noticed.
function(vouch_write_source_list output)
  set(all "")
  _vouch_collect_sources("${PROJECT_SOURCE_DIR}" all)
  list(REMOVE_DUPLICATES all)
  list(SORT all)
  list(JOIN all "\n" text)
  file(WRITE "${output}" "${text}\n")
endfunction()

function(_vouch_collect_sources directory result)
  set(collected "${${result}}")
  get_property(targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    get_target_property(base ${target} SOURCE_DIR)
    if(NOT sources)
      continue()
    endif()
    foreach(source IN LISTS sources)
      get_filename_component(path "${source}" ABSOLUTE BASE_DIR "${base}")
      file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}" "${path}")
      list(APPEND collected "${path}")
    endforeach()
  endforeach()
  get_property(children DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
  foreach(child IN LISTS children)
    _vouch_collect_sources("${child}" collected)
  endforeach()
  set(${result} "${collected}" PARENT_SCOPE)
endfunction()

# The target coverage: runs the tests, prints line coverage a file.
function(vouch_add_coverage_target)
  find_program(VOUCH_GCOVR gcovr REQUIRED)
  mark_as_advanced(VOUCH_GCOVR)
  set(gcov gcov)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(gcov "llvm-cov gcov")
  endif()
  add_custom_target(coverage
      COMMAND "${CMAKE_COMMAND}" --build "${PROJECT_BINARY_DIR}"
      COMMAND "${CMAKE_CTEST_COMMAND}" --output-on-failure --parallel 2
              --label-exclude "nightly|lint"
      COMMAND "${VOUCH_GCOVR}" --root "${PROJECT_SOURCE_DIR}"
              --gcov-executable "${gcov}" --exclude-throw-branches
              --filter "include/vouch/" --filter "src/"
              --html-details "${PROJECT_BINARY_DIR}/coverage.html"
              --json-summary "${PROJECT_BINARY_DIR}/coverage.json"
              --txt "${PROJECT_BINARY_DIR}/coverage.txt"
              "${PROJECT_BINARY_DIR}"
      COMMAND "${CMAKE_COMMAND}" -E cat "${PROJECT_BINARY_DIR}/coverage.txt"
      WORKING_DIRECTORY "${PROJECT_BINARY_DIR}"
      USES_TERMINAL VERBATIM)
endfunction()
