lokilib_add_fuzz_target(pattern LIBRARIES lokilib::text)
