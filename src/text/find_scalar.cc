// SPDX-License-Identifier: Apache-2.0
// find_scalar.cc: the search for machines without vector instructions, and the tail of the vector searches.
#include <cstring>

#include "text/find_functions.h"

namespace lokilib::text {

size_t find_scalar(std::string_view text, size_t from, const NeedleView& needle) {
  if (needle.size > text.size()) return Finder::npos;
  const size_t last = text.size() - needle.size;
  size_t at = from;
  while (at <= last) {
    const char* const begin = text.data() + at + needle.rare_first;
    const void* const hit = std::memchr(begin, needle.bytes[needle.rare_first], last - at + 1);
    if (hit == nullptr) return Finder::npos;
    at += static_cast<size_t>(static_cast<const char*>(hit) - begin);
    if (std::memcmp(text.data() + at, needle.bytes, needle.size) == 0) return at;
    ++at;
  }
  return Finder::npos;
}

size_t find_folded_scalar(std::string_view text, size_t from, const NeedleView& needle) {
  if (needle.size > text.size()) return Finder::npos;
  const size_t last = text.size() - needle.size;
  const char wanted = needle.bytes[needle.rare_first];
  for (size_t at = from; at <= last; ++at) {
    const char c = static_cast<char>(text[at + needle.rare_first] | needle.fold_first);
    if (c == wanted && equals_folded(text.data() + at, needle.bytes, needle.size)) return at;
  }
  return Finder::npos;
}

}  // namespace lokilib::text
