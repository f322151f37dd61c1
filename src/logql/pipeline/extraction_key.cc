// SPDX-License-Identifier: Apache-2.0
// extraction_key.cc: reads the one token of an extraction's expression; errors are worded as Loki's are
// (recorded, 3.7.6).
#include "logql/pipeline/extraction_key.h"

#include <cstddef>
#include <optional>

#include "base/make_error.h"

namespace lokilib::logql {
namespace {

struct Token {
  bool is_quoted = false;
  std::string_view text;
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The bytes of the UTF-8 character at the front.
std::string_view first_character(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && size < 4 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return text.substr(0, size);
}

// Takes the next token off the front; nothing at the end and at a character that begins no token, which is
// then left at the front. A quote that nothing closes is the end (recorded, 3.7.6).
std::optional<Token> next_token(std::string_view& rest) {
  while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n')) rest.remove_prefix(1);
  if (rest.empty()) return std::nullopt;
  if (rest[0] == '"') {
    rest.remove_prefix(1);
    const size_t end = rest.find('"');
    const Token token{true, rest.substr(0, end)};
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (end == std::string_view::npos) return std::nullopt;
    return token;
  }
  if (!is_letter(rest[0])) return std::nullopt;
  size_t size = 1;
  while (size < rest.size() && (is_letter(rest[size]) || is_digit(rest[size]))) ++size;
  const Token token{false, rest.substr(0, size)};
  rest.remove_prefix(size);
  return token;
}

}  // namespace

Result<std::string> parse_extraction_key(std::string_view expression) {
  std::string_view rest = expression;
  const std::optional<Token> key = next_token(rest);
  if (!key) {
    return make_error(ErrorCode::InvalidQuery,
                      "cannot parse expression [{}]: syntax error: unexpected $end, expecting STRING or KEY",
                      expression);
  }
  if (const std::optional<Token> second = next_token(rest)) {
    return make_error(ErrorCode::InvalidQuery, "cannot parse expression [{}]: syntax error: unexpected {}",
                      expression, second->is_quoted ? "STRING" : "KEY");
  }
  if (!rest.empty()) {
    return make_error(ErrorCode::InvalidQuery, "cannot parse expression [{}]: unexpected char {}", expression,
                      first_character(rest));
  }
  return std::string(key->text);
}

}  // namespace lokilib::logql
