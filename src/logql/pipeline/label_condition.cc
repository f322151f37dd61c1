// SPDX-License-Identifier: Apache-2.0
// label_condition.cc: compiles and tests single comparisons.
#include "logql/pipeline/label_condition.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/pipeline/plain_number.h"
#include "logql/pipeline/stage.h"
#include "model/byte_size.h"
#include "model/duration.h"
#include "model/go_number.h"
#include "model/regex.h"
#include "model/regex_simplify.h"
#include "text/ip_filter.h"

namespace lokilib::logql {

struct LabelCondition::Impl {
  // For a regex one of the three: Loki's simpler test, the only texts that match, or the expression.
  std::optional<RegexTest> test;
  std::optional<std::vector<std::string>> literals;
  std::shared_ptr<const Regex> regex;
  std::optional<text::IpFilter> ip;
};

namespace {

template <typename T>
bool compare(Comparison comparison, T value, T operand) {
  switch (comparison) {
    case Comparison::Equal:
      return value == operand;
    case Comparison::NotEqual:
      return value != operand;
    case Comparison::Greater:
      return value > operand;
    case Comparison::GreaterEqual:
      return value >= operand;
    case Comparison::Less:
      return value < operand;
    case Comparison::LessEqual:
      return value <= operand;
  }
  return false;
}

}  // namespace

namespace {

// Loki prints a query and parses it again on the way, and its form of a size has two digits: 1MiB is 1.0MB
// when it is compared (recorded, 3.7.6).
uint64_t as_printed(uint64_t bytes) {
  return try_parse_byte_size(format_byte_size(bytes)).value_or(bytes);
}

}  // namespace

LabelCondition::LabelCondition() = default;
LabelCondition::LabelCondition(LabelCondition&&) noexcept = default;
LabelCondition& LabelCondition::operator=(LabelCondition&&) noexcept = default;
LabelCondition::~LabelCondition() = default;

Result<std::unique_ptr<const LabelCondition::Impl>> LabelCondition::build_regex(std::string_view source,
                                                                                bool loki_quirks) {
  auto impl = std::make_unique<Impl>();
  // Compiled in any case: the simplified forms come from expressions that are right.
  LOKILIB_TRY_ASSIGN(impl->regex, Regex::compile(source, {.anchored = true, .dot_matches_newline = false}));
  if (loki_quirks) {
    impl->test = simplify_label_regex(source);
  } else {
    impl->literals = regex_literals(source);
  }
  return std::unique_ptr<const Impl>(std::move(impl));
}

Result<LabelCondition> LabelCondition::build(const LabelFilter& leaf, bool loki_quirks) {
  LabelCondition condition;
  condition.name_ = leaf.name;
  condition.is_error_ = leaf.name == kErrorLabel;
  condition.text_ = leaf.value;
  condition.comparison_ = leaf.comparison;
  condition.number_ = leaf.number;
  condition.duration_ns_ = leaf.duration_ns;
  condition.bytes_ = loki_quirks ? as_printed(leaf.bytes) : leaf.bytes;
  switch (leaf.kind) {
    case LabelFilter::Kind::Text: {
      condition.negated_ = leaf.match_op == MatchOp::NotRegex;
      if (leaf.match_op == MatchOp::Equal || leaf.match_op == MatchOp::NotEqual) {
        condition.kind_ = leaf.match_op == MatchOp::Equal ? Kind::TextEqual : Kind::TextNotEqual;
        break;
      }
      condition.kind_ = Kind::TextRegex;
      LOKILIB_TRY_ASSIGN(condition.impl_, build_regex(leaf.value, loki_quirks));
      break;
    }
    case LabelFilter::Kind::Number:
      condition.kind_ = Kind::Number;
      break;
    case LabelFilter::Kind::Duration:
      condition.kind_ = Kind::Duration;
      break;
    case LabelFilter::Kind::Bytes:
      condition.kind_ = Kind::Bytes;
      break;
    case LabelFilter::Kind::Ip: {
      condition.kind_ = Kind::Ip;
      condition.negated_ = leaf.comparison == Comparison::NotEqual;
      auto impl = std::make_unique<Impl>();
      LOKILIB_TRY_ASSIGN(impl->ip, text::IpFilter::parse(leaf.value));
      condition.impl_ = std::move(impl);
      break;
    }
    case LabelFilter::Kind::And:
    case LabelFilter::Kind::Or:
      return make_error(ErrorCode::Internal, "a combination of label filters is not a single condition");
  }
  return condition;
}

bool LabelCondition::test(Batch& batch, const LabelColumn* column, size_t row) const {
  switch (kind_) {
    case Kind::TextEqual:
    case Kind::TextNotEqual:
    case Kind::TextRegex:
      return test_text(text_of(batch, column, row));
    default:
      break;
  }
  if (kind_ == Kind::Ip && row_has_error(batch, row)) return true;
  const std::string_view value = column == nullptr ? std::string_view() : column->get(row);
  if (value.data() == nullptr) return false;
  switch (kind_) {
    case Kind::Number:
      return test_number(batch, value, row);
    case Kind::Duration:
      return test_duration(batch, value, row);
    case Kind::Bytes:
      return test_bytes(batch, value, row);
    default:
      return test_ip(value);
  }
}

void LabelCondition::filter(Batch& batch) const {
  const LabelColumn* const column = batch.find_column(name_);
  switch (kind_) {  // the common kinds get a loop of their own
    case Kind::TextEqual:
      return keep_rows(batch, [&](size_t row) { return text_of(batch, column, row) == text_; });
    case Kind::TextNotEqual:
      return keep_rows(batch, [&](size_t row) { return text_of(batch, column, row) != text_; });
    case Kind::Number:
      return keep_rows(batch, [&](size_t row) {
        const std::string_view value = column == nullptr ? std::string_view() : column->get(row);
        return value.data() != nullptr && test_number(batch, value, row);
      });
    default:
      return keep_rows(batch, [&](size_t row) { return test(batch, column, row); });
  }
}

std::string_view LabelCondition::text_of(const Batch& batch, const LabelColumn* column, size_t row) const {
  if (is_error_) return batch.errors.get(row);
  return column == nullptr ? std::string_view() : column->get(row);
}

bool LabelCondition::test_text(std::string_view value) const {
  switch (kind_) {
    case Kind::TextEqual:
      return value == text_;
    case Kind::TextNotEqual:
      return value != text_;
    default:
      return matches_regex(value) != negated_;
  }
}

bool LabelCondition::matches_regex(std::string_view value) const {
  if (impl_->test) return impl_->test->matches(value);
  if (!impl_->literals) return impl_->regex->matches(value);
  for (const std::string& literal : *impl_->literals) {
    if (literal == value) return true;
  }
  return false;
}

bool LabelCondition::test_number(Batch& batch, std::string_view value, size_t row) const {
  if (const auto number = parse_number(value)) return compare(comparison_, *number, number_);
  return fail(batch, row, parse_go_float(value).error());
}

bool LabelCondition::test_duration(Batch& batch, std::string_view value, size_t row) const {
  if (const auto duration = try_parse_go_duration(value))
    return compare(comparison_, *duration, duration_ns_);
  return fail(batch, row, parse_go_duration(value).error());
}

bool LabelCondition::test_bytes(Batch& batch, std::string_view value, size_t row) const {
  if (const auto bytes = try_parse_byte_size(value)) return compare(comparison_, *bytes, bytes_);
  return fail(batch, row, parse_byte_size(value).error());
}

bool LabelCondition::test_ip(std::string_view value) const {
  return impl_->ip->matches(value) != negated_;
}

bool LabelCondition::fail(Batch& batch, size_t row, const Error& error) {
  if (!row_has_error(batch, row)) {
    set_row_error(batch, row, kLabelFilterError, batch.arena().copy(error.message));
  }
  return true;
}

}  // namespace lokilib::logql
