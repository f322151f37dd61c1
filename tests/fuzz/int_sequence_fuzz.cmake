lokilib_add_fuzz_target(int_sequence LIBRARIES lokilib::codec)
