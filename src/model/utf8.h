// SPDX-License-Identifier: Apache-2.0
// utf8.h: UTF-8 by Go's rules: shortest form only, no surrogates, and a byte that fits nowhere stands for
// one U+FFFD by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lokilib {

inline constexpr char32_t kReplacementRune = 0xFFFD;
inline constexpr char32_t kRuneMax = 0x10FFFF;

struct DecodedRune {
  char32_t rune = kReplacementRune;
  uint32_t size = 1;   ///< bytes taken, at least 1
  bool valid = false;  ///< false: one byte that is no UTF-8
};

/// The rune at `offset`. Pre: offset < text.size().
DecodedRune decode_rune(std::string_view text, size_t offset);

/// Appends the UTF-8 of a rune; what is no Unicode scalar value becomes U+FFFD.
void append_rune(std::string& out, char32_t rune);

bool is_ascii(std::string_view text);
bool is_valid_utf8(std::string_view text);

/// The text with each invalid byte replaced by U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

/// What Go's unicode.IsPrint says: letters, marks, numbers, punctuation, symbols and the ASCII space.
bool is_printable(char32_t rune);

}  // namespace lokilib
