// SPDX-License-Identifier: Apache-2.0
// rune_case.h: upper, lower and title case of runes by Unicode's simple mappings (one rune to one rune), and
// what Go's unicode.IsLetter, IsDigit and IsSpace say. No locale takes part.
#pragma once

#include <string>
#include <string_view>

namespace lokilib::logql {

char32_t to_upper(char32_t rune);
char32_t to_lower(char32_t rune);
char32_t to_title(char32_t rune);

/// Unicode category L or Nd.
bool is_letter_or_digit(char32_t rune);
/// Unicode's White_Space property.
bool is_unicode_space(char32_t rune);

/// Go's strings.ToUpper and ToLower: invalid UTF-8 becomes U+FFFD.
void append_upper(std::string& out, std::string_view text);
void append_lower(std::string& out, std::string_view text);
/// Go's strings.Title: the first letter of each word in title case, the rest as it is.
void append_title(std::string& out, std::string_view text);

}  // namespace lokilib::logql
