// SPDX-License-Identifier: Apache-2.0
// template_lexer.h: a template's source as tokens, with Go's rules for delimiters, trim markers and blanks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lokilib::logql::go_template {

enum class TokenType : uint8_t {
  Error,  ///< the last token; text() is the message
  Eof,
  Text,
  LeftDelim,
  RightDelim,
  Space,
  Assign,   // =
  Declare,  // :=
  Pipe,
  LeftParen,
  RightParen,
  Char,  // any other printable ASCII
  Bool,
  CharConstant,
  Complex,
  Number,
  String,
  RawString,
  Field,
  Variable,
  Identifier,
  // From here on keywords.
  Dot,
  Nil,
  Block,
  Break,
  Continue,
  Define,
  Else,
  End,
  If,
  Range,
  Template,
  With,
};

struct Token {
  TokenType type = TokenType::Eof;
  uint32_t position = 0;
  uint32_t line = 1;
  std::string_view text;
};

/// Views point into the source and into `error`.
struct Tokens {
  std::vector<Token> list;  ///< ends with Eof or Error
  std::string error;
};

/// Comments are left out. `tokens` must stay where it is as long as its tokens are used.
void scan_template(std::string_view source, Tokens& tokens);

}  // namespace lokilib::logql::go_template
