// SPDX-License-Identifier: Apache-2.0
// go_unquote.cc: one character at a time, until the closing quote.
#include "logql/pipeline/go_unquote.h"

#include <algorithm>
#include <iterator>

#include "model/utf8.h"

namespace lokilib::logql {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

// Exactly `count` digits from the begin of `text`.
std::optional<char32_t> read_digits(std::string_view text, size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  char32_t value = 0;
  for (const char c : text.substr(0, count)) {
    if (digit_value(c) >= base) return std::nullopt;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit_value(c));
  }
  return value;
}

std::optional<UnquotedChar> unquote_number(std::string_view text, char kind) {
  const bool octal = kind >= '0' && kind <= '7';
  const size_t digits = octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
  const std::string_view from = text.substr(octal ? 1 : 2);
  const auto value = read_digits(from, digits, octal ? 8 : 16);
  if (!value) return std::nullopt;
  const std::string_view rest = from.substr(digits);
  if (octal || kind == 'x') {
    if (*value > 0xFF) return std::nullopt;
    return UnquotedChar{*value, true, rest};
  }
  if (*value > kRuneMax || (*value >= 0xD800 && *value < 0xE000)) return std::nullopt;
  return UnquotedChar{*value, false, rest};
}

}  // namespace

std::optional<UnquotedChar> unquote_char(std::string_view text, char quote) {
  if (text.empty() || text[0] == quote) return std::nullopt;
  if (text[0] != '\\') {
    const DecodedRune decoded = decode_rune(text, 0);
    return UnquotedChar{decoded.rune, false, text.substr(decoded.size)};
  }
  if (text.size() < 2) return std::nullopt;
  const char kind = text[1];
  constexpr std::string_view kLetters = "abfnrtv\\";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
  if (const size_t i = kLetters.find(kind); i != std::string_view::npos) {
    return UnquotedChar{static_cast<char32_t>(kMeanings[i]), false, text.substr(2)};
  }
  if (kind == '\'' || kind == '"') {
    if (kind != quote) return std::nullopt;
    return UnquotedChar{static_cast<char32_t>(kind), false, text.substr(2)};
  }
  if (kind == 'x' || kind == 'u' || kind == 'U' || (kind >= '0' && kind <= '7')) {
    return unquote_number(text, kind);
  }
  return std::nullopt;
}

std::optional<std::string> unquote(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != quoted.back()) return std::nullopt;
  const char quote = quoted.front();
  std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::string result;
  result.reserve(text.size());
  if (quote == '`') {
    std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) { return c != '\r'; });
    return result;
  }
  while (!text.empty()) {
    const auto next = text[0] == '\n' ? std::nullopt : unquote_char(text, quote);
    if (!next) return std::nullopt;
    if (next->is_byte) {
      result += static_cast<char>(next->value);
    } else {
      append_rune(result, next->value);
    }
    text = next->rest;
  }
  return result;
}

}  // namespace lokilib::logql
