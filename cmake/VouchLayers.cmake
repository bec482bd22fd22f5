# The layers of Vouch, once, from left to right. CMake makes one target of
# each; tests/lint/layering.py reads this same list and fails on an include
# that goes right.
#
#   name : kind : the layers directly to its left
#
# A layer may include its own headers and those of every layer that it reaches
# to the left. Kinds: headers (an INTERFACE library in include/vouch/<name>),
# library (bodies in src/<name>), program (all of it in src/<name>).
set(VOUCH_LAYERS
  "base:headers:"
  "code:headers:base"
  "link:headers:base"
  "event:headers:base"
  "program:headers:base"
  "ledger:headers:base"
  "identify:headers:event program ledger"
  "attribute:headers:identify"
  "rate:headers:attribute"
  "settle:headers:rate"
  "report:headers:settle"
  "engine:library:report"
  "store:library:engine"
  "proto:library:engine"
  "capi:library:proto store"
  "cli:program:proto store code link"
)

# What the header layers use of Abseil.
set(VOUCH_ABSL
    absl::algorithm_container absl::base absl::bits absl::btree
    absl::civil_time absl::cleanup absl::core_headers absl::fixed_array
    absl::flat_hash_map absl::flat_hash_set absl::function_ref absl::hash
    absl::inlined_vector absl::int128 absl::memory absl::span absl::status
    absl::statusor absl::str_format absl::strings absl::time)

# Header layers beside the road, made and read by the host before an event
# exists: targets of their own, not in vouch::core, for they need more than
# Abseil. What that is; link may have ada too (VouchLinks.cmake).
set(VOUCH_BESIDE_code OpenSSL::Crypto)
set(VOUCH_BESIDE_link OpenSSL::Crypto)

# Export sets, so that a user of vouch::core need not have the rest.
set(VOUCH_EXPORT_headers vouchCoreTargets)
set(VOUCH_EXPORT_code vouchCodesTargets)
set(VOUCH_EXPORT_link vouchLinksTargets)
set(VOUCH_EXPORT_engine vouchEngineTargets)
set(VOUCH_EXPORT_store vouchSqliteTargets)
set(VOUCH_EXPORT_proto vouchProtoTargets)
set(VOUCH_EXPORT_capi vouchCTargets)

include(VouchC)  # the layer capi
include(VouchLinks)  # what the layer link has beside its headers

# The targets of layers that are not called vouch_<layer>: a store is named
# after its database, a layer beside the road after what it makes.
set(VOUCH_TARGET_store vouch_sqlite)
set(VOUCH_TARGET_code vouch_codes)
set(VOUCH_TARGET_link vouch_links)

function(vouch_add_layers)
  foreach(row IN LISTS VOUCH_LAYERS)
    if(NOT row MATCHES "^([a-z]+):([a-z]+):([a-z ]*)$")
      message(FATAL_ERROR "VOUCH_LAYERS: not 'name:kind:left': ${row}")
    endif()
    set(name "${CMAKE_MATCH_1}")
    set(kind "${CMAKE_MATCH_2}")
    separate_arguments(left UNIX_COMMAND "${CMAKE_MATCH_3}")
    if(DEFINED VOUCH_BESIDE_${name})
      if(NOT VOUCH_CORE_ONLY)
        _vouch_beside_layer(${name} "${left}")
      endif()
    elseif(kind STREQUAL "headers")
      _vouch_header_layer(${name} "${left}")
    elseif(kind STREQUAL "library" AND NOT VOUCH_CORE_ONLY)
      cmake_language(CALL _vouch_${name}_layer ${name} "${left}")
    elseif(kind STREQUAL "program" AND VOUCH_BUILD_CLI AND NOT VOUCH_CORE_ONLY)
      _vouch_program_layer(${name} "${left}")
    endif()
  endforeach()
endfunction()

# A header layer: vouch_<name>, vouch::<name>, gathered in vouch::core.
function(_vouch_header_layer name left)
  set(target vouch_${name})
  _vouch_headers(${target} ${name} "${left}")
  if(NOT left)
    target_link_libraries(${target} INTERFACE ${VOUCH_ABSL})
  endif()

  if(NOT TARGET vouch_core)
    add_library(vouch_core INTERFACE)
    add_library(vouch::core ALIAS vouch_core)
    set_target_properties(vouch_core PROPERTIES EXPORT_NAME core)
    set(umbrella "${PROJECT_SOURCE_DIR}/include/vouch/vouch.h")
    target_sources(vouch_core PRIVATE ${umbrella})
    _vouch_export(vouch_core headers)
  endif()
  target_link_libraries(vouch_core INTERFACE ${target})
  _vouch_export(${target} headers)
endfunction()

# A header layer beside the road. What is more than headers in it is added by
# _vouch_<name>_more(<target>), where there is such a function.
function(_vouch_beside_layer name left)
  set(target ${VOUCH_TARGET_${name}})
  _vouch_headers(${target} ${name} "${left}")
  target_link_libraries(${target} INTERFACE ${VOUCH_BESIDE_${name}})
  if(COMMAND _vouch_${name}_more)
    cmake_language(CALL _vouch_${name}_more ${target})
  endif()
  _vouch_export(${target} ${name})
endfunction()

