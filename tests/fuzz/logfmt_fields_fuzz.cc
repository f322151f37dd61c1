// SPDX-License-Identifier: Apache-2.0
// logfmt_fields_fuzz.cc: any bytes as a logfmt line. Strict parsing must be a beginning of the lenient one.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/logfmt_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lokilib;
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const std::string line(reinterpret_cast<const char*>(data), size);
  Arena arena;
  const auto fields_of = [&](bool strict) {
    Fields fields;
    text::scan_logfmt_fields(line, {strict, true, false}, arena,
                             [&](std::string_view name, std::string_view value) {
                               fields.emplace_back(name, value);
                               return true;
                             });
    return fields;
  };
  const Fields lenient = fields_of(false);
  const Fields strict = fields_of(true);
  if (strict.size() > lenient.size()) std::abort();
  for (size_t i = 0; i < strict.size(); ++i) {
    if (strict[i] != lenient[i]) std::abort();
  }
  return 0;
}
