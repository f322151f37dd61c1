lokilib_add_fuzz_target(page_cursor LIBRARIES lokilib::logql_exec)
