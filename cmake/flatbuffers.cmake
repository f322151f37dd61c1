# lokilib_flatbuffers(<target> <schema.fbs>...): an INTERFACE target whose generated headers are
# included as "schema/<name>_generated.h".
function(lokilib_flatbuffers target)
  set(out_dir "${CMAKE_CURRENT_BINARY_DIR}/generated/schema")
  foreach(schema IN LISTS ARGN)
    get_filename_component(stem "${schema}" NAME_WE)
    set(out "${out_dir}/${stem}_generated.h")
    add_custom_command(OUTPUT "${out}"
      COMMAND flatbuffers::flatc --cpp --cpp-std c++17 --scoped-enums -I "${CMAKE_CURRENT_SOURCE_DIR}"
              -o "${out_dir}" "${CMAKE_CURRENT_SOURCE_DIR}/${schema}"
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${schema}" VERBATIM)
    list(APPEND outputs "${out}")
  endforeach()
  add_custom_target(${target}_generate DEPENDS ${outputs})
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}_generate)
  target_include_directories(${target} SYSTEM INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/generated>)
  target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:flatbuffers::flatbuffers>)
endfunction()
