# vouch::c, the C ABI: libvouch_c, a shared library that shows the functions of
# vouch/c.h and nothing else.
#
# It is compiled against the lite runtime, from the same schemas: two libraries
# with one full-runtime schema in a process abort, and a host may have its own.
# So what src/proto does with the generated API alone (convert_*.cc) is compiled
# a second time here, against code in a folder of its own.
#
# Abseil and protobuf-lite come in by their targets, and what is static among
# them is inside and hidden (--exclude-libs, the version script). Debian 12's
# archives are no position-independent code (libprotobuf-lite.a,
# libabsl_base.a, libabsl_raw_hash_set.a: R_X86_64_TPOFF32), and its targets
# name the shared libraries: there libvouch_c needs libprotobuf-lite.so.32 and
# libabsl_*.so.20220623. SQLite stays a library of its own everywhere it can: two
# copies of it in one process lose each other's locks on a file.

# The number that changes when a program that was linked would break; not that
# of the release.
set(VOUCH_C_SOVERSION 1)

function(_vouch_capi_layer name left)
  if(NOT VOUCH_BUILD_C)
    return()
  endif()
  vouch_glob(schemas "${PROJECT_SOURCE_DIR}/proto/vouch/v1/*.proto")
  _vouch_generate_lite("${schemas}" generated)
  _vouch_generate_schema_table("${schemas}" table)
  vouch_glob(sources "${PROJECT_SOURCE_DIR}/src/capi/*.cc"
                     "${PROJECT_SOURCE_DIR}/src/capi/*.h"
                     "${PROJECT_SOURCE_DIR}/src/proto/convert_*.cc")
  set(script "${PROJECT_SOURCE_DIR}/src/capi/vouch_c.map")
  add_library(vouch_c SHARED ${sources} ${generated} ${table} ${script}
              "${PROJECT_SOURCE_DIR}/include/vouch/c.h")
  add_library(vouch::c ALIAS vouch_c)
  set_target_properties(vouch_c PROPERTIES
      EXPORT_NAME c OUTPUT_NAME vouch_c
      VERSION ${PROJECT_VERSION} SOVERSION ${VOUCH_C_SOVERSION}
      CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
      LINK_DEPENDS "${script}")
  target_compile_features(vouch_c PRIVATE cxx_std_17)
  target_compile_definitions(vouch_c PRIVATE VOUCH_C_BUILD)
  _vouch_include_directory(vouch_c PUBLIC)
  target_include_directories(vouch_c PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_include_directories(vouch_c SYSTEM PRIVATE
      "${PROJECT_BINARY_DIR}/generated_lite")
  target_link_libraries(vouch_c PRIVATE protobuf::libprotobuf-lite)
  _vouch_put_engine_in(vouch_c)
  target_link_options(vouch_c PRIVATE
      "LINKER:--exclude-libs,ALL" "LINKER:--version-script=${script}")
  vouch_own_target(vouch_c)
  _vouch_install_c()
endfunction()

# The engine and its store become part of `target`; where they are shared
# libraries themselves they are compiled a second time.
function(_vouch_put_engine_in target)
  if(NOT BUILD_SHARED_LIBS)
    target_link_libraries(${target} PRIVATE vouch_sqlite vouch_engine)
    return()
  endif()
  vouch_glob(sources "${PROJECT_SOURCE_DIR}/src/engine/*.cc"
                     "${PROJECT_SOURCE_DIR}/src/store/*.cc")
  target_sources(${target} PRIVATE ${sources})
  target_link_libraries(${target} PRIVATE vouch_core absl::synchronization
                                          OpenSSL::Crypto SQLite::SQLite3)
endfunction()

# protoc over all schemas at once; lite runtime, never beside the full one.
function(_vouch_generate_lite schemas result)
  set(root "${PROJECT_SOURCE_DIR}/proto")
  set(output "${PROJECT_BINARY_DIR}/generated_lite")
  set(files "")
  foreach(schema IN LISTS schemas)
    file(RELATIVE_PATH stem "${root}" "${schema}")
    string(REGEX REPLACE "\\.proto$" "" stem "${stem}")
    list(APPEND files "${output}/${stem}.pb.cc" "${output}/${stem}.pb.h")
  endforeach()
  file(MAKE_DIRECTORY "${output}")
  add_custom_command(
      OUTPUT ${files}
      COMMAND protobuf::protoc "--proto_path=${root}"
              "--cpp_out=lite:${output}" ${schemas}
      DEPENDS ${schemas}
      COMMENT "protoc: vouch/v1, lite"
      VERBATIM)
  set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "-w"
                                                  SKIP_LINTING ON)
  set(${result} "${files}" PARENT_SCOPE)
endfunction()

# What lite code does not know of itself: the fields of the messages that come
# in. A program of the build writes them out of protoc's descriptors.
function(_vouch_generate_schema_table schemas result)
  vouch_glob(sources "${PROJECT_SOURCE_DIR}/src/capi/schema_table/*.cc")
  add_executable(vouch_schema_table ${sources})
  target_link_libraries(vouch_schema_table PRIVATE protobuf::libprotobuf)
  vouch_own_target(vouch_schema_table)
  set(output "${PROJECT_BINARY_DIR}/generated_lite/schema_table.inc")
  set(descriptors "${PROJECT_BINARY_DIR}/generated_lite/schemas.pb")
  add_custom_command(
      OUTPUT "${output}"
      BYPRODUCTS "${descriptors}"
      COMMAND protobuf::protoc "--proto_path=${PROJECT_SOURCE_DIR}/proto"
              "--descriptor_set_out=${descriptors}" --include_imports ${schemas}
      COMMAND vouch_schema_table "${descriptors}" "${output}"
              vouch.v1.Event vouch.v1.Program vouch.v1.Query
      DEPENDS ${schemas} vouch_schema_table
      COMMENT "fields of vouch/v1"
      VERBATIM)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

# The component c: the library, its header, the schemas and the package, for a
# host that has nothing else of Vouch's, nor Abseil's or Protobuf's headers.
function(_vouch_install_c)
  if(NOT VOUCH_INSTALL)
    return()
  endif()
  install(TARGETS vouch_c EXPORT ${VOUCH_EXPORT_capi}
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
                  COMPONENT c NAMELINK_COMPONENT c
          RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT c)
  install(FILES "${PROJECT_SOURCE_DIR}/include/vouch/c.h"
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/vouch" COMPONENT c)
endfunction()
