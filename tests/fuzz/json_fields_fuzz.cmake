lokilib_add_fuzz_target(json_fields LIBRARIES lokilib::text)
