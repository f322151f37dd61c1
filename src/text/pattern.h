// SPDX-License-Identifier: Apache-2.0
// pattern.h: `<ip> - <_> [<time>]`: the pattern parser (captures) and the pattern line filter (matches).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/result.h>

namespace lokilib::text {

/// Immutable. Threads: any number at once.
class Pattern {
 public:
  /// For `| pattern`. Errors: `InvalidQuery`, e.g. "at least one capture is required" or
  /// "found consecutive capture '<a><b>': invalid expression".
  static Result<Pattern> parse_for_captures(std::string_view source);
  /// For `|>`. Errors: `InvalidQuery`, e.g. "named captures are not allowed: found '<a>'".
  static Result<Pattern> parse_for_filter(std::string_view source);

  /// Names of the captures but `<_>`, in order.
  const std::vector<std::string>& names() const { return names_; }

  /// values[i] is the text of names()[i], or has null data() where nothing was captured.
  void capture(std::string_view line, std::span<std::string_view> values) const;

  /// Whether the line passes the filter.
  bool matches(std::string_view line) const;

  /// The longest literal: every line that passes the filter has it. "" if there is none.
  std::string_view longest_literal() const;

 private:
  Pattern() = default;
  static Pattern split(std::string_view source);
  Result<void> check_consecutive() const;

  struct Node {
    std::string literal;  // for captures the name between < and >
    int capture = -1;     // index into names_, -1 for <_>
    bool is_literal = false;
  };
  std::vector<Node> nodes_;
  std::vector<std::string> names_;
};

}  // namespace lokilib::text
