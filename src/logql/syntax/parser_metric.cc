// SPDX-License-Identifier: Apache-2.0
// parser_metric.cc: log ranges, aggregations, binary operations. Operations on two numbers are carried out
// here.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/make_error.h"
#include "logql/syntax/checks.h"
#include "logql/syntax/parser.h"
#include "model/go_number.h"

namespace lokilib::logql::syntax {
namespace {

// ---- numbers --------------------------------------------------------------------------------------------

Value literal(const Token& number, double sign) {
  const auto value = parse_go_float(number.text);
  if (!value) {
    return LiteralValue{
        0, parse_error(fmt::format("unable to parse literal as a float: {}", value.error().message))};
  }
  return LiteralValue{sign * *value, std::nullopt};
}

double fold(BinaryOp op, double a, double b) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  switch (op) {
    case BinaryOp::Add:
      return a + b;
    case BinaryOp::Subtract:
      return a - b;
    case BinaryOp::Multiply:
      return a * b;
    case BinaryOp::Divide:
      return b == 0 ? kNan : a / b;
    case BinaryOp::Modulo:
      return b == 0 ? kNan : std::fmod(a, b);
    case BinaryOp::Power:
      return std::pow(a, b);
    case BinaryOp::Equal:
      return a == b ? 1 : 0;
    case BinaryOp::NotEqual:
      return a != b ? 1 : 0;
    case BinaryOp::Greater:
      return a > b ? 1 : 0;
    case BinaryOp::GreaterEqual:
      return a >= b ? 1 : 0;
    case BinaryOp::Less:
      return a < b ? 1 : 0;
    case BinaryOp::LessEqual:
      return a <= b ? 1 : 0;
    case BinaryOp::Or:
    case BinaryOp::And:
    case BinaryOp::Unless:
      break;  // refused by check_operands
  }
  return kNan;
}

// ---- kinds ----------------------------------------------------------------------------------------------

RangeOp range_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::Rate:
      return RangeOp::Rate;
    case TokenKind::RateCounter:
      return RangeOp::RateCounter;
    case TokenKind::BytesRate:
      return RangeOp::BytesRate;
    case TokenKind::BytesOverTime:
      return RangeOp::BytesOverTime;
    case TokenKind::AvgOverTime:
      return RangeOp::AvgOverTime;
    case TokenKind::SumOverTime:
      return RangeOp::SumOverTime;
    case TokenKind::MinOverTime:
      return RangeOp::MinOverTime;
    case TokenKind::MaxOverTime:
      return RangeOp::MaxOverTime;
    case TokenKind::StdvarOverTime:
      return RangeOp::StdvarOverTime;
    case TokenKind::StddevOverTime:
      return RangeOp::StddevOverTime;
    case TokenKind::QuantileOverTime:
      return RangeOp::QuantileOverTime;
    case TokenKind::FirstOverTime:
      return RangeOp::FirstOverTime;
    case TokenKind::LastOverTime:
      return RangeOp::LastOverTime;
    case TokenKind::AbsentOverTime:
      return RangeOp::AbsentOverTime;
    default:
      return RangeOp::CountOverTime;
  }
}

VectorOp vector_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::Avg:
      return VectorOp::Avg;
    case TokenKind::Min:
      return VectorOp::Min;
    case TokenKind::Max:
      return VectorOp::Max;
    case TokenKind::Count:
      return VectorOp::Count;
    case TokenKind::Stddev:
      return VectorOp::Stddev;
    case TokenKind::Stdvar:
      return VectorOp::Stdvar;
    case TokenKind::Topk:
      return VectorOp::Topk;
    case TokenKind::Bottomk:
      return VectorOp::Bottomk;
    case TokenKind::Sort:
      return VectorOp::Sort;
    case TokenKind::SortDesc:
      return VectorOp::SortDesc;
    case TokenKind::ApproxTopk:
      return VectorOp::ApproxTopk;
    default:
      return VectorOp::Sum;
  }
}

BinaryOp binary_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::Or:
      return BinaryOp::Or;
    case TokenKind::And:
      return BinaryOp::And;
    case TokenKind::Unless:
      return BinaryOp::Unless;
    case TokenKind::CmpEq:
      return BinaryOp::Equal;
    case TokenKind::Neq:
      return BinaryOp::NotEqual;
    case TokenKind::Gt:
      return BinaryOp::Greater;
    case TokenKind::Gte:
      return BinaryOp::GreaterEqual;
    case TokenKind::Lt:
      return BinaryOp::Less;
    case TokenKind::Lte:
      return BinaryOp::LessEqual;
    case TokenKind::Sub:
      return BinaryOp::Subtract;
    case TokenKind::Mul:
      return BinaryOp::Multiply;
    case TokenKind::Div:
      return BinaryOp::Divide;
    case TokenKind::Mod:
      return BinaryOp::Modulo;
    case TokenKind::Pow:
      return BinaryOp::Power;
    default:
      return BinaryOp::Add;
  }
}

