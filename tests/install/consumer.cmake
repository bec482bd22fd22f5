# cmake -P: configures, builds and runs one consumer (see CMakeLists.txt).
set(source "${CMAKE_CURRENT_LIST_DIR}/${CONSUMER}")
set(binary "${VOUCH_BINARY}/tests/install/${CONSUMER}_build")
set(prefix "${VOUCH_BINARY}/tests/install/prefix")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed (${result}): ${ARGN}")
  endif()
endfunction()

# A consumer starts from nothing: no cache of an earlier run.
file(REMOVE_RECURSE "${binary}")
set(more "")
if(CONSUMER STREQUAL "c_only")
  set(prefix "${prefix}_c")
  file(REMOVE_RECURSE "${prefix}")
  run("${CMAKE_COMMAND}" --install "${VOUCH_BINARY}" --prefix "${prefix}"
      --component c)
  # Were it to look for anything else, it would fail here.
  set(more "-DCMAKE_PREFIX_PATH=${prefix}" -DCMAKE_DISABLE_FIND_PACKAGE_absl=ON
           -DCMAKE_DISABLE_FIND_PACKAGE_Protobuf=ON
           -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON)
elseif(CONSUMER STREQUAL "add_subdirectory")
  set(more "-DVOUCH_SOURCE=${VOUCH_SOURCE}" -DBUILD_SHARED_LIBS=ON)
else()
  file(REMOVE_RECURSE "${prefix}")
  run("${CMAKE_COMMAND}" --install "${VOUCH_BINARY}" --prefix "${prefix}")
  set(more "-DCMAKE_PREFIX_PATH=${prefix}")
  if(CONSUMER STREQUAL "core_only")
    # Were it to look for more than Abseil, it would fail here.
    list(APPEND more -DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON
                     -DCMAKE_DISABLE_FIND_PACKAGE_Protobuf=ON
                     -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON)
  endif()
endif()
run("${CMAKE_COMMAND}" -S "${source}" -B "${binary}" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
    "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}" ${more})
run("${CMAKE_COMMAND}" --build "${binary}" --target consumer)
run("${binary}/consumer")
if(CONSUMER STREQUAL "find_package" AND EXISTS "${prefix}/bin/vouch")
  run("${prefix}/bin/vouch" --version)
endif()
