// SPDX-License-Identifier: Apache-2.0
// words.h: the words that mean something in LogQL, and how they are written.
#pragma once

#include <string_view>

#include "logql/syntax/token.h"

namespace lokilib::logql::syntax {

struct Word {
  std::string_view text;  ///< in lower case
  TokenKind kind;
  bool is_function;  ///< a keyword only where a parenthesis (or a grouping) follows
};

/// The keyword that `text` is in any case; null if it is a name.
const Word* find_word(std::string_view text);

}  // namespace lokilib::logql::syntax
