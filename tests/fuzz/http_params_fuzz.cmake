if(LOKILIB_BUILD_HTTP)
  lokilib_add_fuzz_target(http_params LIBRARIES lokilib::http)
  target_include_directories(http_params_fuzz PRIVATE "${PROJECT_SOURCE_DIR}/bindings/http")
endif()
