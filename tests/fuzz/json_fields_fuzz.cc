// SPDX-License-Identifier: Apache-2.0
// json_fields_fuzz.cc: any bytes as a JSON line. The wanted fields must be the first ones of all fields.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "text/json_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lokilib;
  const std::string line(reinterpret_cast<const char*>(data), size);
  static const text::WantedNames wanted({"a", "a_b", "c", "_9"});
  Arena arena;
  std::map<std::string, std::string> all;
  text::scan_json_fields(line, arena, [&](std::string_view name, std::string_view value) {
    all.emplace(name, value);
    return true;
  });
  text::scan_wanted_json_fields(line, wanted, arena, [&](size_t name, std::string_view value) {
    const auto found = all.find(wanted.names()[name]);
    if (found == all.end() || found->second != value) std::abort();
    return true;
  });
  text::scan_unpack_fields(line, arena, [](std::string_view, std::string_view) { return true; });
  if (const auto path = text::JsonPath::parse(line.substr(0, line.find('\n'))); path.has_value()) {
    std::string_view value;
    text::find_json_paths(line, {&*path, 1}, arena, {&value, 1});
  }
  return 0;
}
