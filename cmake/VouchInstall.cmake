# Install rules and the package for find_package(vouch).
include(CMakePackageConfigHelpers)

set(VOUCH_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/vouch")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/vouch"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.h" PATTERN "c.h" EXCLUDE)
install(EXPORT vouchCoreTargets NAMESPACE vouch::
        DESTINATION "${VOUCH_CMAKE_DIR}")
if(TARGET vouch_codes)
  install(EXPORT vouchCodesTargets NAMESPACE vouch::
          DESTINATION "${VOUCH_CMAKE_DIR}")
endif()
if(TARGET vouch_links)
  install(EXPORT vouchLinksTargets NAMESPACE vouch::
          DESTINATION "${VOUCH_CMAKE_DIR}")
endif()
if(TARGET vouch_engine)
  install(EXPORT vouchEngineTargets NAMESPACE vouch::
          DESTINATION "${VOUCH_CMAKE_DIR}")
endif()
if(TARGET vouch_sqlite)
  install(EXPORT vouchSqliteTargets NAMESPACE vouch::
          DESTINATION "${VOUCH_CMAKE_DIR}")
endif()
if(TARGET vouch_proto)
  install(EXPORT vouchProtoTargets NAMESPACE vouch::
          DESTINATION "${VOUCH_CMAKE_DIR}")
  install(DIRECTORY "${PROJECT_BINARY_DIR}/generated/vouch"
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
          FILES_MATCHING PATTERN "*.pb.h")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/proto/vouch"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/vouch/proto"
          FILES_MATCHING PATTERN "*.proto")
endif()
if(TARGET vouch_c)
  install(EXPORT vouchCTargets NAMESPACE vouch::
          DESTINATION "${VOUCH_CMAKE_DIR}" COMPONENT c)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/proto/vouch"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/vouch/proto" COMPONENT c
          FILES_MATCHING PATTERN "*.proto")
endif()
if(TARGET vouch_cli)
  install(TARGETS vouch_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/vouchConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/vouchConfig.cmake"
    INSTALL_DESTINATION "${VOUCH_CMAKE_DIR}")
# Before 1.0 a minor version may break an interface.
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/vouchConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
set(package "${PROJECT_BINARY_DIR}/vouchConfig.cmake"
            "${PROJECT_BINARY_DIR}/vouchConfigVersion.cmake")
install(FILES ${package} DESTINATION "${VOUCH_CMAKE_DIR}")
if(TARGET vouch_c)
  install(FILES ${package} DESTINATION "${VOUCH_CMAKE_DIR}" COMPONENT c)
endif()
