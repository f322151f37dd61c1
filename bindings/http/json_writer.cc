// SPDX-License-Identifier: Apache-2.0
#include "json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace lokilib::http {

size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

namespace {

constexpr char kHex[] = "0123456789abcdef";

bool is_plain(char c, JsonEscape escape) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\') return false;
  return escape == JsonEscape::Plain || (c != '<' && c != '>' && c != '&');
}

/// U+2028 and U+2029, which end a line in JavaScript.
bool is_line_separator(std::string_view rune) {
  return rune == "\u2028" || rune == "\u2029";
}

constexpr uint64_t repeated(unsigned char byte) {
  return 0x0101010101010101U * byte;
}

/// Whether one of eight bytes is zero.
constexpr bool has_zero(uint64_t bytes) {
  return ((bytes - repeated(1)) & ~bytes & repeated(0x80)) != 0;
}

/// Whether all of eight bytes are plain. '<' and '>' differ in one bit, and so do '"' and '&'.
bool are_plain(uint64_t bytes, JsonEscape escape) {
  const uint64_t control_or_not_ascii = ((bytes - repeated(0x20)) | bytes) & repeated(0x80);
  if (control_or_not_ascii != 0 || has_zero(bytes ^ repeated('\\'))) return false;
  if (escape == JsonEscape::Plain) return !has_zero(bytes ^ repeated('"'));
  return !has_zero((bytes | repeated(0x04)) ^ repeated('&')) &&
         !has_zero((bytes | repeated(0x02)) ^ repeated('>'));
}

/// How many bytes at the start of `text` are written as they are.
size_t plain_run(std::string_view text, JsonEscape escape) {
  size_t i = 0;
  while (i < text.size()) {
    uint64_t bytes = 0;
    if (i + sizeof(bytes) <= text.size()) {
      std::memcpy(&bytes, text.data() + i, sizeof(bytes));
      if (are_plain(bytes, escape)) {
        i += sizeof(bytes);
        continue;
      }
    }
    for (const size_t end = std::min(i + sizeof(bytes), text.size()); i < end;) {
      if (is_plain(text[i], escape)) {
        ++i;
        continue;
      }
      if (static_cast<unsigned char>(text[i]) < 0x80) return i;
      const size_t size = utf8_sequence(text.substr(i));
      if (size == 0 || (escape == JsonEscape::Html && is_line_separator(text.substr(i, size)))) return i;
      i += size;
    }
  }
  return i;
}

void append_u00(unsigned char byte, std::string& out) {
  out += "\\u00";
  out.push_back(kHex[byte >> 4]);
  out.push_back(kHex[byte & 0xF]);
}

/// Writes the character at the start of `text` and returns how many bytes it took.
size_t append_special(std::string_view text, std::string& out) {
  const auto byte = static_cast<unsigned char>(text[0]);
  switch (text[0]) {
    case '"':
      out += "\\\"";
      return 1;
    case '\\':
      out += "\\\\";
      return 1;
    case '\n':
      out += "\\n";
      return 1;
    case '\r':
      out += "\\r";
      return 1;
    case '\t':
      out += "\\t";
      return 1;
    default:
      break;
  }
  if (byte < 0x80) {
    append_u00(byte, out);
    return 1;
  }
  const size_t size = utf8_sequence(text);
  if (size == 0) {
    out += "\\ufffd";
    return 1;
  }
  out += text.substr(0, size) == "\u2028" ? "\\u2028" : "\\u2029";  // nothing else of more bytes is special
  return size;
}

}  // namespace

void append_json_string(std::string_view text, JsonEscape escape, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    const size_t run = plain_run(text, escape);
    out.append(text.data(), run);
    text.remove_prefix(run);
    if (!text.empty()) text.remove_prefix(append_special(text, out));
  }
  out.push_back('"');
}

void append_sample_value(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  char buffer[400];  // the longest fixed form of a double has 326 characters
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
  out.append(buffer, result.ptr);
}

void append_seconds(int64_t timestamp_ns, std::string& out) {
  const int64_t milliseconds = timestamp_ns / 1'000'000;
  if (milliseconds < 0 && milliseconds > -1000) out.push_back('-');  // the whole part, 0, has no sign
  append_integer(milliseconds / 1000, out);
  int64_t rest = milliseconds % 1000;
  if (rest == 0) return;
  if (rest < 0) rest = -rest;
  out.push_back('.');
  for (int64_t scale = 100; rest > 0; scale /= 10) {
    out.push_back(static_cast<char>('0' + rest / scale));
    rest %= scale;
  }
}

void append_integer(int64_t value, std::string& out) {
  char buffer[24];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out.append(buffer, result.ptr);
}

}  // namespace lokilib::http
