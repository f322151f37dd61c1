// SPDX-License-Identifier: Apache-2.0
// pattern_fuzz.cc: a pattern up to the first newline, then a line. Captures must lie in the line.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/decolorize.h"
#include "text/ip_filter.h"
#include "text/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lokilib;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const size_t split = input.find('\n');
  const std::string source = input.substr(0, split);
  const std::string line = split == std::string::npos ? std::string() : input.substr(split + 1);
  if (const auto pattern = text::Pattern::parse_for_captures(source); pattern.has_value()) {
    std::vector<std::string_view> values(pattern->names().size());
    pattern->capture(line, values);
    for (const std::string_view value : values) {
      const bool inside =
          value.data() >= line.data() && value.data() + value.size() <= line.data() + line.size();
      if (value.data() != nullptr && !inside) std::abort();
    }
  }
  if (const auto pattern = text::Pattern::parse_for_filter(source); pattern.has_value()) {
    const bool has_literal = line.find(pattern->longest_literal()) != std::string::npos;
    if (pattern->matches(line) && !has_literal) std::abort();
  }
  if (const auto filter = text::IpFilter::parse(source); filter.has_value()) {
    const bool has_literal = line.find(filter->required_literal()) != std::string::npos;
    if (filter->matches(line) && !has_literal) std::abort();
  }
  Arena arena;
  if (text::decolorize(line, arena).size() > line.size()) std::abort();
  return 0;
}