Unwrap::Conversion conversion(TokenKind kind) {
  switch (kind) {
    case TokenKind::BytesConv:
      return Unwrap::Conversion::Bytes;
    case TokenKind::DurationConv:
      return Unwrap::Conversion::Duration;
    default:
      return Unwrap::Conversion::DurationSeconds;
  }
}

// ---- log ranges -----------------------------------------------------------------------------------------

// The parts come in any order and with or without brackets; only a selector and a range are always there.
Value log_range(Parts& parts) {
  LogRangeValue value;
  value.range.log.matchers = std::move(*parts.find<std::vector<Matcher>>());
  if (auto* stages = parts.find<std::vector<Stage>>(); stages != nullptr)
    value.range.log.stages = std::move(*stages);
  if (auto* unwrap = parts.find<Unwrap>(); unwrap != nullptr) value.range.unwrap = std::move(*unwrap);
  value.range.range_ns = parts.find_token(TokenKind::Range)->duration_ns;
  if (const Token* offset = parts.find_token(TokenKind::Duration); offset != nullptr) {
    value.range.offset_ns = offset->duration_ns;
  }
  value.error = check_selector(value.range.log.matchers);
  return value;
}

Value unwrap_with_filter(Parts& parts) {
  auto unwrap = parts.take<Unwrap>(0);
  unwrap.filters.push_back(parts.take<LabelFilterValue>(2).filter);
  return unwrap;
}

// ---- expressions ----------------------------------------------------------------------------------------

Result<Value> query(Expr::Node node, uint32_t depth, std::optional<Error> error) {
  if (depth > kExprDepthMax)
    return parse_error(fmt::format("query is nested more than {} deep", kExprDepthMax));
  return Value(QueryValue{Expr{std::move(node)}, depth, std::move(error)});
}

ExprPtr boxed(Expr expr) {
  return std::make_unique<Expr>(std::move(expr));
}

std::optional<std::string> number_text(const Parts& parts) {
  const Token* number = parts.find_token(TokenKind::Number);
  return number == nullptr ? std::nullopt : std::optional<std::string>(number->text);
}

std::optional<Grouping> grouping(Parts& parts) {
  auto* found = parts.find<Grouping>();
  return found == nullptr ? std::nullopt : std::optional<Grouping>(std::move(*found));
}

Result<Value> range_aggregation(Parts& parts) {
  RangeAggregation aggregation;
  aggregation.op = range_op(parts.token(0).kind);
  aggregation.grouping = grouping(parts);
  auto& inner = *parts.find<LogRangeValue>();
  aggregation.range = std::move(inner.range);
  const auto parameter = number_text(parts);
  auto error = check_range_aggregation(aggregation.op, parameter, aggregation.grouping.has_value(),
                                       aggregation.range.unwrap.has_value());
  if (parameter) aggregation.parameter = try_parse_go_float(*parameter);
  if (!error) error = std::move(inner.error);
  return query(std::move(aggregation), 1, std::move(error));
}

Result<Value> vector_aggregation(Parts& parts) {
  VectorAggregation aggregation;
  aggregation.op = vector_op(parts.token(0).kind);
  aggregation.grouping = grouping(parts);
  auto& inner = *parts.find<QueryValue>();
  const auto parameter = number_text(parts);
  auto error = check_vector_aggregation(aggregation.op, parameter, aggregation.grouping);
  if (!error && parameter) aggregation.parameter = parameter_value(*parameter);
  if (!error) error = std::move(inner.error);
  const uint32_t depth = inner.depth + 1;
  aggregation.operand = boxed(std::move(inner.expr));
  return query(std::move(aggregation), depth, std::move(error));
}

Result<Value> binary(Parts& parts) {
  auto lhs = parts.take<QueryValue>(0);
  auto rhs = parts.take<QueryValue>(3);
  auto modifier = parts.take<Modifier>(2);
  const BinaryOp op = binary_op(parts.token(1).kind);
  auto error = check_operands(op, lhs.expr, rhs.expr);
  if (!error) error = lhs.error ? std::move(lhs.error) : std::move(rhs.error);
  const auto* a = lhs.expr.as<Literal>();
  const auto* b = rhs.expr.as<Literal>();
  if (a != nullptr && b != nullptr) return query(Literal{fold(op, a->value, b->value)}, 1, std::move(error));
  BinaryOperation operation;
  operation.op = op;
  operation.lhs = boxed(std::move(lhs.expr));
  operation.rhs = boxed(std::move(rhs.expr));
  operation.return_bool = modifier.return_bool;
  operation.matching = std::move(modifier.matching);
  return query(std::move(operation), 1 + std::max(lhs.depth, rhs.depth), std::move(error));
}

