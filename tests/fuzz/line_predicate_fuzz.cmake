lokilib_add_fuzz_target(line_predicate LIBRARIES lokilib::text)
