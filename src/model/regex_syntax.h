// SPDX-License-Identifier: Apache-2.0
// regex_syntax.h: regular expressions as trees, in the shape that Go's regexp/syntax gives them: runs of
// characters joined to literals, common beginnings of adjacent alternatives factored out, adjacent
// single-character alternatives joined to classes. Some behaviour of Loki depends on that shape.
//
// The tree says what an expression looks like; RE2 runs it. What a tree does not know it says is `Opaque`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lokilib/result.h>

namespace lokilib {

enum class RegexOp : uint8_t {
  NoMatch,
  Empty,    ///< the empty text
  Literal,  ///< `runes`, one after the other
  Class,    ///< one rune of `ranges`
  AnyExceptNewline,
  Any,
  BeginLine,
  EndLine,
  BeginText,
  EndText,
  WordBoundary,
  NoWordBoundary,
  Capture,
  Star,
  Plus,
  Quest,
  Repeat,  ///< from `min` to `max` times; max -1: without end
  Concat,
  Alternate,
};

struct RegexNode {
  RegexOp op = RegexOp::Empty;
  bool fold_case = false;  ///< of a literal
  bool opaque = false;  ///< of a class: some of its runes are not in `ranges`; `source` tells it from others
  bool non_greedy = false;  ///< of a repetition
  int min = 0;
  int max = 0;
  std::u32string runes;
  std::vector<std::pair<char32_t, char32_t>> ranges;  ///< closed, ascending, apart
  std::string source;                                 ///< of an opaque class
  std::vector<RegexNode> subs;

  friend bool operator==(const RegexNode&, const RegexNode&) = default;
};

struct RegexSyntax {
  RegexNode root;
  std::vector<std::string> group_names;  ///< from group 1 on; "" where a group has none
  /// The source with named groups written as plain ones: RE2 knows neither `(?<name>` nor equal names.
  std::string unnamed_source;
};

/// Errors: `InvalidQuery` with the text of Go's regexp package.
Result<RegexSyntax> parse_regex_syntax(std::string_view source, bool dot_matches_newline);

}  // namespace lokilib
