// SPDX-License-Identifier: Apache-2.0
// line_predicate_fuzz.cc: a byte for the operator, a text up to the first newline, then lines. A page must
// give the same answer as its lines one by one.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/compiled_predicate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lokilib;
  if (size == 0) return 0;
  const std::string input(reinterpret_cast<const char*>(data + 1), size - 1);
  const size_t split = std::min(input.find('\n'), input.size());
  LineFilter filter;
  filter.op = static_cast<LineFilterOp>(data[0] % 6);
  filter.alternatives.push_back({input.substr(0, split), (data[0] & 0x40) != 0});
  if ((data[0] & 0x80) != 0) filter.alternatives.push_back({"ab", false});
  const auto predicate = text::CompiledPredicate::compile(LinePredicate{{filter}});
  if (!predicate.has_value()) return 0;
  std::string page;
  std::vector<uint32_t> ends;
  for (size_t at = split; at < input.size();) {
    const size_t end = std::min(input.find('\n', at + 1), input.size());
    page.append(input, at + 1, end - at - 1);
    ends.push_back(static_cast<uint32_t>(page.size()));
    at = end;
  }
  std::vector<uint64_t> words(ends.size() / 64 + 1, ~uint64_t{0});
  (*predicate)->filter_page(page, ends, words.data(), 0);
  for (size_t i = 0; i < ends.size(); ++i) {
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    const std::string line = page.substr(begin, ends[i] - begin);
    if ((*predicate)->matches(line) != ((words[i / 64] >> (i % 64) & 1) != 0)) std::abort();
  }
  return 0;
}
