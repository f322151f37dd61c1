# What embedders link: lokilib::lokilib (all of src/; also called lokilib::core) and lokilib::logql (LogQL over a
# LogSource, without storage). Both only gather the targets of layers.
get_property(lokilib_layer_targets GLOBAL PROPERTY LOKILIB_LAYER_TARGETS)

add_library(lokilib_lokilib INTERFACE)
add_library(lokilib::lokilib ALIAS lokilib_lokilib)
add_library(lokilib::core ALIAS lokilib_lokilib)
target_link_libraries(lokilib_lokilib INTERFACE ${lokilib_layer_targets})
set_target_properties(lokilib_lokilib PROPERTIES EXPORT_NAME lokilib)

add_library(lokilib_logql INTERFACE)
add_library(lokilib::logql ALIAS lokilib_logql)
target_link_libraries(lokilib_logql INTERFACE
  lokilib_logql_exec lokilib_logql_plan lokilib_logql_pipeline lokilib_logql_syntax)
set_target_properties(lokilib_logql PROPERTIES EXPORT_NAME logql)
