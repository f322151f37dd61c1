lokilib_add_fuzz_target(chunk LIBRARIES lokilib::chunk)
