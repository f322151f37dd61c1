lokilib_add_fuzz_target(manifest LIBRARIES lokilib::storage)
