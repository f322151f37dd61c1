// SPDX-License-Identifier: Apache-2.0
// parser_pipeline.cc: stages.
#include <algorithm>

#include "base/make_error.h"
#include "logql/syntax/checks.h"
#include "logql/syntax/parser.h"
#include "model/go_number.h"

namespace lokilib::logql::syntax {
namespace {

Value one_stage(Stage stage) {
  std::vector<Stage> stages;
  stages.push_back(std::move(stage));
  return stages;
}

LineFilterOp line_filter_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::PipeMatch:
      return LineFilterOp::Regex;
    case TokenKind::PipePattern:
      return LineFilterOp::Pattern;
    case TokenKind::Neq:
      return LineFilterOp::NotContains;
    case TokenKind::Nre:
      return LineFilterOp::NotRegex;
    case TokenKind::NotPattern:
      return LineFilterOp::NotPattern;
    default:
      return LineFilterOp::Contains;
  }
}

Comparison comparison(TokenKind kind) {
  switch (kind) {
    case TokenKind::Neq:
      return Comparison::NotEqual;
    case TokenKind::Gt:
      return Comparison::Greater;
    case TokenKind::Gte:
      return Comparison::GreaterEqual;
    case TokenKind::Lt:
      return Comparison::Less;
    case TokenKind::Lte:
      return Comparison::LessEqual;
    default:
      return Comparison::Equal;
  }
}

Result<Value> combined(LabelFilter::Kind kind, LabelFilterValue lhs, LabelFilterValue rhs) {
  LabelFilterValue value;
  value.depth = 1 + std::max(lhs.depth, rhs.depth);
  if (value.depth > kLabelFilterDepthMax) {
    return parse_error(fmt::format("label filters are nested more than {} deep", kLabelFilterDepthMax));
  }
  value.filter.kind = kind;
  value.filter.children.reserve(2);
  value.filter.children.push_back(std::move(lhs.filter));
  value.filter.children.push_back(std::move(rhs.filter));
  return Value(std::move(value));
}

// A filter of `name <comparison> ...`, its operand still to be set.
LabelFilterValue comparing(LabelFilter::Kind kind, Parts& parts) {
  LabelFilterValue value;
  value.filter.kind = kind;
  value.filter.comparison = comparison(parts.token(1).kind);
  value.filter.name = parts.text(0);
  return value;
}

LabelFilterValue text_filter(const Matcher& matcher) {
  LabelFilterValue value;
  value.filter.name = matcher.name();
  value.filter.match_op = matcher.op();
  value.filter.value = matcher.value();
  return value;
}

Result<Value> number_filter(Parts& parts) {
  auto literal = parts.take<LiteralValue>(2);
  if (literal.error) return std::move(*literal.error);
  LabelFilterValue value = comparing(LabelFilter::Kind::Number, parts);
  value.filter.number = literal.value;
  return Value(std::move(value));
}

Value with_alternative(Parts& parts, size_t text, bool is_ip) {
  auto filter = parts.take<LineFilter>(0);
  filter.alternatives.push_back({parts.text(text), is_ip});
  return filter;
}

Value line_filter(Parts& parts, size_t text, bool is_ip) {
  return LineFilter{line_filter_op(parts.token(0).kind), {{parts.text(text), is_ip}}};
}

Result<Value> reduce_label_filter(Action action, Parts& parts) {
  switch (action) {
    case Action::TextFilter:
      return Value(text_filter(parts.take<Matcher>(0)));
    case Action::IpFilter: {
      LabelFilterValue value = comparing(LabelFilter::Kind::Ip, parts);
      value.filter.value = parts.text(4);
      return Value(std::move(value));
    }
    case Action::DurationFilter: {
      LabelFilterValue value = comparing(LabelFilter::Kind::Duration, parts);
      value.filter.duration_ns = parts.token(2).duration_ns;
      return Value(std::move(value));
    }
    case Action::BytesFilter: {
      LabelFilterValue value = comparing(LabelFilter::Kind::Bytes, parts);
      value.filter.bytes = parts.token(2).bytes;
      return Value(std::move(value));
    }
    case Action::NumberFilter:
      return number_filter(parts);
    case Action::AndBeside:
      return combined(LabelFilter::Kind::And, parts.take<LabelFilterValue>(0),
                      parts.take<LabelFilterValue>(1));
    case Action::AndBetween:
      return combined(LabelFilter::Kind::And, parts.take<LabelFilterValue>(0),
                      parts.take<LabelFilterValue>(2));
    case Action::OrBetween:
      return combined(LabelFilter::Kind::Or, parts.take<LabelFilterValue>(0),
                      parts.take<LabelFilterValue>(2));
    default:
      return make_error(ErrorCode::Internal, "no rule for label filter action {}", static_cast<int>(action));
  }
}

