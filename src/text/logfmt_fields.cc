// SPDX-License-Identifier: Apache-2.0
// logfmt_fields.cc: the scanner. Bytes up to 0x20 are blanks; quoted values have the escapes of JSON and \'.
#include "text/logfmt_fields.h"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "text/runes.h"

namespace lokilib::text {
namespace {

constexpr char kUnexpectedEquals[] = "unexpected '='";
constexpr char kUnexpectedQuote[] = "unexpected '\"'";
constexpr char kInvalidKey[] = "invalid key";
constexpr char kInvalidQuotedValue[] = "invalid quoted value";
constexpr char kUnterminated[] = "unterminated quoted value";

// 1 for the bytes that end a key or an unquoted value: blanks, '=' and '"'. 2 for bytes above 0x7f.
constexpr std::array<uint8_t, 256> byte_classes() {
  std::array<uint8_t, 256> table{};
  for (size_t c = 0; c <= 0x20; ++c) table[c] = 1;
  table['='] = 1;
  table['"'] = 1;
  for (size_t c = 0x80; c < 0x100; ++c) table[c] = 2;
  return table;
}
constexpr std::array<uint8_t, 256> kClasses = byte_classes();

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= 0x20;
}

int32_t read_code_unit(std::string_view text, size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const char c = text[i];
    const char folded = static_cast<char>(c | 0x20);
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (folded >= 'a' && folded <= 'f') digit = folded - 'a' + 10;
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

// A lone surrogate is U+FFFD here, not a mistake. Returns the bytes taken, 0 if the escape is invalid.
size_t read_unicode_escape(std::string_view text, size_t at, char32_t& rune) {
  const int32_t unit = read_code_unit(text, at);
  if (unit < 0) return 0;
  rune = static_cast<char32_t>(unit);
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  const int32_t low = read_code_unit(text, at + 6);
  if (unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
    rune = 0x10000 + ((rune - 0xd800) << 10) + (static_cast<char32_t>(low) - 0xdc00);
    return 12;
  }
  rune = kReplacementRune;
  return 6;
}

char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
    case '\'':
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

// The text of a quoted value that has escapes; control characters are not allowed in one.
bool unquote(std::string_view raw, Arena& arena, std::string_view& text) {
  char* const out = arena.allocate(raw.size());
  size_t size = 0;
  for (size_t at = 0; at < raw.size();) {
    const char c = raw[at];
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c != '\\') {
      out[size++] = c;
      ++at;
      continue;
    }
    if (at + 1 == raw.size()) return false;
    if (raw[at + 1] == 'u') {
      char32_t rune = 0;
      const size_t taken = read_unicode_escape(raw, at, rune);
      if (taken == 0) return false;
      size += encode_rune(rune, out + size);
      at += taken;
      continue;
    }
    const char plain = simple_escape(raw[at + 1]);
    if (plain == 0) return false;
    out[size++] = plain;
    at += 2;
  }
  text = {out, size};
  return true;
}

}  // namespace

LogfmtStep LogfmtScanner::fault(size_t at, const char* cause) {
  fault_at_ = at;
  fault_cause_ = cause;
  return LogfmtStep::Fault;
}

LogfmtStep LogfmtScanner::fault_and_skip(size_t at, const char* cause) {
  while (at_ < line_.size() && !is_blank(line_[at_])) ++at_;
  return fault(at, cause);
}

LogfmtStep LogfmtScanner::next(LogfmtPair& pair) {
  while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
  if (at_ == line_.size()) return LogfmtStep::End;
  const size_t begin = at_;
  unsigned seen = 0;
  for (; at_ < line_.size(); ++at_) {
    const unsigned byte_class = kClasses[static_cast<unsigned char>(line_[at_])];
    if (byte_class == 1) break;
    seen |= byte_class;
  }
  pair.key = line_.substr(begin, at_ - begin);
  pair.value = {};
  pair.has_high_bytes = false;
  if (at_ < line_.size() && line_[at_] == '"') return fault_and_skip(at_, kUnexpectedQuote);
  const bool has_value = at_ < line_.size() && line_[at_] == '=';
  if (has_value && pair.key.empty()) return fault_and_skip(at_, kUnexpectedEquals);
  if (seen != 0 && has_replacement_rune(pair.key)) return fault_and_skip(at_, kInvalidKey);
  if (!has_value) return LogfmtStep::Pair;
  ++at_;
  return scan_value(pair);
}

LogfmtStep LogfmtScanner::scan_value(LogfmtPair& pair) {
  if (at_ == line_.size() || is_blank(line_[at_])) return LogfmtStep::Pair;
  if (line_[at_] == '"') return scan_quoted_value(pair);
  const size_t begin = at_;
  unsigned seen = 0;
  for (; at_ < line_.size(); ++at_) {
    const unsigned byte_class = kClasses[static_cast<unsigned char>(line_[at_])];
    if (byte_class == 1) break;
    seen |= byte_class;
  }
  if (at_ < line_.size() && !is_blank(line_[at_])) {
    return fault_and_skip(at_, line_[at_] == '=' ? kUnexpectedEquals : kUnexpectedQuote);
  }
  pair.value = line_.substr(begin, at_ - begin);
  pair.has_high_bytes = seen != 0;
  return LogfmtStep::Pair;
}

LogfmtStep LogfmtScanner::scan_quoted_value(LogfmtPair& pair) {
  const size_t begin = at_ + 1;
  bool has_escape = false;
  unsigned seen = 0;
  size_t end = begin;
  for (; end < line_.size() && line_[end] != '"'; ++end) {
    seen |= static_cast<unsigned char>(line_[end]);
    if (line_[end] == '\\') {
      has_escape = true;
      if (++end < line_.size()) seen |= static_cast<unsigned char>(line_[end]);
    }
  }
  if (end >= line_.size()) {
    at_ = line_.size();
    return fault(at_, kUnterminated);
  }
  at_ = end + 1;
  pair.value = line_.substr(begin, end - begin);
  if (has_escape && !unquote(pair.value, arena_, pair.value)) return fault(at_, kInvalidQuotedValue);
  // An escape may stand for U+FFFD as well.
  pair.has_high_bytes = (seen & 0x80) != 0 || has_escape;
  return LogfmtStep::Pair;
}

std::string_view LogfmtScanner::fault_text() const {
  // The longest cause and a position of 20 digits fit.
  char text[128];
  const auto result =
      fmt::format_to_n(text, sizeof text, "logfmt syntax error at pos {} : {}", fault_at_ + 1, fault_cause_);
  return arena_.copy({text, result.size});
}

std::string_view logfmt_value_slow(std::string_view value, bool empties, Arena& arena) {
  if (!has_replacement_rune(value)) return value;
  if (empties) return value.substr(0, 0);
  const std::string_view copy = arena.copy(value);
  char* const bytes = const_cast<char*>(copy.data());  // our own copy
  return {bytes, blank_replacement_runes(bytes, copy.size())};
}

std::string_view parse_logfmt_fields(std::string_view line, const LogfmtOptions& options, Arena& arena,
                                     LogfmtFieldSink& sink) {
  return scan_logfmt_fields(line, options, arena, [&sink](std::string_view name, std::string_view value) {
    return sink.field(name, value);
  });
}

}  // namespace lokilib::text
