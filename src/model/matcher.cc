// SPDX-License-Identifier: Apache-2.0
// matcher.cc: conditions of stream selectors. A regex that is a list of literals is answered from the sorted
// list and never runs.
#include <algorithm>

#include <lokilib/matcher.h>

#include "base/make_error.h"
#include "model/regex.h"

namespace lokilib {

const char* to_string(MatchOp op) {
  switch (op) {
    case MatchOp::Equal:
      return "=";
    case MatchOp::NotEqual:
      return "!=";
    case MatchOp::Regex:
      return "=~";
    case MatchOp::NotRegex:
      return "!~";
  }
  return "";
}

Matcher::Matcher(MatchOp op, std::string name, std::string value, std::shared_ptr<const Regex> regex)
    : op_(op), name_(std::move(name)), value_(std::move(value)), regex_(std::move(regex)) {}

Result<Matcher> Matcher::create(MatchOp op, std::string name, std::string value) {
  std::shared_ptr<const Regex> regex;
  std::vector<std::string> literals;
  bool has_literals = true;
  if (op == MatchOp::Regex || op == MatchOp::NotRegex) {
    LOKILIB_TRY_ASSIGN(regex, Regex::compile(value, {.anchored = true, .dot_matches_newline = true}));
    if (auto found = regex_literals(value)) {
      literals = std::move(*found);
      std::sort(literals.begin(), literals.end());
      literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    } else {
      has_literals = false;
    }
  } else {
    literals.push_back(value);
  }
  Matcher matcher(op, std::move(name), std::move(value), std::move(regex));
  matcher.literal_values_ = std::move(literals);
  matcher.has_literal_values_ = has_literals;
  return matcher;
}

bool Matcher::matches(std::string_view value) const {
  switch (op_) {
    case MatchOp::Equal:
      return value == value_;
    case MatchOp::NotEqual:
      return value != value_;
    case MatchOp::Regex:
    case MatchOp::NotRegex:
      break;
  }
  bool matched;
  if (has_literal_values_) {
    const auto found = std::lower_bound(literal_values_.begin(), literal_values_.end(), value);
    matched = found != literal_values_.end() && *found == value;
  } else {
    matched = regex_->matches(value);
  }
  return matched == (op_ == MatchOp::Regex);
}

const std::vector<std::string>* Matcher::literal_values() const {
  return has_literal_values_ ? &literal_values_ : nullptr;
}

std::string_view Matcher::required_prefix() const {
  return regex_ == nullptr ? std::string_view() : std::string_view(regex_->required_prefix());
}

std::string Matcher::to_string() const {
  return name_ + lokilib::to_string(op_) + quote(value_);
}

bool matches_all(const std::vector<Matcher>& matchers, const LabelSet& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const Matcher& matcher) {
    return matcher.matches(labels.value_or_empty(matcher.name()));
  });
}

}  // namespace lokilib
