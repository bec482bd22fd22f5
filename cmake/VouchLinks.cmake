# What vouch::links, the layer link, has beside its headers: ada, to read whatever
# a browser may send back; without ada it still reads ordinary links.
#
# ada is an installed package (find_package(ada)), or its sources in
# VOUCH_ADA_SOURCE (scripts/ada.sh brings them), compiled as C++20 in one object
# library. Either way only src/link/ada.cc speaks to it, in C, so that a user of
# vouch::links needs none of its headers.
set(VOUCH_ADA_SOURCE "${PROJECT_SOURCE_DIR}/build/ada/ada_url" CACHE PATH
    "Folder with ada.cpp, ada.h and ada_c.h, where no ada is installed")
option(VOUCH_WITH_ADA "Read links with ada where it is there" ON)

function(_vouch_link_more target)
  _vouch_find_ada(ada)
  # The package config reads it.
  set(VOUCH_ADA "${ada}" CACHE INTERNAL "Where ada comes from")
  # Said to CMake even where it is not compiled.
  target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src/link/ada.cc")
  if(ada)
    _vouch_ada_library(${ada})
    target_compile_definitions(${target} INTERFACE VOUCH_LINK_ADA=1)
    target_link_libraries(${target} INTERFACE vouch_ada)
  endif()
endfunction()

# "package", "source", or nothing.
function(_vouch_find_ada result)
  set(${result} "" PARENT_SCOPE)
  if(NOT VOUCH_WITH_ADA)
    return()
  endif()
  # The version that scripts/ada.sh says, or one like it.
  find_package(ada 3...<4 CONFIG QUIET)
  if(TARGET ada::ada)
    set(${result} package PARENT_SCOPE)
  elseif(EXISTS "${VOUCH_ADA_SOURCE}/ada.cpp" AND
         EXISTS "${VOUCH_ADA_SOURCE}/ada_c.h")
    set(${result} source PARENT_SCOPE)
  else()
    message(STATUS "ada is not there (scripts/ada.sh): vouch::links reads "
                   "ordinary links only")
  endif()
endfunction()

# The archive vouch_ada: our one file, and ada's object code where it is ours to
# build.
function(_vouch_ada_library ada)
  add_library(vouch_ada STATIC "${PROJECT_SOURCE_DIR}/src/link/ada.cc")
  set_target_properties(vouch_ada PROPERTIES EXPORT_NAME ada
      OUTPUT_NAME vouch_ada POSITION_INDEPENDENT_CODE ON)
  _vouch_include_directory(vouch_ada PUBLIC)
  target_compile_features(vouch_ada PUBLIC cxx_std_17)
  # As its users see the headers.
  target_compile_definitions(vouch_ada PRIVATE VOUCH_LINK_ADA=1)
  vouch_own_target(vouch_ada)
  if(ada STREQUAL "package")
    target_link_libraries(vouch_ada PRIVATE ada::ada)
  else()
    add_library(vouch_ada_object OBJECT "${VOUCH_ADA_SOURCE}/ada.cpp")
    # Not ours, so neither under our warnings nor for others to see.
    set_target_properties(vouch_ada_object PROPERTIES
        CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
        POSITION_INDEPENDENT_CODE ON
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    # With -O1 g++ 12 refuses to inline what ada says must be.
    target_compile_options(vouch_ada_object PRIVATE -w -O2)
    target_sources(vouch_ada PRIVATE $<TARGET_OBJECTS:vouch_ada_object>)
    target_include_directories(vouch_ada SYSTEM PRIVATE "${VOUCH_ADA_SOURCE}")
  endif()
  _vouch_export(vouch_ada link)
endfunction()

# vouch_use_ada(<target>): ada's C interface itself, for tests that compare with
# it; nothing where it is not there.
function(vouch_use_ada target)
  if(VOUCH_ADA STREQUAL "package")
    target_link_libraries(${target} PRIVATE ada::ada)
  elseif(VOUCH_ADA STREQUAL "source")
    target_include_directories(${target} SYSTEM PRIVATE "${VOUCH_ADA_SOURCE}")
  endif()
endfunction()
