// SPDX-License-Identifier: Apache-2.0
// regex_alternatives.cc: reads the source of a regex that compiles.
#include "text/regex_alternatives.h"

#include "model/utf8.h"

namespace lokilib::text {
namespace {

constexpr std::string_view kMeta = "\\.+*?()|[]{}^$";

// `.*` at both ends of an unanchored expression adds nothing.
std::string_view strip_any(std::string_view source) {
  while (source.substr(0, 2) == ".*" && source.substr(0, 3) != ".*?") source.remove_prefix(2);
  while (source.size() >= 2 && source.substr(source.size() - 2) == ".*" &&
         (source.size() == 2 || source[source.size() - 3] != '\\')) {
    source.remove_suffix(2);
  }
  return source;
}

// The text of an expression without operators, e.g. `a\.b`; nothing if there is one.
std::optional<std::string> plain_text(std::string_view source) {
  std::string text;
  for (size_t i = 0; i < source.size(); ++i) {
    char c = source[i];
    if (c == '\\') {
      if (++i == source.size()) return std::nullopt;
      c = source[i];
      if (static_cast<unsigned char>(c) >= 0x80 || kMeta.find(c) == std::string_view::npos) {
        const bool letter_or_digit = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (letter_or_digit || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
      }
    } else if (kMeta.find(c) != std::string_view::npos) {
      return std::nullopt;
    }
    text.push_back(c);
  }
  // U+FFFD in an expression also matches bytes that are no UTF-8.
  if (text.find("\xef\xbf\xbd") != std::string::npos) return std::nullopt;
  return text;
}

}  // namespace

std::optional<TextAlternatives> text_alternatives(std::string_view source) {
  TextAlternatives result;
  if (source.substr(0, 4) == "(?i)") {
    result.ignore_case = true;
    source.remove_prefix(4);
  }
  size_t begin = 0;
  for (;;) {
    size_t end = begin;
    while (end < source.size() && source[end] != '|') end += source[end] == '\\' ? 2 : 1;
    if (end > source.size()) end = source.size();
    std::optional<std::string> text = plain_text(strip_any(source.substr(begin, end - begin)));
    if (!text || (result.ignore_case && !is_ascii(*text))) return std::nullopt;
    result.texts.push_back(std::move(*text));
    if (end == source.size()) return result;
    begin = end + 1;
  }
}

}  // namespace lokilib::text
