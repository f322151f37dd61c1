lokilib_add_fuzz_target(label_index LIBRARIES lokilib::index)
target_include_directories(label_index_fuzz PRIVATE "${PROJECT_SOURCE_DIR}/tests")  # support/
