# One function declares a layer of src/: its target, alias, public headers and the layers it may use.
# Who may use whom is written in src/LAYERS and nowhere else.
file(STRINGS "${PROJECT_SOURCE_DIR}/src/LAYERS" lokilib_layers REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/LAYERS")

# lokilib_add_layer(<layer> [PUBLIC_HEADERS ...] SOURCES ... [PRIVATE_LIBRARIES ...])
function(lokilib_add_layer layer)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PUBLIC_HEADERS;SOURCES;PRIVATE_LIBRARIES")
  string(REPLACE "/" "_" name "${layer}")
  add_library(lokilib_${name} STATIC ${arg_SOURCES})
  add_library(lokilib::${name} ALIAS lokilib_${name})
  list(TRANSFORM arg_PUBLIC_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/lokilib/")
  target_sources(lokilib_${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${arg_PUBLIC_HEADERS})
  target_include_directories(lokilib_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(lokilib_${name} PUBLIC cxx_std_20)
  set_target_properties(lokilib_${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(lokilib_${name} PRIVATE ${arg_PRIVATE_LIBRARIES} $<BUILD_INTERFACE:lokilib_warnings>)
  foreach(line IN LISTS lokilib_layers)
    if(line MATCHES "^${layer}:(.*)$")
      separate_arguments(uses UNIX_COMMAND "${CMAKE_MATCH_1}")
      list(TRANSFORM uses REPLACE "/" "_")
      list(TRANSFORM uses PREPEND lokilib_)
      target_link_libraries(lokilib_${name} PUBLIC ${uses})
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY LOKILIB_LAYER_TARGETS lokilib_${name})
endfunction()
