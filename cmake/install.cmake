# What `cmake --install` puts into a prefix: libraries, public headers, the program, a CMake package with the
# components core, c and http, and pkg-config files. tests/install builds the examples against it.
include(CMakePackageConfigHelpers)
set(lokilib_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/lokilib")

install(TARGETS ${lokilib_layer_targets} lokilib_lokilib lokilib_logql EXPORT lokilibTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT lokilibTargets NAMESPACE lokilib:: DESTINATION "${lokilib_package_dir}")

if(LOKILIB_BUILD_HTTP)
  install(TARGETS lokilib_http EXPORT lokilibHttpTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT lokilibHttpTargets NAMESPACE lokilib:: DESTINATION "${lokilib_package_dir}")
endif()
if(LOKILIB_BUILD_CAPI)
  install(TARGETS lokilib_c EXPORT lokilibCTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(FILES "${PROJECT_SOURCE_DIR}/capi/include/lokilib.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT lokilibCTargets NAMESPACE lokilib:: DESTINATION "${lokilib_package_dir}")
endif()
if(LOKILIB_BUILD_TOOLS)
  install(TARGETS lokilib_tool RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/lokilibConfig.cmake.in" lokilibConfig.cmake
  INSTALL_DESTINATION "${lokilib_package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(lokilibConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/lokilibConfig.cmake" "${PROJECT_BINARY_DIR}/lokilibConfigVersion.cmake"
  DESTINATION "${lokilib_package_dir}")

# pkg-config: found from where the file lies, so that a prefix can be moved. The archives from the highest layer down, as linkers want them.
file(RELATIVE_PATH lokilib_pc_prefix "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
set(lokilib_pc_libs "")
foreach(target IN LISTS lokilib_layer_targets)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    string(PREPEND lokilib_pc_libs "-l${target} ")
  endif()
endforeach()
set(lokilib_pc_zstd "")
if(LOKILIB_WITH_ZSTD)
  set(lokilib_pc_zstd " libzstd")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/lokilib.pc.in" lokilib.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/lokilib.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(LOKILIB_BUILD_CAPI)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/lokilib-c.pc.in" lokilib-c.pc @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/lokilib-c.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()
