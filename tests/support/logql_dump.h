// SPDX-License-Identifier: Apache-2.0
// logql_dump.h: a LogQL tree as text that shows its structure and every field, for comparing trees in tests.
// It shares nothing with the printer. Two ways of writing the same thing look alike: `!= "a" or "b"` is two
// filters, `sum by ()` is `sum`, `ignoring ()` without a group is no modifier.
#pragma once

#include <string>

#include <fmt/format.h>

#include <lokilib/logql.h>

namespace lokilib::test {

class LogqlDump {
 public:
  static std::string of(const logql::Expr& expr) {
    LogqlDump dump;
    dump.add(expr);
    return std::move(dump.out_);
  }
  static std::string of(const logql::LabelFilter& filter) {
    LogqlDump dump;
    dump.add(filter);
    return std::move(dump.out_);
  }

 private:
  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  void add(const std::string& text) { put("{}:{}", text.size(), text); }
  void add(const std::vector<std::string>& texts) {
    put("[");
    for (const auto& text : texts) add(text);
    put("]");
  }

  void add(const Matcher& m) {
    put("<");
    add(m.name());
    put("{}", to_string(m.op()));
    add(m.value());
    put(">");
  }
  void add(const logql::LogExpr& log) {
    put("(log");
    for (const auto& matcher : log.matchers) add(matcher);
    for (const auto& stage : log.stages) std::visit([this](const auto& s) { add(s); }, stage);
    put(")");
  }
  void add(const logql::LabelFilter& f) {
    put("(filter {} {} {} {} {} {} ", static_cast<int>(f.kind), static_cast<int>(f.match_op),
        static_cast<int>(f.comparison), f.number, f.duration_ns, f.bytes);
    add(f.name);
    add(f.value);
    for (const auto& child : f.children) add(child);
    put(")");
  }
  void add(const logql::LineFilterStage& s) {
    const auto op = s.filter.op;
    const bool negative =
        op == LineFilterOp::NotContains || op == LineFilterOp::NotRegex || op == LineFilterOp::NotPattern;
    for (size_t i = 0; i < s.filter.alternatives.size(); ++i) {
      if (i == 0 || negative) put("(line {}", to_string(op));
      put("{}", s.filter.alternatives[i].is_ip ? " ip" : " text");
      add(s.filter.alternatives[i].text);
      if (negative || i + 1 == s.filter.alternatives.size()) put(")");
    }
  }
  void add(const std::vector<logql::Extraction>& extractions) {
    for (const auto& e : extractions) {
      put(" ");
      add(e.name);
      add(e.expression);
    }
    put(")");
  }
  void add(const logql::JsonStage& s) {
    put("(json");
    add(s.extractions);
  }
  void add(const logql::LogfmtStage& s) {
    put("(logfmt {} {}", s.strict, s.keep_empty);
    add(s.extractions);
  }
  void add(const logql::RegexpStage& s) { put("(regexp {})", s.expression); }
  void add(const logql::PatternStage& s) { put("(pattern {})", s.pattern); }
  void add(const logql::UnpackStage&) { put("(unpack)"); }
  void add(const logql::LabelFilterStage& s) { add(s.filter); }
  void add(const logql::LineFormatStage& s) { put("(line_format {})", s.text); }
  void add(const logql::LabelFormatStage& s) {
    put("(label_format");
    for (const auto& f : s.formats) {
      put("{}", f.is_rename ? " rename " : " template ");
      add(f.name);
      add(f.value);
    }
    put(")");
  }
  void add(const logql::DecolorizeStage&) { put("(decolorize)"); }
  void add(const std::vector<logql::NamedLabel>& labels) {
    for (const auto& label : labels) {
      put(" {}", label.name);
      if (label.matcher) add(*label.matcher);
    }
    put(")");
  }
  void add(const logql::DropStage& s) {
    put("(drop");
    add(s.labels);
  }
  void add(const logql::KeepStage& s) {
    put("(keep");
    add(s.labels);
  }

  void add(const logql::LogRange& range) {
    put("(range {} {} ", range.range_ns, range.offset_ns);
    add(range.log);
    if (range.unwrap) {
      put("(unwrap {} ", static_cast<int>(range.unwrap->conversion));
      add(range.unwrap->label);
      for (const auto& filter : range.unwrap->filters) add(filter);
      put(")");
    }
    put(")");
  }
  void add(const logql::Grouping& grouping) {
    put("{}", grouping.without ? " without" : " by");
    add(grouping.labels);
  }
  void add(const logql::RangeAggregation& a) {
    put("({} ", to_string(a.op));
    if (a.parameter) put("{} ", *a.parameter);
    add(a.range);
    if (a.grouping) add(*a.grouping);
    put(")");
  }
  void add(const logql::VectorAggregation& a) {
    put("({} ", to_string(a.op));
    if (a.parameter) put("{} ", *a.parameter);
    add(*a.operand);
    if (a.grouping && (a.grouping->without || !a.grouping->labels.empty())) add(*a.grouping);
    put(")");
  }
  void add(const logql::BinaryOperation& operation) {
    put("({}{} ", to_string(operation.op), operation.return_bool ? " bool" : "");
    if (const auto& m = operation.matching;
        m &&
        (m->is_on || !m->labels.empty() || m->cardinality != logql::VectorMatching::Cardinality::OneToOne)) {
      put("{} {} ", m->is_on ? "on" : "ignoring", static_cast<int>(m->cardinality));
      add(m->labels);
      add(m->include);
    }
    add(*operation.lhs);
    add(*operation.rhs);
    put(")");
  }
  void add(const logql::Literal& literal) { put("({})", literal.value); }
  void add(const logql::LabelReplace& r) {
    put("(label_replace ");
    add(*r.operand);
    add(r.destination);
    add(r.replacement);
    add(r.source);
    add(r.regex);
    put(")");
  }
  void add(const logql::VectorLiteral& literal) { put("(vector {})", literal.value); }
  void add(const logql::Variants& variants) {
    put("(variants ");
    for (const auto& variant : variants.variants) add(*variant);
    add(variants.of);
    put(")");
  }
  void add(const logql::Expr& expr) {
    std::visit([this](const auto& node) { add(node); }, expr.node);
  }

  std::string out_;
};

}  // namespace lokilib::test
