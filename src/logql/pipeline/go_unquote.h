// SPDX-License-Identifier: Apache-2.0
// go_unquote.h: Go's quoted strings and character constants, read as strconv.Unquote does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lokilib::logql {

/// "..." or `...`, quotes included; nothing if an escape or a quote is wrong.
std::optional<std::string> unquote(std::string_view quoted);

struct UnquotedChar {
  char32_t value = 0;
  bool is_byte = false;   ///< written \x.. or \..., stands for one byte
  std::string_view rest;  ///< behind it
};

/// The first character, or escape, of a text between quotes of that kind.
std::optional<UnquotedChar> unquote_char(std::string_view text, char quote);

}  // namespace lokilib::logql
