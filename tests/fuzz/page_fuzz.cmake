lokilib_add_fuzz_target(page LIBRARIES lokilib::codec)
