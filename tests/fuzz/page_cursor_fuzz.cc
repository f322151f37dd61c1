// SPDX-License-Identifier: Apache-2.0
// page_cursor_fuzz.cc: any text as a cursor: a clear error, or a place that is written as it was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "logql/exec/page_cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto place = lokilib::logql::parse_cursor(text);
  if (!place) return 0;
  const std::string written = lokilib::logql::to_cursor(*place);
  const auto again = lokilib::logql::parse_cursor(written);
  if (!again || lokilib::logql::to_cursor(*again) != written) std::abort();
  return 0;
}
