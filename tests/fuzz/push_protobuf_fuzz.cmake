if(LOKILIB_BUILD_HTTP)
  lokilib_add_fuzz_target(push_protobuf LIBRARIES lokilib::http)
  target_include_directories(push_protobuf_fuzz PRIVATE "${PROJECT_SOURCE_DIR}/bindings/http")
endif()
