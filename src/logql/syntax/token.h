// SPDX-License-Identifier: Apache-2.0
// token.h: what the lexer hands to the parser. Kinds and their spelling in error texts come from the grammar.
#pragma once

#include <cstdint>
#include <string>

#include "logql/syntax/grammar_tables.h"

namespace lokilib::logql::syntax {

/// A place in the query for error texts; both 0: no place is told.
///
/// Loki: the line is 0 where the lexer had to look beyond the token to know it (durations, sizes, ranges,
/// flags and operators of two characters).
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;  ///< in characters, from 1
};

struct Token {
  TokenKind kind = TokenKind::End;
  Position position;
  std::string text;         ///< names and numbers as written, strings unquoted
  int64_t duration_ns = 0;  ///< of Duration and Range
  uint64_t bytes = 0;       ///< of Bytes
};

}  // namespace lokilib::logql::syntax
