// SPDX-License-Identifier: Apache-2.0
// random_logql.h: random LogQL trees. They pass all checks, their stages can be built (templates, JSON paths
// and regexes are good), and their sizes and vector() values are such that printing loses no digits.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lokilib/logql.h>

#include "support/random.h"

namespace lokilib::test {

struct RandomLogqlOptions {
  std::vector<std::string> stream_labels = {"app", "job", "env", "region_of_the_world"};
  std::vector<std::string> labels = {"level", "status", "duration", "bytes", "ip", "sum", "msg", "method"};
  std::vector<std::string> values = {"api",   "error",       "a b",      "200",    "",
                                     "\"q\"", "back\\slash", "\xC3\xBC", "`tick`", "new\nline"};
  std::vector<std::string> regexes = {"api|web", "5..", ".*err.*", "(?i)warn", "f.o", "a`b.c", "x?"};
  size_t stage_count_max = 4;
  bool has_variants = false;
};

class RandomLogql {
 public:
  explicit RandomLogql(Random& random, RandomLogqlOptions options = {})
      : random_(random), options_(std::move(options)) {}

  /// A log query or a metric query nested up to `depth` deep.
  logql::Expr query(size_t depth) {
    if (options_.has_variants && random_.one_in(20)) return expr(variants());
    return random_.one_in(3) ? expr(log()) : metric_query(depth);
  }

  logql::Expr metric_query(size_t depth) {
    if (depth == 0) return random_.one_in(4) ? number() : expr(range_aggregation());
    switch (random_.below(6)) {
      case 0:
        return expr(range_aggregation());
      case 1:
        return label_replace(depth);
      case 2:
      case 3:
        return expr(vector_aggregation(depth));
      default:
        return binary_operation(depth);
    }
  }

  logql::LogExpr log() {
    logql::LogExpr log;
    log.matchers = matchers();
    for (size_t i = random_.below(options_.stage_count_max + 1); i > 0; --i) {
      logql::Stage next = stage();
      if (log.stages.empty() || !would_be_matcher(log.stages.back(), next))
        log.stages.push_back(std::move(next));
    }
    return log;
  }

  /// One to three; at least one does not match the empty value.
  std::vector<Matcher> matchers() {
    std::vector<Matcher> matchers = {matcher(random_.pick(options_.stream_labels), MatchOp::Equal, "x")};
    while (random_.one_in(3) && matchers.size() < 3)
      matchers.push_back(random_matcher(options_.stream_labels));
    std::swap(matchers.front(), matchers[random_.below(matchers.size())]);
    return matchers;
  }

  logql::Stage stage() {
    switch (random_.below(14)) {
      case 0:
        return logql::JsonStage{extractions({"a", "a.b", "a[0].c", "[\"x y\"]"})};
      case 1:
        return logql::LogfmtStage{random_.one_in(3), random_.one_in(3), extractions({"a", "b_c", "\"d\""})};
      case 2:
        return logql::RegexpStage{"(?P<" + label() + ">\\d+) (x|y)"};
      case 3:
        return logql::PatternStage{"<_> <" + label() + "> [<other>]"};
      case 4:
        return logql::UnpackStage{};
      case 5:
        return logql::LineFormatStage{template_text()};
      case 6:
        return label_format();
      case 7:
        return logql::DecolorizeStage{};
      case 8:
        return logql::DropStage{named_labels()};
      case 9:
        return logql::KeepStage{named_labels()};
      case 10:
      case 11:
        return logql::LineFilterStage{line_filter()};
      default:
        return logql::LabelFilterStage{label_filter(2)};
    }
  }

  LineFilter line_filter() {
    LineFilter filter;
    filter.op = static_cast<LineFilterOp>(random_.below(6));
    do {
      LineFilterOperand operand;
      if (filter.op == LineFilterOp::Regex || filter.op == LineFilterOp::NotRegex) {
        operand.text = random_.pick(options_.regexes);
      } else if (filter.op == LineFilterOp::Pattern || filter.op == LineFilterOp::NotPattern) {
        operand.text = random_.pick(options_.values) + "<_>x";
      } else if (random_.one_in(5)) {
        operand = {random_.one_in(2) ? "10.0.0.0/8" : "::1", true};
      } else {
        operand.text = random_.pick(options_.values);
      }
      filter.alternatives.push_back(std::move(operand));
    } while (random_.one_in(3));
    return filter;
  }

