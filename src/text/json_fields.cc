// SPDX-License-Identifier: Apache-2.0
// json_fields.cc: the parse with a virtual receiver, and the escapes of JSON strings.
#include "text/json_fields.h"

#include <cstring>

#include "text/runes.h"

namespace lokilib::text {
namespace json_scan {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char folded = static_cast<char>(c | 0x20);
  return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

// The four digits of \uXXXX, whose first byte is at `at`; -1 if they are not there.
int32_t read_code_unit(std::string_view text, size_t at) {
  if (text.size() < at + 6) return -1;
  int32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

// One \u escape at `at`, or two that are a surrogate pair. Returns the bytes it takes, 0 if it is invalid.
size_t read_unicode_escape(std::string_view text, size_t at, char32_t& rune) {
  const int32_t unit = read_code_unit(text, at);
  if (unit < 0) return 0;
  rune = static_cast<char32_t>(unit);
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  const int32_t low = read_code_unit(text, at + 6);
  if (low < 0xdc00) return 0;
  rune = 0x10000 + ((rune - 0xd800) << 10) + (static_cast<char32_t>(low) - 0xdc00);
  return 12;
}

char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace

bool unescape(std::string_view raw, Arena& arena, std::string_view& text) {
  char* const out = arena.allocate(raw.size());  // no escape is shorter than what it stands for
  size_t size = 0;
  size_t at = 0;
  while (at < raw.size()) {
    const void* const hit = std::memchr(raw.data() + at, '\\', raw.size() - at);
    const size_t slash =
        hit == nullptr ? raw.size() : static_cast<size_t>(static_cast<const char*>(hit) - raw.data());
    std::memcpy(out + size, raw.data() + at, slash - at);
    size += slash - at;
    at = slash;
    if (at == raw.size()) break;
    if (at + 1 == raw.size()) return false;
    if (raw[at + 1] == 'u') {
      char32_t rune = 0;
      const size_t taken = read_unicode_escape(raw, at, rune);
      if (taken == 0) return false;
      size += encode_rune(rune, out + size);
      at += taken;
      continue;
    }
    const char c = simple_escape(raw[at + 1]);
    if (c == 0) return false;
    out[size++] = c;
    at += 2;
  }
  text = {out, size};
  return true;
}

std::string_view unescape_value(std::string_view raw, Arena& arena) {
  std::string_view text = raw;
  if (raw.find('\\') != std::string_view::npos && !unescape(raw, arena, text)) return raw.substr(0, 0);
  if (!has_replacement_rune(text)) return text;
  const std::string_view copy = arena.copy(text);
  char* const bytes = const_cast<char*>(copy.data());  // our own copy
  return {bytes, blank_replacement_runes(bytes, copy.size())};
}

}  // namespace json_scan

JsonProblem parse_json_fields(std::string_view line, Arena& arena, JsonFieldSink& sink) {
  return scan_json_fields(line, arena, [&sink](std::string_view name, std::string_view value) {
    return sink.field(name, value);
  });
}

}  // namespace lokilib::text
