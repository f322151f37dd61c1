lokilib_add_fuzz_target(logfmt_fields LIBRARIES lokilib::text)
