// SPDX-License-Identifier: Apache-2.0
// checks.cc: tables of what goes with what, and the texts for what does not.
#include "logql/syntax/checks.h"

#include <algorithm>
#include <set>

#include "base/make_error.h"
#include "logql/syntax/syntax_error.h"
#include "model/go_number.h"
#include "model/regex.h"

namespace lokilib::logql::syntax {
namespace {

template <typename... Args>
Error failure(fmt::format_string<Args...> format, Args&&... args) {
  return parse_error(fmt::format(format, std::forward<Args>(args)...));
}

bool allows_grouping(RangeOp op) {
  switch (op) {
    case RangeOp::AvgOverTime:
    case RangeOp::StddevOverTime:
    case RangeOp::StdvarOverTime:
    case RangeOp::QuantileOverTime:
    case RangeOp::MaxOverTime:
    case RangeOp::MinOverTime:
    case RangeOp::FirstOverTime:
    case RangeOp::LastOverTime:
      return true;
    default:
      return false;
  }
}

bool allows_unwrap(RangeOp op) {
  return op != RangeOp::CountOverTime && op != RangeOp::BytesOverTime && op != RangeOp::BytesRate;
}

bool needs_unwrap(RangeOp op) {
  return allows_unwrap(op) && op != RangeOp::Rate && op != RangeOp::AbsentOverTime;
}

bool takes_k(VectorOp op) {
  return op == VectorOp::Topk || op == VectorOp::Bottomk || op == VectorOp::ApproxTopk;
}

// The Go type by whose name Loki calls what cannot be an operand; null for what can.
const char* refused_operand(const Expr& expr) {
  if (const auto* log = expr.as<LogExpr>(); log != nullptr) {
    return log->stages.empty() ? "*syntax.MatchersExpr" : "*syntax.PipelineExpr";
  }
  return expr.as<Variants>() != nullptr ? "*syntax.MultiVariantExpr" : nullptr;
}

bool is_name_start(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

// The size of the `<name>` at the beginning of the text; 0 if there is none.
size_t capture_size(std::string_view text) {
  if (text.size() < 3 || text[0] != '<' || !is_name_start(text[1])) return 0;
  size_t end = 2;
  while (end < text.size() && is_name_part(text[end])) ++end;
  return end < text.size() && text[end] == '>' ? end + 1 : 0;
}

}  // namespace

std::optional<Error> check_selector(const std::vector<Matcher>& matchers) {
  if (std::any_of(matchers.begin(), matchers.end(), [](const Matcher& m) { return !m.matches(""); }))
    return {};
  return failure(
      "queries require at least one regexp or equality matcher that does not have an empty-compatible value. "
      "For instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will");
}

std::optional<Error> check_range_aggregation(RangeOp op, const std::optional<std::string>& parameter,
                                             bool has_grouping, bool has_unwrap) {
  const char* name = to_string(op);
  if (parameter && op != RangeOp::QuantileOverTime) {
    return failure("parameter {} not supported for operation {}", *parameter, name);
  }
  if (parameter) {
    if (const auto value = parse_go_float(*parameter); !value) {
      return failure("invalid parameter for operation {}: {}", name, value.error().message);
    }
  }
  if (!parameter && op == RangeOp::QuantileOverTime)
    return failure("parameter required for operation {}", name);
  if (has_grouping && !allows_grouping(op)) return failure("grouping not allowed for {} aggregation", name);
  if (has_unwrap && !allows_unwrap(op)) return failure("invalid aggregation {} with unwrap", name);
  if (!has_unwrap && needs_unwrap(op)) return failure("invalid aggregation {} without unwrap", name);
  return {};
}

std::optional<Error> check_vector_aggregation(VectorOp op, const std::optional<std::string>& parameter,
                                              const std::optional<Grouping>& grouping) {
  const char* name = to_string(op);
  if (takes_k(op)) {
    if (!parameter) return failure("parameter required for operation {}", name);
    const auto k = parse_go_atoi(*parameter);
    if (!k) return failure("invalid parameter {}({},", name, *parameter);
    if (*k <= 0) return failure("invalid parameter (must be greater than 0) {}({}", name, *parameter);
  } else if (parameter) {
    return failure("unsupported parameter for operation {}({},", name, *parameter);
  }
  if (op == VectorOp::ApproxTopk && grouping) return failure("grouping not allowed for {} aggregation", name);
  if ((op == VectorOp::Sort || op == VectorOp::SortDesc) && grouping && !grouping->labels.empty()) {
    return failure("sort and sort_desc doesn't allow grouping by ");
  }
  return {};
}

int64_t parameter_value(std::string_view parameter) {
  const auto value = parse_go_atoi(parameter);
  return value ? *value : 0;
}

std::optional<Error> check_operands(BinaryOp op, const Expr& lhs, const Expr& rhs) {
  if (const char* type = refused_operand(lhs); type != nullptr) {
    return failure("unexpected type for left leg of binary operation ({}): {}", to_string(op), type);
  }
  if (const char* type = refused_operand(rhs); type != nullptr) {
    return failure("unexpected type for right leg of binary operation ({}): {}", to_string(op), type);
  }
  if (!is_set_op(op)) return {};
  const auto refuse = [&](const char* side, const Literal& literal) {
    return failure("unexpected literal for {} leg of logical/set binary operation ({}): {}", side,
                   to_string(op), format_go_float_fixed(literal.value, 6));
  };
  if (const auto* literal = lhs.as<Literal>(); literal != nullptr) return refuse("left", *literal);
  if (const auto* literal = rhs.as<Literal>(); literal != nullptr) return refuse("right", *literal);
  return {};
}

std::optional<Error> check_label_replace(std::string_view regex) {
  const auto compiled = Regex::compile(fmt::format("^(?:{})$", regex), {});
  if (compiled) return {};
  return failure("invalid regex in label_replace: {}", compiled.error().message);
}

std::optional<Error> check_regexp_stage(std::string_view expression) {
  const auto compiled = Regex::compile(expression, {});
  if (!compiled) return failure("invalid regexp parser: {}", compiled.error().message);
  std::set<std::string_view> names;
  for (const std::string& name : (*compiled)->group_names()) {
    if (!name.empty() && !names.insert(name).second) {
      return failure("invalid regexp parser: duplicate extracted label name '{}'", name);
    }
  }
  if (names.empty()) return failure("invalid regexp parser: at least one named capture must be supplied");
  return {};
}

std::optional<Error> check_pattern_stage(std::string_view pattern) {
  if (pattern.empty()) {
    return failure(
        "invalid pattern parser: {}",
        parse_error({1, 1}, "syntax error: unexpected $end, expecting IDENTIFIER or LITERAL").message);
  }
  std::vector<std::string_view> names;
  std::string_view capture_before;  // right before the current place
  std::string adjacent;
  for (size_t i = 0; i < pattern.size();) {
    const size_t size = capture_size(pattern.substr(i));
    if (size == 0) {
      capture_before = {};
      ++i;
      continue;
    }
    const std::string_view capture = pattern.substr(i, size);
    if (!capture_before.empty() && adjacent.empty()) adjacent = fmt::format("{}{}", capture_before, capture);
    if (capture != "<_>") names.push_back(capture.substr(1, size - 2));
    capture_before = capture;
    i += size;
  }
  if (names.empty()) return failure("invalid pattern parser: at least one capture is required");
  if (!adjacent.empty()) {
    return failure("invalid pattern parser: found consecutive capture '{}': invalid expression", adjacent);
  }
  std::set<std::string_view> seen;
  for (const std::string_view name : names) {
    if (!seen.insert(name).second) {
      return failure("invalid pattern parser: duplicate capture name ({}): invalid expression", name);
    }
  }
  return {};
}

}  // namespace lokilib::logql::syntax