// The items of lists inside a stage.
Result<Value> reduce_item(Action action, Parts& parts) {
  switch (action) {
    case Action::LineFilterText:
      return line_filter(parts, 1, false);
    case Action::LineFilterIp:
      return line_filter(parts, 3, true);
    case Action::LineFilterOrText:
      return with_alternative(parts, 2, false);
    case Action::LineFilterOrIp:
      return with_alternative(parts, 4, true);
    case Action::Logfmt:
      return Value(LogfmtFlags());
    case Action::LogfmtFlag: {
      auto flags = parts.take<LogfmtFlags>(0);
      (parts.token(1).text == "--strict" ? flags.strict : flags.keep_empty) = true;
      return Value(flags);
    }
    case Action::FirstExtraction:
      return Value(parts.first<Extraction>(0));
    case Action::AddExtraction:
      return Value(parts.appended<Extraction>(0, 2));
    case Action::ExtractExpression:
      return Value(Extraction{parts.text(0), parts.text(2)});
    case Action::ExtractName:
      return Value(Extraction{parts.token(0).text, parts.token(0).text});
    case Action::FirstLabelFormat:
      return Value(parts.first<LabelFormat>(0));
    case Action::AddLabelFormat:
      return Value(parts.appended<LabelFormat>(0, 2));
    case Action::LabelRename:
      return Value(LabelFormat{parts.text(0), parts.text(2), true});
    case Action::LabelTemplate:
      return Value(LabelFormat{parts.text(0), parts.text(2), false});
    case Action::FirstNamedLabel:
      return Value(parts.first<NamedLabel>(0));
    case Action::AddNamedLabel:
      return Value(parts.appended<NamedLabel>(0, 2));
    case Action::NamedLabel:
      return Value(NamedLabel{parts.text(0), std::nullopt});
    case Action::NamedMatcher: {
      auto matcher = parts.take<Matcher>(0);
      std::string name = matcher.name();
      return Value(NamedLabel{std::move(name), std::move(matcher)});
    }
    default:
      return reduce_label_filter(action, parts);
  }
}

Result<Value> checked(std::optional<Error> error, Stage stage) {
  if (error) return std::move(*error);
  return one_stage(std::move(stage));
}

}  // namespace

Result<Value> reduce_pipeline(Action action, Parts& parts) {
  switch (action) {
    case Action::AppendStages: {
      auto stages = parts.take<std::vector<Stage>>(0);
      auto more = parts.take<std::vector<Stage>>(1);
      stages.insert(stages.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
      return Value(std::move(stages));
    }
    case Action::FirstLineFilter:
      return one_stage(LineFilterStage{parts.take<LineFilter>(0)});
    case Action::AddLineFilter: {
      auto stages = parts.take<std::vector<Stage>>(0);
      stages.emplace_back(LineFilterStage{parts.take<LineFilter>(1)});
      return Value(std::move(stages));
    }
    case Action::JsonAll:
      return one_stage(JsonStage{});
    case Action::JsonSome:
      return one_stage(JsonStage{parts.take<std::vector<Extraction>>(2)});
    case Action::LogfmtAll: {
      const auto flags = parts.take<LogfmtFlags>(1);
      return one_stage(LogfmtStage{flags.strict, flags.keep_empty, {}});
    }
    case Action::LogfmtSome: {
      const auto flags = parts.take<LogfmtFlags>(1);
      return one_stage(LogfmtStage{flags.strict, flags.keep_empty, parts.take<std::vector<Extraction>>(2)});
    }
    case Action::Regexp:
      return checked(check_regexp_stage(parts.token(2).text), RegexpStage{parts.token(2).text});
    case Action::Pattern:
      return checked(check_pattern_stage(parts.token(2).text), PatternStage{parts.token(2).text});
    case Action::Unpack:
      return one_stage(UnpackStage{});
    case Action::LabelFilterAsStage:
      return one_stage(LabelFilterStage{parts.take<LabelFilterValue>(1).filter});
    case Action::LineFormat:
      return one_stage(LineFormatStage{parts.text(2)});
    case Action::LabelFormatStage:
      return one_stage(LabelFormatStage{parts.take<std::vector<LabelFormat>>(2)});
    case Action::Decolorize:
      return one_stage(DecolorizeStage{});
    case Action::Drop:
      return one_stage(DropStage{parts.take<std::vector<NamedLabel>>(2)});
    case Action::Keep:
      return one_stage(KeepStage{parts.take<std::vector<NamedLabel>>(2)});
    default:
      return reduce_item(action, parts);
  }
}

}  // namespace lokilib::logql::syntax
