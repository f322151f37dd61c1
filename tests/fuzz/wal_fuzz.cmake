lokilib_add_fuzz_target(wal LIBRARIES lokilib::storage)
