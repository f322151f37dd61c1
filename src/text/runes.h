// SPDX-License-Identifier: Apache-2.0
// runes.h: what the field parsers do with runes: trim white space, put spaces in place of what is no rune.
#pragma once

#include <cstddef>
#include <string_view>

#include "model/utf8.h"

namespace lokilib::text {

/// Writes the rune's bytes (at most 4) to `out`; returns how many. What is no rune becomes U+FFFD.
inline size_t encode_rune(char32_t rune, char* out) {
  if (rune > kRuneMax || (rune >= 0xd800 && rune <= 0xdfff)) rune = kReplacementRune;
  if (rune < 0x80) {
    out[0] = static_cast<char>(rune);
    return 1;
  }
  const size_t size = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
  for (size_t i = size - 1; i > 0; --i) {
    out[i] = static_cast<char>(0x80 | (rune & 0x3f));
    rune >>= 6;
  }
  out[0] = static_cast<char>((0xf00U >> size & 0xffU) | rune);
  return size;
}

/// Whether a U+FFFD or an invalid byte stands in `text`.
inline bool has_replacement_rune(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const DecodedRune decoded = decode_rune(text, i);
    if (decoded.rune == kReplacementRune) return true;
    i += decoded.size;
  }
  return false;
}

/// Puts a space in place of each U+FFFD and invalid byte; in place, as text only gets shorter. Returns the
/// new size.
inline size_t blank_replacement_runes(char* text, size_t size) {
  size_t out = 0;
  for (size_t i = 0; i < size;) {
    const DecodedRune decoded = decode_rune({text, size}, i);
    if (decoded.rune == kReplacementRune) {
      text[out++] = ' ';
      i += decoded.size;
      continue;
    }
    for (size_t k = 0; k < decoded.size; ++k) text[out++] = text[i++];
  }
  return out;
}

/// Unicode white space.
inline bool is_space(char32_t rune) {
  return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0xa0 || rune == 0x1680 ||
         (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 || rune == 0x2029 || rune == 0x202f ||
         rune == 0x205f || rune == 0x3000;
}

/// `text` without white space at both ends.
std::string_view trim_space(std::string_view text);

}  // namespace lokilib::text