Result<Value> label_replace(Parts& parts) {
  auto operand = parts.take<QueryValue>(2);
  LabelReplace replace;
  replace.operand = boxed(std::move(operand.expr));
  replace.destination = parts.text(4);
  replace.replacement = parts.text(6);
  replace.source = parts.text(8);
  replace.regex = parts.text(10);
  auto error = check_label_replace(replace.regex);
  if (!error) error = std::move(operand.error);
  return query(std::move(replace), operand.depth + 1, std::move(error));
}

Result<Value> vector_literal(const Token& number) {
  const auto value = parse_go_float(number.text);
  if (value) return query(VectorLiteral{*value}, 1, std::nullopt);
  return query(VectorLiteral{}, 1,
               parse_error(fmt::format("unable to parse vectorExpr as a float: {}", value.error().message)));
}

Result<Value> variants(Parts& parts) {
  Variants result;
  auto range = parts.take<LogRangeValue>(6);
  result.of = std::move(range.range);
  std::optional<Error> error = std::move(range.error);
  uint32_t depth = 1;
  for (QueryValue& variant : parts.take<std::vector<QueryValue>>(2)) {
    depth = std::max(depth, variant.depth + 1);
    if (!error) error = std::move(variant.error);
    result.variants.push_back(boxed(std::move(variant.expr)));
  }
  return query(std::move(result), depth, std::move(error));
}

// ---- modifiers ------------------------------------------------------------------------------------------

std::vector<std::string> labels_or_none(Parts& parts) {
  auto* labels = parts.find<std::vector<std::string>>();
  return labels == nullptr ? std::vector<std::string>() : std::move(*labels);
}

Value matching(Parts& parts) {
  auto modifier = parts.take<Modifier>(0);
  modifier.matching.emplace();
  modifier.matching->is_on = parts.token(1).kind == TokenKind::On;
  modifier.matching->labels = labels_or_none(parts);
  return modifier;
}

Value group(Parts& parts) {
  auto modifier = parts.take<Modifier>(0);
  modifier.matching->cardinality = parts.token(1).kind == TokenKind::GroupLeft
                                       ? VectorMatching::Cardinality::ManyToOne
                                       : VectorMatching::Cardinality::OneToMany;
  modifier.matching->include = labels_or_none(parts);
  return modifier;
}

Value with_label(Parts& parts) {
  auto labels = parts.take<std::vector<std::string>>(0);
  labels.push_back(parts.text(2));
  return labels;
}

}  // namespace

Result<Value> reduce_metric(Action action, Parts& parts) {
  switch (action) {
    case Action::LiteralQuery: {
      auto value = parts.take<LiteralValue>(0);
      return query(Literal{value.value}, 1, std::move(value.error));
    }
    case Action::Literal:
      return literal(parts.token(0), 1);
    case Action::LiteralPlus:
      return literal(parts.token(1), 1);
    case Action::LiteralMinus:
      return literal(parts.token(1), -1);
    case Action::LogRange:
      return log_range(parts);
    case Action::Unwrap:
      return Value(Unwrap{parts.text(2), Unwrap::Conversion::None, {}});
    case Action::UnwrapConverted:
      return Value(Unwrap{parts.text(4), conversion(parts.token(2).kind), {}});
    case Action::UnwrapFilter:
      return unwrap_with_filter(parts);
    case Action::RangeAggregation:
      return range_aggregation(parts);
    case Action::VectorAggregation:
      return vector_aggregation(parts);
    case Action::Grouping:
      return Value(Grouping{parts.token(0).kind == TokenKind::Without, labels_or_none(parts)});
    case Action::FirstLabel:
      return Value(std::vector<std::string>{parts.text(0)});
    case Action::AddLabel:
      return with_label(parts);
    case Action::LabelReplace:
      return label_replace(parts);
    case Action::Vector:
      return vector_literal(parts.token(2));
    case Action::Binary:
      return binary(parts);
    case Action::Matching:
      return matching(parts);
    case Action::Group:
      return group(parts);
    case Action::NoBool:
      return Value(Modifier{});
    case Action::Bool:
      return Value(Modifier{true, std::nullopt});
    case Action::Variants:
      return variants(parts);
    case Action::FirstVariant:
      return Value(parts.first<QueryValue>(0));
    case Action::AddVariant:
      return Value(parts.appended<QueryValue>(0, 2));
    default:
      return make_error(ErrorCode::Internal, "no rule for metric action {}", static_cast<int>(action));
  }
}

}  // namespace lokilib::logql::syntax
