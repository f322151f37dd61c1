lokilib_add_fuzz_target(label_text LIBRARIES lokilib::model)