  logql::LabelFilter label_filter(size_t depth) {
    logql::LabelFilter filter;
    if (depth > 0 && random_.one_in(2)) {
      filter.kind = random_.one_in(2) ? logql::LabelFilter::Kind::And : logql::LabelFilter::Kind::Or;
      filter.children.push_back(label_filter(depth - 1));
      filter.children.push_back(label_filter(depth - 1));
      return filter;
    }
    filter.name = label();
    filter.kind = static_cast<logql::LabelFilter::Kind>(2 + random_.below(5));
    if (filter.kind == logql::LabelFilter::Kind::Text) {
      filter.match_op = static_cast<MatchOp>(random_.below(4));
      const bool is_regex = filter.match_op == MatchOp::Regex || filter.match_op == MatchOp::NotRegex;
      filter.value = random_.pick(is_regex ? options_.regexes : options_.values);
      return filter;
    }
    filter.comparison = static_cast<logql::Comparison>(random_.below(6));
    switch (filter.kind) {
      case logql::LabelFilter::Kind::Number:
        filter.number = number_value();
        break;
      case logql::LabelFilter::Kind::Duration:
        filter.duration_ns = random_.between(-1000, 4000) * 1'500'000;
        break;
      case logql::LabelFilter::Kind::Bytes:
        filter.bytes = static_cast<uint64_t>(random_.between(1, 9)) * 1'000'000;
        break;
      default:
        filter.comparison = static_cast<logql::Comparison>(random_.below(2));
        filter.value = "192.168.0.1-192.168.0.9";
    }
    return filter;
  }

