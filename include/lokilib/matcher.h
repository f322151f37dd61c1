// SPDX-License-Identifier: Apache-2.0
// matcher.h: one condition of a stream selector, e.g. app=~"api|web". (Conditions in a pipeline are
// label filters: see logql.h.)
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/labels.h>
#include <lokilib/result.h>

namespace lokilib {

enum class MatchOp : uint8_t { Equal, NotEqual, Regex, NotRegex };

/// "=", "!=", "=~" or "!~". Static storage.
LOKILIB_EXPORT const char* to_string(MatchOp op);

class Regex;  // internal: src/model/regex.h

/// Regular expressions are RE2's, anchored at both ends, with '.' matching newlines (Loki's rule for
/// selectors). A value type; copies share the compiled expression. Threads: const members from any.
class LOKILIB_EXPORT Matcher {
 public:
  /// Errors: `InvalidQuery` with the text of Go's regexp package where the expression is bad.
  static Result<Matcher> create(MatchOp op, std::string name, std::string value);

  MatchOp op() const { return op_; }
  const std::string& name() const { return name_; }
  /// The operand: a plain value or the source of a regular expression.
  const std::string& value() const { return value_; }

  /// Whether a label with this value satisfies the matcher; a missing label has the value "".
  bool matches(std::string_view value) const;

  /// The only values that can match, where the matcher is `=` or a regex that is a plain alternation
  /// (`a|b|c`); nothing otherwise. For `!=` and `!~`: the only values that cannot.
  const std::vector<std::string>* literal_values() const;
  /// A text that every value matched by the regex begins with; empty if there is none or not a regex.
  std::string_view required_prefix() const;

  /// `name="value"` as in a selector.
  std::string to_string() const;

  friend bool operator==(const Matcher& a, const Matcher& b) {
    return a.op_ == b.op_ && a.name_ == b.name_ && a.value_ == b.value_;
  }

 private:
  Matcher(MatchOp op, std::string name, std::string value, std::shared_ptr<const Regex> regex);

  MatchOp op_;
  std::string name_;
  std::string value_;
  std::shared_ptr<const Regex> regex_;  // null for = and !=
  std::vector<std::string> literal_values_;
  bool has_literal_values_ = false;
};

/// Whether the label set satisfies every matcher; a missing label has the value "".
LOKILIB_EXPORT bool matches_all(const std::vector<Matcher>& matchers, const LabelSet& labels);

}  // namespace lokilib
