// SPDX-License-Identifier: Apache-2.0
// find_functions.h: the search functions behind the finders, one per instruction set, all with the same
// answer. Pre: the needle is not empty and `from` is inside the text. None reads outside of the text.
#pragma once

#include "text/find.h"

namespace lokilib::text {

size_t find_scalar(std::string_view text, size_t from, const NeedleView& needle);
size_t find_folded_scalar(std::string_view text, size_t from, const NeedleView& needle);

/// Whether this machine can run the next two.
bool has_avx2();
size_t find_avx2(std::string_view text, size_t from, const NeedleView& needle);
size_t find_folded_avx2(std::string_view text, size_t from, const NeedleView& needle);

/// Whether `text` begins with the needle, which is in lower case, but for the case of ASCII letters.
inline bool equals_folded(const char* text, const char* lower_case, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c) != lower_case[i]) return false;
  }
  return true;
}

}  // namespace lokilib::text
