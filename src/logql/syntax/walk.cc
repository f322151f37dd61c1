// SPDX-License-Identifier: Apache-2.0
// walk.cc: visits a tree in the order in which it was written.
#include <lokilib/logql.h>

namespace lokilib::logql {
namespace {

void walk_log(const LogExpr& log, Visitor& visitor) {
  visitor.visit(log);
  for (const Stage& stage : log.stages) visitor.visit(stage);
}

void walk_range(const LogRange& range, Visitor& visitor) {
  visitor.visit(range);
  walk_log(range.log, visitor);
}

struct Children {
  Visitor& visitor;

  void operator()(const LogExpr& log) const { walk_log(log, visitor); }
  void operator()(const RangeAggregation& aggregation) const { walk_range(aggregation.range, visitor); }
  void operator()(const VectorAggregation& aggregation) const { walk(*aggregation.operand, visitor); }
  void operator()(const BinaryOperation& operation) const {
    walk(*operation.lhs, visitor);
    walk(*operation.rhs, visitor);
  }
  void operator()(const Literal&) const {}
  void operator()(const LabelReplace& replace) const { walk(*replace.operand, visitor); }
  void operator()(const VectorLiteral&) const {}
  void operator()(const Variants& variants) const {
    for (const ExprPtr& variant : variants.variants) walk(*variant, visitor);
    walk_range(variants.of, visitor);
  }
};

}  // namespace

void walk(const Expr& expr, Visitor& visitor) {
  if (visitor.enter(expr)) std::visit(Children{visitor}, expr.node);
}

}  // namespace lokilib::logql
