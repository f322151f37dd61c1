// SPDX-License-Identifier: Apache-2.0
// pretty_printer.cc: the form of Loki's format_query. A node whose one-line form has at most 100 bytes stays
// on one line; a longer one is split and its children are looked at in turn, two blanks deeper.
//
// Loki's layout to the byte (`decolorize` has no indentation there), but for two things that would change
// what the query means: it keeps alternatives of line filters, and brackets around a split operand that need
// be.
#include <algorithm>
#include <string>
#include <vector>

#include <lokilib/logql.h>

#include "logql/syntax/printer.h"
#include "model/duration.h"
#include "model/go_number.h"

namespace lokilib::logql {
namespace {

constexpr size_t kLineBytesMax = 100;

std::string indent(size_t level) {
  return std::string(2 * level, ' ');
}

bool fits_on_a_line(const Expr& expr, std::string& line) {
  syntax::append_expr(line, expr, kLineBytesMax);
  return line.size() <= kLineBytesMax;
}

int precedence(BinaryOp op) {
  switch (op) {
    case BinaryOp::Or:
      return 1;
    case BinaryOp::And:
    case BinaryOp::Unless:
      return 2;
    case BinaryOp::Equal:
    case BinaryOp::NotEqual:
    case BinaryOp::Greater:
    case BinaryOp::GreaterEqual:
    case BinaryOp::Less:
    case BinaryOp::LessEqual:
      return 3;
    case BinaryOp::Add:
    case BinaryOp::Subtract:
      return 4;
    case BinaryOp::Multiply:
    case BinaryOp::Divide:
    case BinaryOp::Modulo:
      return 5;
    case BinaryOp::Power:
      return 6;
  }
  return 0;
}

bool needs_brackets(BinaryOp parent, const Expr& operand, bool is_left) {
  const auto* child = operand.as<BinaryOperation>();
  if (child == nullptr) return false;
  if (std::string line; fits_on_a_line(operand, line)) return false;  // it brings its own
  if (precedence(child->op) != precedence(parent)) return precedence(child->op) < precedence(parent);
  return is_left == (parent == BinaryOp::Power);
}

// The pieces of a chain of line filters: first as many as go on one line, then one on each.
std::vector<std::string> split_line_filters(const std::vector<std::string>& filters) {
  std::vector<std::string> lines;
  size_t i = 0;
  for (std::string chain; i < filters.size(); ++i) {
    const std::string longer = chain.empty() ? filters[i] : chain + " " + filters[i];
    if (longer.size() > kLineBytesMax && !chain.empty()) break;
    chain = longer;
    lines = {chain};
  }
  lines.insert(lines.end(), filters.begin() + static_cast<ptrdiff_t>(i), filters.end());
  return lines;
}

void append_split_log(std::string& out, const LogExpr& log, size_t level) {
  out += indent(level);
  syntax::append_matchers(out, log.matchers);
  for (size_t i = 0; i < log.stages.size();) {
    std::vector<std::string> filters;
    for (; i < log.stages.size(); ++i) {
      const auto* filter = std::get_if<LineFilterStage>(&log.stages[i]);
      if (filter == nullptr) break;
      for (std::string& part : syntax::line_filter_parts(filter->filter)) filters.push_back(std::move(part));
    }
    for (const std::string& line : split_line_filters(filters)) out += "\n" + indent(level + 1) + line;
    if (i == log.stages.size()) return;
    out += '\n';
    if (!std::holds_alternative<DecolorizeStage>(log.stages[i])) out += indent(level + 1);
    syntax::append_stage(out, log.stages[i]);
    ++i;
  }
}

void append_log(std::string& out, const LogExpr& log, size_t level) {
  const std::string line = print(log);
  if (line.size() > kLineBytesMax) {
    append_split_log(out, log, level);
  } else {
    out += indent(level) + line;
  }
}

void append_range(std::string& out, const LogRange& range, size_t level) {
  append_log(out, range.log, level);
  if (range.unwrap) {
    out += "\n" + indent(level + 1);
    syntax::append_unwrap(out, *range.unwrap);
    for (const LabelFilter& filter : range.unwrap->filters) {
      out += "\n" + indent(level + 1) + "| ";
      syntax::append_label_filter(out, filter);
    }
  }
  out += " [" + format_prometheus_duration(range.range_ns) + "]";
  if (range.offset_ns != 0) out += " offset " + format_prometheus_duration(range.offset_ns);
}

void append(std::string& out, const Expr& expr, size_t level);

void append_operand(std::string& out, BinaryOp parent, const Expr& operand, bool is_left, size_t level) {
  if (!needs_brackets(parent, operand, is_left)) {
    append(out, operand, level);
    return;
  }
  out += indent(level) + "(\n";
  append(out, operand, level + 1);
  out += "\n" + indent(level) + ")";
}

void append_split(std::string& out, const RangeAggregation& aggregation, size_t level) {
  out += indent(level) + to_string(aggregation.op) + "(\n";
  if (aggregation.parameter) {
    out += indent(level + 1);
    append_go_float(out, *aggregation.parameter, FloatForm::Fixed);
    out += ",\n";
  }
  append_range(out, aggregation.range, level + 1);
  out += "\n" + indent(level) + ")";
  syntax::append_grouping(out, aggregation.grouping, ", ");
}

void append_split(std::string& out, const VectorAggregation& aggregation, size_t level) {
  out += indent(level);
  syntax::append_vector_op(out, aggregation, ", ");
  out += "(\n";
  if (aggregation.parameter) out += indent(level + 1) + std::to_string(*aggregation.parameter) + ",\n";
  append(out, *aggregation.operand, level + 1);
  out += "\n" + indent(level) + ")";
}

void append_split(std::string& out, const BinaryOperation& operation, size_t level) {
  append_operand(out, operation.op, *operation.lhs, true, level + 1);
  out += "\n" + indent(level);
  std::string rhs;
  append_operand(rhs, operation.op, *operation.rhs, false, level + 1);
  syntax::append_operator(out, operation, ", ", rhs[2 * (level + 1)] == '(');
  out += "\n" + rhs;
}

void append_split(std::string& out, const LabelReplace& replace, size_t level) {
  out += indent(level) + "label_replace(\n";
  append(out, *replace.operand, level + 1);
  for (const std::string* text :
       {&replace.destination, &replace.replacement, &replace.source, &replace.regex}) {
    out += ",\n" + indent(level + 1) + quote(*text);
  }
  out += "\n" + indent(level) + ")";
}

void append_split(std::string& out, const Variants& variants, size_t level) {
  out += indent(level) + "variants(";
  const char* separator = "\n";
  for (const ExprPtr& variant : variants.variants) {
    out += separator;
    separator = ",\n";
    append(out, *variant, level + 1);
  }
  out += "\n" + indent(level) + ") of (\n";
  append_range(out, variants.of, level + 1);
  out += "\n" + indent(level) + ")";
}

void append_split(std::string& out, const LogExpr& log, size_t level) {
  append_split_log(out, log, level);
}

// Never longer than a line.
void append_split(std::string&, const Literal&, size_t) {}
void append_split(std::string&, const VectorLiteral&, size_t) {}

void append(std::string& out, const Expr& expr, size_t level) {
  std::string line;
  const bool is_number = expr.as<Literal>() != nullptr || expr.as<VectorLiteral>() != nullptr;
  if (fits_on_a_line(expr, line) || is_number) {
    out += indent(level) + line;
    return;
  }
  std::visit([&](const auto& node) { append_split(out, node, level); }, expr.node);
}

}  // namespace

std::string print_pretty(const Expr& expr) {
  std::string out;
  append(out, expr, 0);
  return out;
}

}  // namespace lokilib::logql
