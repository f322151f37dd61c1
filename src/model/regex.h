// SPDX-License-Identifier: Apache-2.0
// regex.h: RE2 behind one door, with the error texts of Go's regexp package and the things that matchers,
// line filters and label filters want to know of an expression: its literals, prefix and alternatives.
//
// Loki feeds regexes any bytes: an invalid UTF-8 byte counts as one U+FFFD there (Go's rule).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/result.h>

namespace re2 {
class RE2;
}

namespace lokilib {

struct RegexOptions {
  bool anchored = false;  ///< the whole text must match, as if written ^(?:...)$
  bool dot_matches_newline = false;
};

/// Compiled once, used by any thread.
class Regex {
 public:
  /// Errors: `InvalidQuery`, e.g. "error parsing regexp: missing closing ): `(`".
  static Result<std::shared_ptr<const Regex>> compile(std::string_view source, const RegexOptions& options);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  const std::string& source() const { return source_; }
  bool matches(std::string_view text) const;
  /// Leftmost match from `offset` on; groups[0] is the whole match, groups that took no part have null
  /// data(). Asks for groups.size() groups. False if there is no match.
  bool find(std::string_view text, size_t offset, std::span<std::string_view> groups) const;
  /// The same for loops over one text: find() looks at all of it each time, to see whether it is UTF-8.
  /// Pre: is_valid_utf8(text), text.data() is not null, offset <= text.size().
  bool find_in_utf8(std::string_view text, size_t offset, std::span<std::string_view> groups) const {
    return run(text, offset, groups);
  }
  /// Capturing groups, the whole match not counted.
  int group_count() const;
  /// group_count() names from group 1 on; "" where a group has none.
  const std::vector<std::string>& group_names() const { return group_names_; }
  /// Of an anchored expression: regex_prefix(source()).
  const std::string& required_prefix() const { return required_prefix_; }

 private:
  Regex(std::string source, std::unique_ptr<re2::RE2> program);
  bool run(std::string_view text, size_t offset, std::span<std::string_view> groups) const;

  std::string source_;
  std::unique_ptr<re2::RE2> program_;
  bool anchored_ = false;
  std::string required_prefix_;
  std::vector<std::string> group_names_;
};

/// The only texts that an anchored expression matches, where it is a plain alternation of literals (`a|b|c`,
/// `(a|b)`, `a`) and case-sensitive; nothing otherwise.
std::optional<std::vector<std::string>> regex_literals(std::string_view source);

/// A text that every text matched by the anchored expression begins with; "" if unknown.
std::string regex_prefix(std::string_view source);

/// A literal that every line matched by the unanchored expression contains; "" if unknown. For prefilters.
std::string regex_required_literal(std::string_view source);

}  // namespace lokilib