  logql::LogRange log_range(bool with_unwrap) {
    logql::LogRange range;
    range.log = log();
    range.range_ns = random_.between(1, 10'000) * 60'000'000'000;
    if (random_.one_in(3)) range.offset_ns = random_.between(-100, 100) * 500'000'000;
    if (with_unwrap) {
      logql::Unwrap unwrap;
      unwrap.label = label();
      unwrap.conversion = static_cast<logql::Unwrap::Conversion>(random_.below(4));
      while (random_.one_in(3)) unwrap.filters.push_back(label_filter(1));
      range.unwrap = std::move(unwrap);
    }
    return range;
  }

  logql::RangeAggregation range_aggregation() {
    using logql::RangeOp;
    logql::RangeAggregation aggregation;
    aggregation.op = static_cast<RangeOp>(random_.below(15));
    bool unwraps = true;
    switch (aggregation.op) {
      case RangeOp::CountOverTime:
      case RangeOp::BytesOverTime:
      case RangeOp::BytesRate:
        unwraps = false;
        break;
      case RangeOp::Rate:
      case RangeOp::AbsentOverTime:
        unwraps = random_.one_in(2);
        break;
      case RangeOp::RateCounter:
      case RangeOp::SumOverTime:
        break;
      default:
        if (random_.one_in(2)) aggregation.grouping = grouping();
    }
    if (aggregation.op == RangeOp::QuantileOverTime) {
      aggregation.parameter = static_cast<double>(random_.between(0, 100)) / 100;
    }
    aggregation.range = log_range(unwraps);
    return aggregation;
  }

 private:
  /// `| drop a` and then `!= "x"` is no text that means these two: it reads as `| drop a!="x"`.
  static bool would_be_matcher(const logql::Stage& stage, const logql::Stage& next) {
    const auto* filter = std::get_if<logql::LineFilterStage>(&next);
    const auto* drop = std::get_if<logql::DropStage>(&stage);
    const auto* keep = std::get_if<logql::KeepStage>(&stage);
    if (filter == nullptr || (drop == nullptr && keep == nullptr)) return false;
    const LineFilterOp op = filter->filter.op;
    return (op == LineFilterOp::NotContains || op == LineFilterOp::NotRegex) &&
           !(drop != nullptr ? drop->labels : keep->labels).back().matcher;
  }

  template <typename Node>
  static logql::Expr expr(Node node) {
    return logql::Expr{std::move(node)};
  }
  static logql::ExprPtr boxed(logql::Expr inner) { return std::make_unique<logql::Expr>(std::move(inner)); }
  static Matcher matcher(const std::string& name, MatchOp op, const std::string& value) {
    auto made = Matcher::create(op, name, value);
    return made ? *std::move(made) : *Matcher::create(MatchOp::Equal, name, "never: " + made.error().message);
  }

  const std::string& label() { return random_.pick(options_.labels); }
  Matcher random_matcher(const std::vector<std::string>& names) {
    const auto op = static_cast<MatchOp>(random_.below(4));
    const bool is_regex = op == MatchOp::Regex || op == MatchOp::NotRegex;
    return matcher(random_.pick(names), op, random_.pick(is_regex ? options_.regexes : options_.values));
  }
  double number_value() {
    const double value = static_cast<double>(random_.between(-1000, 1000)) / 8;
    return random_.one_in(10) ? value * 1e20 : value;
  }
  std::vector<logql::Extraction> extractions(std::vector<std::string> expressions) {
    std::vector<logql::Extraction> result;
    if (random_.one_in(2)) return result;
    do {
      result.push_back({label(), random_.pick(expressions)});
    } while (random_.one_in(2));
    return result;
  }
  std::string template_text() {
    return random_.one_in(3) ? "{{ ." + label() + " | upper }} \"x\"" : "a {{." + label() + "}}";
  }
  logql::LabelFormatStage label_format() {
    logql::LabelFormatStage stage;
    std::vector<std::string> names = options_.labels;
    do {
      const size_t i = random_.below(names.size());
      const bool is_rename = random_.one_in(2);
      stage.formats.push_back({names[i], is_rename ? label() : template_text(), is_rename});
      names.erase(names.begin() + static_cast<ptrdiff_t>(i));
    } while (random_.one_in(2) && !names.empty());
    return stage;
  }
  std::vector<logql::NamedLabel> named_labels() {
    std::vector<logql::NamedLabel> result;
    do {
      if (random_.one_in(2)) {
        result.push_back({label(), std::nullopt});
      } else {
        Matcher condition = random_matcher(options_.labels);
        std::string name = condition.name();
        result.push_back({std::move(name), std::move(condition)});
      }
    } while (random_.one_in(2));
    return result;
  }
  std::vector<std::string> label_list() {
    std::vector<std::string> result;
    for (size_t i = random_.below(4); i > 0; --i) result.push_back(label());
    return result;
  }
  logql::Grouping grouping() { return {random_.one_in(2), label_list()}; }

  logql::VectorAggregation vector_aggregation(size_t depth) {
    using logql::VectorOp;
    logql::VectorAggregation aggregation;
    aggregation.op = static_cast<VectorOp>(random_.below(12));
    if (aggregation.op == VectorOp::Topk || aggregation.op == VectorOp::Bottomk ||
        aggregation.op == VectorOp::ApproxTopk) {
      aggregation.parameter = random_.between(1, 9);
    }
    const bool groups = aggregation.op != VectorOp::Sort && aggregation.op != VectorOp::SortDesc &&
                        aggregation.op != VectorOp::ApproxTopk;
    if (groups && random_.one_in(2)) aggregation.grouping = grouping();
    aggregation.operand = boxed(metric_query(depth - 1));
    return aggregation;
  }

  logql::Expr number() {
    if (random_.one_in(2)) return expr(logql::VectorLiteral{static_cast<double>(random_.between(0, 99)) / 4});
    return expr(logql::Literal{number_value()});
  }

  logql::Expr binary_operation(size_t depth) {
    logql::BinaryOperation operation;
    operation.op = static_cast<logql::BinaryOp>(random_.below(15));
    logql::Expr lhs = metric_query(depth - 1);
    logql::Expr rhs = metric_query(depth - 1);
    const bool is_set = logql::is_set_op(operation.op);
    if (lhs.as<logql::Literal>() != nullptr && (is_set || rhs.as<logql::Literal>() != nullptr)) {
      lhs = expr(range_aggregation());
    }
    if (rhs.as<logql::Literal>() != nullptr && is_set) rhs = expr(range_aggregation());
    operation.lhs = boxed(std::move(lhs));
    operation.rhs = boxed(std::move(rhs));
    operation.return_bool = logql::is_comparison(operation.op) && random_.one_in(3);
    if (random_.one_in(3)) {
      logql::VectorMatching matching;
      matching.is_on = random_.one_in(2);
      matching.labels = label_list();
      matching.cardinality = static_cast<logql::VectorMatching::Cardinality>(random_.below(3));
      if (matching.cardinality != logql::VectorMatching::Cardinality::OneToOne)
        matching.include = label_list();
      operation.matching = std::move(matching);
    }
    return expr(std::move(operation));
  }

  logql::Expr label_replace(size_t depth) {
    logql::LabelReplace replace;
    replace.operand = boxed(metric_query(depth - 1));
    replace.destination = label();
    replace.replacement = "$1-x";
    replace.source = label();
    replace.regex = "(.*)\\d";
    return expr(std::move(replace));
  }

  logql::Variants variants() {
    logql::Variants result;
    do {
      result.variants.push_back(boxed(expr(range_aggregation())));
    } while (random_.one_in(2));
    result.of = log_range(false);
    return result;
  }

  Random& random_;
  RandomLogqlOptions options_;
};

}  // namespace lokilib::test
