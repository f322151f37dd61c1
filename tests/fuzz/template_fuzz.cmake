lokilib_add_fuzz_target(template LIBRARIES lokilib::logql_pipeline)
target_include_directories(template_fuzz PRIVATE "${PROJECT_SOURCE_DIR}/tests")