# The INTERFACE library `target`, vouch::<its name without vouch_>, of the
# headers in include/vouch/<name>.
function(_vouch_headers target name left)
  string(REGEX REPLACE "^vouch_" "" exported "${target}")
  add_library(${target} INTERFACE)
  add_library(vouch::${exported} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${exported})
  _vouch_include_directory(${target} INTERFACE)
  target_compile_features(${target} INTERFACE cxx_std_17)
  foreach(one IN LISTS left)
    target_link_libraries(${target} INTERFACE vouch_${one})
  endforeach()
  vouch_glob(headers "${PROJECT_SOURCE_DIR}/include/vouch/${name}/*.h")
  target_sources(${target} PRIVATE ${headers})
endfunction()

# vouch::vouch, the engine.
function(_vouch_engine_layer name left)
  _vouch_library(vouch_engine ${name} "${left}" vouch)
  target_link_libraries(vouch_engine PUBLIC absl::synchronization
                                     PRIVATE OpenSSL::Crypto)
endfunction()

# vouch::sqlite, the store in one SQLite file.
function(_vouch_store_layer name left)
  _vouch_library(vouch_sqlite ${name} "${left}" sqlite)
  target_link_libraries(vouch_sqlite PUBLIC absl::synchronization
                                     PRIVATE OpenSSL::Crypto SQLite::SQLite3)
endfunction()

# vouch::proto, the generated schemas and what reads and writes them.
function(_vouch_proto_layer name left)
  vouch_glob(schemas "${PROJECT_SOURCE_DIR}/proto/vouch/v1/*.proto")
  _vouch_generate("${schemas}" generated)
  _vouch_library(vouch_proto ${name} "${left}" proto ${generated} ${schemas})
  target_include_directories(vouch_proto SYSTEM PUBLIC
      "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>")
  target_link_libraries(vouch_proto
      PUBLIC protobuf::libprotobuf
      PRIVATE "$<BUILD_INTERFACE:nlohmann_json::nlohmann_json>")
endfunction()

# The command line: build/<preset>/bin/vouch.
function(_vouch_program_layer name left)
  vouch_glob(sources "${PROJECT_SOURCE_DIR}/src/${name}/*.cc"
                     "${PROJECT_SOURCE_DIR}/src/${name}/*.h")
  add_executable(vouch_cli ${sources})
  add_executable(vouch::cli ALIAS vouch_cli)
  set_target_properties(vouch_cli PROPERTIES OUTPUT_NAME vouch
      RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  target_include_directories(vouch_cli PRIVATE "${PROJECT_SOURCE_DIR}/src")
  foreach(one IN LISTS left)
    if(DEFINED VOUCH_TARGET_${one})
      target_link_libraries(vouch_cli PRIVATE ${VOUCH_TARGET_${one}})
    else()
      target_link_libraries(vouch_cli PRIVATE vouch_${one})
    endif()
  endforeach()
  target_link_libraries(vouch_cli PRIVATE absl::flags absl::flags_parse
                                          absl::flags_usage)
  vouch_own_target(vouch_cli)
endfunction()

# A compiled layer from src/<name>, exported as vouch::<exported>. Further
# arguments are generated sources.
function(_vouch_library target name left exported)
  vouch_glob(sources "${PROJECT_SOURCE_DIR}/src/${name}/*.cc"
                     "${PROJECT_SOURCE_DIR}/src/${name}/*.h"
                     "${PROJECT_SOURCE_DIR}/include/vouch/${name}/*.h")
  list(APPEND sources ${ARGN})
  add_library(${target} ${sources})
  add_library(vouch::${exported} ALIAS ${target})
  if(exported STREQUAL "vouch")
    set(output vouch)
  else()
    set(output vouch_${exported})
  endif()
  set_target_properties(${target} PROPERTIES
      EXPORT_NAME ${exported} OUTPUT_NAME ${output}
      POSITION_INDEPENDENT_CODE ON
      VERSION ${PROJECT_VERSION}
      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  _vouch_include_directory(${target} PUBLIC)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(${target} PUBLIC cxx_std_17)
  foreach(one IN LISTS left)
    if(one STREQUAL "report")
      target_link_libraries(${target} PUBLIC vouch_core)
    elseif(TARGET vouch_${one})
      target_link_libraries(${target} PUBLIC vouch_${one})
    endif()
  endforeach()
  vouch_own_target(${target})
  _vouch_export(${target} ${name})
endfunction()

# protoc over all schemas at once; full runtime.
function(_vouch_generate schemas result)
  set(root "${PROJECT_SOURCE_DIR}/proto")
  set(output "${PROJECT_BINARY_DIR}/generated")
  set(files "")
  foreach(schema IN LISTS schemas)
    file(RELATIVE_PATH stem "${root}" "${schema}")
    string(REGEX REPLACE "\\.proto$" "" stem "${stem}")
    list(APPEND files "${output}/${stem}.pb.cc" "${output}/${stem}.pb.h")
  endforeach()
  file(MAKE_DIRECTORY "${output}")
  add_custom_command(
      OUTPUT ${files}
      COMMAND protobuf::protoc "--proto_path=${root}" "--cpp_out=${output}"
              ${schemas}
      DEPENDS ${schemas}
      COMMENT "protoc: vouch/v1"
      VERBATIM)
  # Code that we do not write is not held to our warnings.
  set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "-w"
                                                  SKIP_LINTING ON)
  set(${result} "${files}" PARENT_SCOPE)
endfunction()

function(_vouch_include_directory target scope)
  target_include_directories(${target} ${scope}
      "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
      "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
endfunction()

function(_vouch_export target set)
  if(VOUCH_INSTALL)
    install(TARGETS ${target} EXPORT ${VOUCH_EXPORT_${set}}
            ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
            LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
            RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endfunction()
