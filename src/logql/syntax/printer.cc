// SPDX-License-Identifier: Apache-2.0
// printer.cc: the one-line form. What it prints parses again to a tree that prints the same; exceptions are
// values that lose digits as in Loki (sizes, vector()), and numbers that have no literal (NaN, Inf).
#include "logql/syntax/printer.h"

#include <cmath>
#include <cstdint>

#include "model/byte_size.h"
#include "model/duration.h"
#include "model/go_number.h"
#include "model/regex_simplify.h"

namespace lokilib::logql::syntax {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

constexpr uint64_t kTerabyte = 1'000'000'000'000;

void append_joined(std::string& out, const std::vector<std::string>& items, std::string_view separator) {
  bool first = true;
  for (const std::string& item : items) {
    if (!first) out += separator;
    first = false;
    out += item;
  }
}

// The lexer takes `-0` for a duration, so a negative zero is printed as zero.
void append_number(std::string& out, double value, FloatForm form) {
  append_go_float(out, value == 0 ? 0.0 : value, form);
}

// In `1PB` and `1EB` the letter would be an exponent: the lexer (Go's) takes no such sizes.
std::string size_text(uint64_t bytes) {
  return bytes < 1000 * kTerabyte ? format_byte_size(bytes) : std::to_string(bytes / kTerabyte) + "TB";
}

// Names beyond ASCII parse but cannot be used; Loki prints them in quotes, which do not parse.
bool is_plain_name(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Loki prints a regex between backticks where it runs as a regex (and not as the simpler test that means much
// the same), unless it is negated or has a backtick itself.
bool takes_backticks(const LabelFilter& filter) {
  return filter.match_op == MatchOp::Regex && filter.value.find_first_of("`\r") == std::string::npos &&
         !simplify_label_regex(filter.value);
}

void append_text_filter(std::string& out, const LabelFilter& filter) {
  out += filter.name;
  out += to_string(filter.match_op);
  if (takes_backticks(filter)) {
    out += '`';
    out += filter.value;
    out += '`';
  } else {
    out += quote(filter.value);
  }
}

void append_extractions(std::string& out, const std::vector<Extraction>& extractions) {
  char separator = ' ';
  for (const Extraction& extraction : extractions) {
    out += separator;
    separator = ',';
    out += extraction.name;
    out += '=';
    out += quote(extraction.expression);
  }
}

void append_label_formats(std::string& out, const std::vector<LabelFormat>& formats) {
  char separator = ' ';
  for (const LabelFormat& format : formats) {
    out += separator;
    separator = ',';
    out += format.name;
    out += '=';
    out += format.is_rename ? format.value : quote(format.value);
  }
}

void append_named_labels(std::string& out, const std::vector<NamedLabel>& labels) {
  char separator = ' ';
  for (const NamedLabel& label : labels) {
    out += separator;
    separator = ',';
    out += label.matcher ? label.matcher->to_string() : label.name;
  }
}

void append_range(std::string& out, const LogRange& range) {
  append_log(out, range.log);
  if (range.unwrap) {
    out += ' ';
    append_unwrap(out, *range.unwrap);
    for (const LabelFilter& filter : range.unwrap->filters) {
      out += " | ";
      append_label_filter(out, filter);
    }
  }
  out += '[';
  out += format_prometheus_duration(range.range_ns);
  out += ']';
  if (range.offset_ns != 0) {
    out += " offset ";
    out += format_go_duration(range.offset_ns);
  }
}

void append(std::string& out, const RangeAggregation& aggregation, size_t) {
  out += to_string(aggregation.op);
  out += '(';
  if (aggregation.parameter) {
    append_number(out, *aggregation.parameter, FloatForm::Fixed);
    out += ',';
  }
  append_range(out, aggregation.range);
  out += ')';
  append_grouping(out, aggregation.grouping, ",");
}

void append(std::string& out, const VectorAggregation& aggregation, size_t size_max) {
  append_vector_op(out, aggregation, ",");
  out += '(';
  if (aggregation.parameter) {
    out += std::to_string(*aggregation.parameter);
    out += ',';
  }
  append_expr(out, *aggregation.operand, size_max);
  out += ')';
}

void append(std::string& out, const BinaryOperation& operation, size_t size_max) {
  out += '(';
  append_expr(out, *operation.lhs, size_max);
  out += ' ';
  append_operator(out, operation, ",", operation.rhs->as<BinaryOperation>() != nullptr);
  out += ' ';
  append_expr(out, *operation.rhs, size_max);
  out += ')';
}

void append(std::string& out, const LabelReplace& replace, size_t size_max) {
  out += "label_replace(";
  append_expr(out, *replace.operand, size_max);
  for (const std::string* text :
       {&replace.destination, &replace.replacement, &replace.source, &replace.regex}) {
    out += ',';
    out += quote(*text);
  }
  out += ')';
}

void append(std::string& out, const Variants& variants, size_t size_max) {
  out += "variants(";
  bool first = true;
  for (const ExprPtr& variant : variants.variants) {
    if (!first) out += ", ";
    first = false;
    append_expr(out, *variant, size_max);
  }
  out += ") of (";
  append_range(out, variants.of);
  out += ')';
}

}  // namespace

void append_matchers(std::string& out, const std::vector<Matcher>& matchers) {
  out += '{';
  bool first = true;
  for (const Matcher& matcher : matchers) {
    if (!first) out += ", ";
    first = false;
    if (is_plain_name(matcher.name())) {
      out += matcher.to_string();
    } else {
      out += quote(matcher.name());
      out += to_string(matcher.op());
      out += quote(matcher.value());
    }
  }
  out += '}';
}

std::vector<std::string> line_filter_parts(const LineFilter& filter) {
  const bool is_negative = filter.op == LineFilterOp::NotContains || filter.op == LineFilterOp::NotRegex ||
                           filter.op == LineFilterOp::NotPattern;
  std::vector<std::string> parts;
  for (const LineFilterOperand& operand : filter.alternatives) {
    const std::string text = operand.is_ip ? "ip(" + quote(operand.text) + ")" : quote(operand.text);
    if (is_negative || parts.empty()) {
      parts.push_back(std::string(to_string(filter.op)) + " " + text);
    } else {
      parts.back() += " or " + text;
    }
  }
  return parts;
}

void append_label_filter(std::string& out, const LabelFilter& filter) {
  switch (filter.kind) {
    case LabelFilter::Kind::And:
    case LabelFilter::Kind::Or:
      out += "( ";
      append_label_filter(out, filter.children[0]);
      out += filter.kind == LabelFilter::Kind::And ? " , " : " or ";
      append_label_filter(out, filter.children[1]);
      out += " )";
      return;
    case LabelFilter::Kind::Text:
      append_text_filter(out, filter);
      return;
    case LabelFilter::Kind::Ip:
      out += filter.name;
      out += filter.comparison == Comparison::NotEqual ? "!=" : "=";
      out += "ip(" + quote(filter.value) + ")";
      return;
    case LabelFilter::Kind::Number:
    case LabelFilter::Kind::Duration:
    case LabelFilter::Kind::Bytes:
      break;
  }
  out += filter.name;
  out += to_string(filter.comparison);
  if (filter.kind == LabelFilter::Kind::Number) {
    append_number(out, filter.number, FloatForm::Fixed);
  } else if (filter.kind == LabelFilter::Kind::Duration) {
    out += format_go_duration(filter.duration_ns);
  } else {
    out += size_text(filter.bytes);
  }
}

void append_stage(std::string& out, const Stage& stage) {
  std::visit(Overloaded{
                 [&](const LineFilterStage& s) { append_joined(out, line_filter_parts(s.filter), " "); },
                 [&](const JsonStage& s) {
                   out += "| json";
                   append_extractions(out, s.extractions);
                 },
                 [&](const LogfmtStage& s) {
                   out += "| logfmt";
                   if (s.strict) out += " --strict";
                   if (s.keep_empty) out += " --keep-empty";
                   append_extractions(out, s.extractions);
                 },
                 [&](const RegexpStage& s) { out += "| regexp " + quote(s.expression); },
                 [&](const PatternStage& s) { out += "| pattern " + quote(s.pattern); },
                 [&](const UnpackStage&) { out += "| unpack"; },
                 [&](const LabelFilterStage& s) {
                   out += "| ";
                   append_label_filter(out, s.filter);
                 },
                 [&](const LineFormatStage& s) { out += "| line_format " + quote(s.text); },
                 [&](const LabelFormatStage& s) {
                   out += "| label_format";
                   append_label_formats(out, s.formats);
                 },
                 [&](const DecolorizeStage&) { out += "| decolorize"; },
                 [&](const DropStage& s) {
                   out += "| drop";
                   append_named_labels(out, s.labels);
                 },
                 [&](const KeepStage& s) {
                   out += "| keep";
                   append_named_labels(out, s.labels);
                 },
             },
             stage);
}

void append_log(std::string& out, const LogExpr& log) {
  append_matchers(out, log.matchers);
  for (const Stage& stage : log.stages) {
    out += ' ';
    append_stage(out, stage);
  }
}

void append_unwrap(std::string& out, const Unwrap& unwrap) {
  out += "| unwrap ";
  switch (unwrap.conversion) {
    case Unwrap::Conversion::None:
      out += unwrap.label;
      return;
    case Unwrap::Conversion::Bytes:
      out += "bytes(";
      break;
    case Unwrap::Conversion::Duration:
      out += "duration(";
      break;
    case Unwrap::Conversion::DurationSeconds:
      out += "duration_seconds(";
      break;
  }
  out += unwrap.label;
  out += ')';
}

void append_grouping(std::string& out, const std::optional<Grouping>& grouping, std::string_view separator) {
  if (!grouping) return;
  out += grouping->without ? " without (" : " by (";
  append_joined(out, grouping->labels, separator);
  out += ')';
}

void append_vector_op(std::string& out, const VectorAggregation& aggregation, std::string_view separator) {
  out += to_string(aggregation.op);
  const bool is_default = aggregation.grouping && !aggregation.grouping->without &&
                          aggregation.grouping->labels.empty();  // `by ()` is what no grouping means
  if (!is_default) append_grouping(out, aggregation.grouping, separator);
}

void append_operator(std::string& out, const BinaryOperation& operation, std::string_view separator,
                     bool rhs_has_bracket) {
  out += to_string(operation.op);
  if (operation.return_bool) out += " bool";
  if (!operation.matching) return;
  const VectorMatching& matching = *operation.matching;
  const bool is_grouped = matching.cardinality != VectorMatching::Cardinality::OneToOne;
  if (!matching.is_on && matching.labels.empty() && !is_grouped) return;  // the default
  out += matching.is_on ? " on (" : " ignoring (";
  append_joined(out, matching.labels, separator);
  out += ") ";
  if (!is_grouped) return;
  out += matching.cardinality == VectorMatching::Cardinality::ManyToOne ? "group_left" : "group_right";
  if (!matching.include.empty() || rhs_has_bracket) {
    out += " (";
    append_joined(out, matching.include, separator);
    out += ')';
  }
}

void append_expr(std::string& out, const Expr& expr, size_t size_max) {
  if (out.size() > size_max) return;
  std::visit(Overloaded{
                 [&](const LogExpr& e) { append_log(out, e); },
                 [&](const Literal& e) { append_number(out, e.value, FloatForm::General); },
                 [&](const VectorLiteral& e) { out += "vector(" + format_go_float_fixed(e.value, 6) + ")"; },
                 [&](const auto& e) { append(out, e, size_max); },
             },
             expr.node);
}

}  // namespace lokilib::logql::syntax

namespace lokilib::logql {

std::string print(const Expr& expr) {
  std::string out;
  syntax::append_expr(out, expr);
  return out;
}

std::string print(const LogExpr& log) {
  std::string out;
  syntax::append_log(out, log);
  return out;
}

std::string print(const Stage& stage) {
  std::string out;
  syntax::append_stage(out, stage);
  return out;
}

std::string print(const std::vector<Matcher>& matchers) {
  std::string out;
  syntax::append_matchers(out, matchers);
  return out;
}

}  // namespace lokilib::logql
