lokilib_add_fuzz_target(segment LIBRARIES lokilib::storage)
