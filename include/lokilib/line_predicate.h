// SPDX-License-Identifier: Apache-2.0
// line_predicate.h: what a pipeline asks of a line, as plain data, so that it can be pushed down into a
// LogSource. It is compiled in src/text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lokilib/export.h>

namespace lokilib {

enum class LineFilterOp : uint8_t {
  Contains,     ///< |=
  NotContains,  ///< !=
  Regex,        ///< |~  (RE2, unanchored, '.' does not match newline)
  NotRegex,     ///< !~
  Pattern,      ///< |>
  NotPattern,   ///< !>
};

/// "|=", "!=", "|~", "!~", "|>" or "!>". Static storage.
LOKILIB_EXPORT const char* to_string(LineFilterOp op);

/// One alternative of a line filter: a text, or with `is_ip` an address, CIDR or range.
struct LineFilterOperand {
  std::string text;
  bool is_ip = false;

  friend bool operator==(const LineFilterOperand&, const LineFilterOperand&) = default;
};

/// `|= "a" or "b"`: for Contains, Regex and Pattern a line passes if any alternative matches; for the
/// negative operators if none does.
struct LineFilter {
  LineFilterOp op = LineFilterOp::Contains;
  std::vector<LineFilterOperand> alternatives;  ///< at least one

  friend bool operator==(const LineFilter&, const LineFilter&) = default;
};

/// All filters must pass. Empty: every line passes.
struct LinePredicate {
  std::vector<LineFilter> filters;

  bool empty() const { return filters.empty(); }
  friend bool operator==(const LinePredicate&, const LinePredicate&) = default;
};

}  // namespace lokilib
