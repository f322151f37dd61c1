// SPDX-License-Identifier: Apache-2.0
// lexer.cc: the characters of LogQL. What the parser cannot use (a lone `$`, `!` or `'`) is an identifier, so
// that it is the parser who complains. Functions are keywords only where a parenthesis follows.
#include "logql/syntax/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/make_error.h"
#include "logql/syntax/syntax_error.h"
#include "logql/syntax/words.h"
#include "model/byte_size.h"
#include "model/duration.h"
#include "model/utf8.h"

namespace lokilib::logql::syntax {
namespace {

constexpr char32_t kByteOrderMark = 0xFEFF;

bool is_blank(char32_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_decimal(char32_t c) {
  return c >= '0' && c <= '9';
}
char32_t lower(char32_t c) {
  return c | 0x20;
}
bool is_hex(char32_t c) {
  return is_decimal(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

// Letters beyond ASCII only matter for where a word ends: names with them work nowhere else. So everything
// is a letter but the blocks of punctuation, symbols and blanks that people paste by mistake.
bool is_letter(char32_t c) {
  if (c < 0x80) return c == '_' || (lower(c) >= 'a' && lower(c) <= 'z');
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  return c != 0xD7 && c != 0xF7 && (c < 0x2000 || c > 0x2BFF) && (c < 0x3000 || c > 0x3004) &&
         (c < 0xD800 || c > 0xF8FF) && c != kByteOrderMark && c != kReplacementRune && c <= kRuneMax;
}
bool is_word(char32_t c) {
  return is_letter(c) || is_decimal(c);
}

bool continues_duration(char32_t c) {
  return is_decimal(c) || c == '.' || c == 'n' || c == 'u' || c == 0xB5 || c == 'm' || c == 's' || c == 'h' ||
         c == 'd' || c == 'w' || c == 'y';
}
bool continues_bytes(char32_t c) {
  return is_decimal(c) || c == '.' || c == 'B' || c == 'i' || c == 'k' || c == 'K' || c == 'M' || c == 'G' ||
         c == 'T' || c == 'P';
}

std::string_view literal_name(char prefix) {
  switch (prefix) {
    case 'x':
      return "hexadecimal literal";
    case 'o':
    case '0':
      return "octal literal";
    default:
      return "decimal literal";  // also for 0b (recorded, 3.7.6)
  }
}

// Underscores stand between digits, or between a base prefix and a digit.
bool has_misplaced_underscore(std::string_view number) {
  char before = '.';  // '.' for anything that is no digit
  size_t i = 0;
  if (number.size() >= 2 && number[0] == '0' &&
      std::string_view("xob").find(static_cast<char>(number[1] | 0x20)) != std::string_view::npos) {
    before = '0';
    i = 2;
  }
  const bool hex = i == 2 && (number[1] | 0x20) == 'x';
  for (; i < number.size(); ++i) {
    const auto c = static_cast<unsigned char>(number[i]);
    if (c == '_') {
      if (before != '0') return true;
      before = '_';
    } else if (is_decimal(c) || (hex && is_hex(c))) {
      before = '0';
    } else {
      if (before == '_') return true;
      before = '.';
    }
  }
  return before == '_';
}

struct Operator {
  std::string_view text;
  TokenKind kind;
};
constexpr std::array kLongOperators = {
    Operator{"!=", TokenKind::Neq},         Operator{"=~", TokenKind::Re},
    Operator{"!~", TokenKind::Nre},         Operator{"!>", TokenKind::NotPattern},
    Operator{"|=", TokenKind::PipeExact},   Operator{"|~", TokenKind::PipeMatch},
    Operator{"|>", TokenKind::PipePattern}, Operator{"==", TokenKind::CmpEq},
    Operator{">=", TokenKind::Gte},         Operator{"<=", TokenKind::Lte}};
constexpr std::array kShortOperators = {
    Operator{"{", TokenKind::OpenBrace},    Operator{"}", TokenKind::CloseBrace},
    Operator{"]", TokenKind::CloseBracket}, Operator{"(", TokenKind::OpenParen},
    Operator{")", TokenKind::CloseParen},   Operator{",", TokenKind::Comma},
    Operator{".", TokenKind::Dot},          Operator{"=", TokenKind::Assign},
    Operator{"|", TokenKind::Pipe},         Operator{">", TokenKind::Gt},
    Operator{"<", TokenKind::Lt},           Operator{"+", TokenKind::Add},
    Operator{"-", TokenKind::Sub},          Operator{"*", TokenKind::Mul},
    Operator{"/", TokenKind::Div},          Operator{"%", TokenKind::Mod},
    Operator{"^", TokenKind::Pow}};

}  // namespace

Error parse_error(Position position, std::string_view message) {
  if (position.line == 0 && position.column == 0) {
    return make_error(ErrorCode::InvalidQuery, "parse error : {}", message);
  }
  return make_error(ErrorCode::InvalidQuery, "parse error at line {}, col {}: {}", position.line,
                    position.column, message);
}

Error Lexer::error_at(Position position, std::string_view message) const {
  return parse_error(position, message);
}

Lexer::Rune Lexer::rune_at(size_t offset) const {
  if (offset >= text_.size()) return {};
  const auto byte = static_cast<unsigned char>(text_[offset]);
  if (byte < 0x80) return {byte, 1};
  const DecodedRune decoded = decode_rune(text_, offset);
  return {decoded.rune, decoded.size};
}

void Lexer::advance() {
  const Rune rune = rune_at(offset_);
  if (rune.size == 0) return;
  offset_ += rune.size;
  if (rune.value == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
}

void Lexer::advance_bytes(size_t count) {
  const size_t end = offset_ + count;
  while (offset_ < end) advance();
}

void Lexer::skip_blanks() {
  while (is_blank(peek())) advance();
}

// Bytes that may stand nowhere in a query, not even in a string.
Result<void> Lexer::check_rune() {
  if (offset_ >= text_.size()) return {};
  if (text_[offset_] == '\0') return error("invalid character NUL");
  if (static_cast<unsigned char>(text_[offset_]) >= 0x80 && !decode_rune(text_, offset_).valid) {
    return error("invalid UTF-8 encoding");
  }
  return {};
}

Result<void> Lexer::skip_blanks_and_comments() {
  for (;;) {
    skip_blanks();
    position_ = {line_, column_};
    const std::string_view rest = text_.substr(offset_);
    if (rest.starts_with('#') || rest.starts_with("//")) {
      while (peek() != '\n' && peek() != kEnd) {
        LOKILIB_TRY(check_rune());
        advance();
      }
    } else if (rest.starts_with("/*")) {
      const size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos) return error("comment not terminated");
      for (const size_t stop = offset_ + end + 2; offset_ < stop; advance()) LOKILIB_TRY(check_rune());
    } else {
      return {};
    }
  }
}

Token Lexer::make_token(TokenKind kind, size_t begin) const {
  return {kind, position_, std::string(text_.substr(begin, offset_ - begin)), 0, 0};
}

Token Lexer::make_looked_beyond(TokenKind kind, size_t begin) {
  position_.line = 0;
  return make_token(kind, begin);
}

Result<Token> Lexer::next() {
  if (offset_ == 0 && peek() == kByteOrderMark) advance();
  LOKILIB_TRY(skip_blanks_and_comments());
  if (offset_ >= text_.size()) {
    if (text_.empty()) position_ = {};
    return Token{TokenKind::End, position_, {}, 0, 0};
  }
  LOKILIB_TRY(check_rune());
  const size_t begin = offset_;
  const char32_t c = peek();
  if (is_letter(c)) return scan_word();
  if (is_decimal(c) || (c == '.' && is_decimal(rune_at(offset_ + 1).value))) return scan_number();
  if (c == '"' || c == '`') return scan_string(static_cast<char>(c));
  if (c == '[') return scan_range();
  if (c == '-') {
    Token token;
    if (scan_flag(token)) return token;
    advance();
    if (scan_duration(begin, token)) return token;
    return make_token(TokenKind::Sub, begin);
  }
  const std::string_view rest = text_.substr(offset_);
  for (const Operator& op : kLongOperators) {
    if (rest.starts_with(op.text)) {
      advance_bytes(op.text.size());
      return make_looked_beyond(op.kind, begin);
    }
  }
  advance();
  for (const Operator& op : kShortOperators) {
    if (rest.starts_with(op.text)) return make_token(op.kind, begin);
  }
  return make_token(TokenKind::Identifier, begin);
}

Token Lexer::scan_word() {
  const size_t begin = offset_;
  while (is_word(peek())) advance();
  Token token = make_token(TokenKind::Identifier, begin);
  const Word* word = find_word(token.text);
  if (word != nullptr && (!word->is_function || is_function_ahead())) token.kind = word->kind;
  return token;
}

// Whether `(` comes next, or by or without and then `(`.
bool Lexer::is_function_ahead() const {
  size_t offset = offset_;
  const auto skip = [&] {
    while (offset < text_.size() && (is_blank(static_cast<unsigned char>(text_[offset])) ||
                                     text_[offset] == '\v' || text_[offset] == '\f')) {
      ++offset;
    }
  };
  skip();
  for (const std::string_view word : {"by", "without"}) {
    const std::string_view found = text_.substr(std::min(offset, text_.size()), word.size());
    if (std::equal(found.begin(), found.end(), word.begin(), word.end(), [](char a, char b) {
          return lower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
        })) {
      offset += word.size();
      skip();
      break;
    }
  }
  return offset < text_.size() && text_[offset] == '(';
}

// ---- strings --------------------------------------------------------------------------------------------

namespace {

// Appends the value of digits in octal (three) or hexadecimal (as many as `count`). False: no such value.
bool append_escape(std::string& out, char kind, std::string_view digits) {
  uint32_t value = 0;
  const uint32_t base = kind == 'o' ? 8 : 16;
  for (const char d : digits) {
    const auto c = static_cast<unsigned char>(d);
    value = value * base + (is_decimal(c) ? c - '0' : static_cast<uint32_t>(lower(c) - 'a') + 10);
  }
  if (kind == 'o' || kind == 'x') {
    if (value > 255) return false;
    out.push_back(static_cast<char>(value));
    return true;
  }
  if (value > kRuneMax || (value >= 0xD800 && value < 0xE000)) return false;
  append_rune(out, value);
  return true;
}

// The character that a one-letter escape stands for; 0 if there is none.
char simple_escape(char32_t c) {
  switch (c) {
    case 'a':
      return '\a';
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
    case 'v':
      return '\v';
    case '\\':
      return '\\';
    case '"':
      return '"';
    default:
      return 0;
  }
}

}  // namespace

Result<Token> Lexer::scan_string(char quote) {
  Token token{TokenKind::String, position_, {}, 0, 0};
  bool is_value_possible = true;
  advance();
  while (peek() != static_cast<unsigned char>(quote)) {
    LOKILIB_TRY(check_rune());
    const char32_t c = peek();
    if (c == kEnd || (c == '\n' && quote == '"')) return error("literal not terminated");
    const size_t begin = offset_;
    advance();
    if (quote == '`') {
      if (c != '\r') token.text.append(text_.substr(begin, offset_ - begin));  // Go drops carriage returns
      continue;
    }
    if (c != '\\') {
      token.text.append(text_.substr(begin, offset_ - begin));
      continue;
    }
    const char32_t escape = peek();
    if (const char value = simple_escape(escape); value != 0) {
      token.text.push_back(value);
      advance();
      continue;
    }
    const bool is_octal = escape >= '0' && escape <= '7';
    if (!is_octal && escape != 'x' && escape != 'u' && escape != 'U') return error("invalid char escape");
    if (!is_octal) advance();
    const size_t count = is_octal ? 3 : escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
    const size_t digits = offset_;
    while (offset_ - digits < count && (is_octal ? peek() >= '0' && peek() <= '7' : is_hex(peek())))
      advance();
    if (offset_ - digits < count) return error("invalid char escape");
    is_value_possible &=
        append_escape(token.text, is_octal ? 'o' : static_cast<char>(escape), text_.substr(digits, count));
  }
  advance();
  if (!is_value_possible) return error("invalid syntax");
  return token;
}

// ---- numbers, durations, sizes --------------------------------------------------------------------------

// Takes digits and underscores. Remembers the first digit that the base does not have, and in `seen` whether
// there was a digit (1) and an underscore (2).
Result<void> Lexer::scan_digits(int base, char32_t& invalid, unsigned& seen) {
  for (char32_t c = peek(); c == '_' || (base == 16 ? is_hex(c) : is_decimal(c)); c = peek()) {
    if (c == '_') {
      seen |= 2;
    } else {
      seen |= 1;
      if (base < 10 && c >= '0' + static_cast<char32_t>(base) && invalid == 0) invalid = c;
    }
    advance();
  }
  return check_rune();
}

Result<Token> Lexer::scan_number() {
  const size_t begin = offset_;
  int base = 10;
  char prefix = 0;
  unsigned seen = 0;
  char32_t invalid = 0;
  bool is_float = false;
  if (peek() != '.') {
    if (peek() == '0') {
      advance();
      const char32_t c = peek() < 0x80 ? lower(peek()) : 0;
      if (c == 'x' || c == 'o' || c == 'b') {
        prefix = static_cast<char>(c);
        base = c == 'x' ? 16 : c == 'o' ? 8 : 2;
        advance();
      } else {
        prefix = '0';
        base = 8;
        seen = 1;
      }
    }
    LOKILIB_TRY(scan_digits(base, invalid, seen));
  }
  if (peek() == '.') {
    is_float = true;
    if (prefix == 'o' || prefix == 'b')
      return error(fmt::format("invalid radix point in {}", literal_name(prefix)));
    advance();
    LOKILIB_TRY(scan_digits(base, invalid, seen));
  }
  if ((seen & 1) == 0) return error(fmt::format("{} has no digits", literal_name(prefix)));
  const char32_t c = peek();
  if (c < 0x80 && (lower(c) == 'e' || lower(c) == 'p')) {
    if (lower(c) == 'e' && prefix != 0 && prefix != '0') {
      return error(fmt::format("'{}' exponent requires decimal mantissa", static_cast<char>(c)));
    }
    if (lower(c) == 'p' && prefix != 'x') {
      return error(fmt::format("'{}' exponent requires hexadecimal mantissa", static_cast<char>(c)));
    }
    is_float = true;
    advance();
    if (peek() == '+' || peek() == '-') advance();
    unsigned exponent_seen = 0;
    LOKILIB_TRY(scan_digits(10, invalid, exponent_seen));
    seen |= exponent_seen;
    if ((exponent_seen & 1) == 0) return error("exponent has no digits");
  } else if (prefix == 'x' && is_float) {
    return error("hexadecimal mantissa requires a 'p' exponent");
  }
  if (!is_float && invalid != 0) {
    return error(fmt::format("invalid digit '{}' in {}", static_cast<char>(invalid), literal_name(prefix)));
  }
  if ((seen & 2) != 0 && has_misplaced_underscore(text_.substr(begin, offset_ - begin))) {
    return error("'_' must separate successive digits");
  }
  Token token;
  if (scan_duration(begin, token) || scan_bytes(begin, token)) return token;
  return make_token(TokenKind::Number, begin);
}

// From `begin` to here stands a number or a minus; takes what follows if that makes it a duration.
bool Lexer::scan_duration(size_t begin, Token& token) {
  size_t end = offset_;
  while (continues_duration(rune_at(end).value)) end += rune_at(end).size;
  if (end == offset_) return false;
  const std::string_view text = text_.substr(begin, end - begin);
  auto duration = parse_prometheus_duration(text);
  if (!duration) duration = parse_go_duration(text);
  if (!duration) return false;
  advance_bytes(end - offset_);
  token = make_looked_beyond(TokenKind::Duration, begin);
  token.duration_ns = *duration;
  return true;
}

bool Lexer::scan_bytes(size_t begin, Token& token) {
  size_t end = offset_;
  while (continues_bytes(rune_at(end).value)) end += rune_at(end).size;
  if (end == offset_) return false;
  const auto bytes = try_parse_byte_size(text_.substr(begin, end - begin));
  if (!bytes) return false;
  advance_bytes(end - offset_);
  token = make_looked_beyond(TokenKind::Bytes, begin);
  token.bytes = *bytes;
  return true;
}

bool Lexer::scan_flag(Token& token) {
  size_t end = offset_;
  while (end < text_.size() &&
         (text_[end] == '-' || (lower(static_cast<unsigned char>(text_[end])) >= 'a' &&
                                lower(static_cast<unsigned char>(text_[end])) <= 'z'))) {
    ++end;
  }
  const std::string_view text = text_.substr(offset_, end - offset_);
  if (text != "--strict" && text != "--keep-empty") return false;
  const size_t begin = offset_;
  advance_bytes(text.size());
  token = make_looked_beyond(TokenKind::Flag, begin);
  return true;
}

Result<Token> Lexer::scan_range() {
  advance();
  position_.line = 0;
  const size_t begin = offset_;
  while (peek() != ']') {
    if (peek() == kEnd) return error("missing closing ']' in duration");
    LOKILIB_TRY(check_rune());
    advance();
  }
  const auto duration = parse_prometheus_duration(text_.substr(begin, offset_ - begin));
  if (!duration) return error(duration.error().message);
  advance();
  Token token = make_token(TokenKind::Range, begin);
  token.duration_ns = *duration;
  return token;
}

}  // namespace lokilib::logql::syntax
