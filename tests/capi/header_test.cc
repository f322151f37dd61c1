// SPDX-License-Identifier: Apache-2.0
// lokilib.h is C++ too: included first, without anything before it, and linked from there.
#include <type_traits>

#include "lokilib.h"

static_assert(std::is_same_v<decltype(&lokilib_version), const char* (*)()>);
static_assert(std::is_standard_layout_v<lokilib_open_options> && std::is_standard_layout_v<lokilib_query>);

extern "C" const char* lokilib_version_seen_from_cpp() {
  const lokilib_open_options options = LOKILIB_OPEN_OPTIONS_INIT;
  const lokilib_query query = LOKILIB_QUERY_INIT;
  return options.struct_size == sizeof(options) && query.struct_size == sizeof(query) ? lokilib_version()
                                                                                      : "";
}
