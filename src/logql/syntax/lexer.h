// SPDX-License-Identifier: Apache-2.0
// lexer.h: LogQL text to tokens, one at a time. Numbers, strings and comments are those of Go's text/scanner,
// whose error texts users know from Loki.
#pragma once

#include <string>
#include <string_view>

#include <lokilib/result.h>

#include "logql/syntax/token.h"

namespace lokilib::logql::syntax {

/// The text must outlive the lexer. After an error it is of no more use.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// The next token; End for ever at the end. Errors: `InvalidQuery` with a position.
  Result<Token> next();

  /// Where the current token begins, for errors of the parser.
  Position position() const { return position_; }

 private:
  static constexpr char32_t kEnd = 0xFFFFFFFF;

  // What is not consumed yet, seen from `offset`. Bad bytes count as U+FFFD, one each.
  struct Rune {
    char32_t value = kEnd;
    uint32_t size = 0;
  };
  Rune rune_at(size_t offset) const;
  char32_t peek() const { return rune_at(offset_).value; }
  void advance();
  void advance_bytes(size_t count);

  void skip_blanks();
  Result<void> skip_blanks_and_comments();
  Error error(std::string_view message) const { return error_at(position_, message); }
  Error error_at(Position position, std::string_view message) const;
  Result<void> check_rune();

  Result<Token> scan_string(char quote);
  Result<Token> scan_number();
  Result<void> scan_digits(int base, char32_t& invalid, unsigned& seen);
  Result<Token> scan_range();
  Token scan_word();
  bool scan_duration(size_t begin, Token& token);
  bool scan_bytes(size_t begin, Token& token);
  bool scan_flag(Token& token);
  bool is_function_ahead() const;
  Token make_token(TokenKind kind, size_t begin) const;
  Token make_looked_beyond(TokenKind kind, size_t begin);

  std::string_view text_;
  size_t offset_ = 0;
  uint32_t line_ = 1;
  uint32_t column_ = 1;  // of the rune at offset_
  Position position_;    // of the token being scanned
};

}  // namespace lokilib::logql::syntax
