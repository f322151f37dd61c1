// SPDX-License-Identifier: Apache-2.0
// planner.cc: from the tree of a query to its plan: one pass down the tree, then the rules on every scan.
#include <utility>

#include "base/crc32c.h"
#include "base/make_error.h"
#include "logql/plan/plan.h"
#include "logql/plan/rules.h"

namespace lokilib::logql {
namespace {

// Whether sums over groups of entries may be taken as the entries are read: what is added up per series can
// be added up over series. Loki does so for the same functions.
bool adds_up(RangeOp op) {
  switch (op) {
    case RangeOp::CountOverTime:
    case RangeOp::Rate:
    case RangeOp::BytesOverTime:
    case RangeOp::BytesRate:
    case RangeOp::SumOverTime:
      return true;
    default:
      return false;
  }
}

class Planner {
 public:
  explicit Planner(const PlanOptions& options) : options_(options) {}

  Result<Plan> plan(const Expr& expr) {
    Plan plan;
    if (const auto* log = expr.as<LogExpr>()) {
      LogPlan log_plan{make_scan(*log), crc32c(print(expr) + (options_.loki_quirks ? "1" : "0"))};
      LOKILIB_TRY(check_stages(log_plan.scan));
      push_line_filters(log_plan.scan, options_);
      plan.root = std::move(log_plan);
    } else {
      LOKILIB_TRY_ASSIGN(auto root, plan_node(expr));
      plan.root = std::move(root);
    }
    plan.scan_count = scan_count_;
    plan.sorts_by_value = sorts_by_value_;
    return plan;
  }

 private:
  ScanPlan make_scan(const LogExpr& log) {
    ScanPlan scan;
    scan.number = scan_count_++;
    scan.matchers = log.matchers;
    scan.stages = log.stages;
    scan.pipeline.loki_quirks = options_.loki_quirks;
    return scan;
  }

  // Builds the stages as they were written: errors name them so, and filters that are pushed down are built
  // nowhere else but in the source.
  static Result<void> check_stages(const ScanPlan& scan) {
    const auto built = Pipeline::build(scan.stages, scan.pipeline);
    if (!built) return built.error();
    return {};
  }

  // `sum`: the grouping of a sum that may be done while reading; null if there is none.
  Result<PlanNodePtr> plan_range(const RangeAggregation& aggregation, const Grouping* sum) {
    RangePlan range;
    range.op = aggregation.op;
    range.parameter = aggregation.parameter.value_or(0);
    range.scan = make_scan(aggregation.range.log);
    range.unwrap = aggregation.range.unwrap;
    range.range_ns = aggregation.range.range_ns;
    range.offset_ns = aggregation.range.offset_ns;
    range.grouping = aggregation.grouping;
    if (sum != nullptr) {
      range.grouping = *sum;
      range.includes_sum = true;
    }
    drop_line_format(range);
    find_needed_fields(range);
    LOKILIB_TRY(check_stages(range.scan));
    push_line_filters(range.scan, options_);
    find_line_needs(range);
    return make_node(std::move(range));
  }

  Result<PlanNodePtr> plan_vector(const VectorAggregation& aggregation) {
    const Grouping grouping = aggregation.grouping.value_or(Grouping{});
    if (aggregation.op == VectorOp::Sum) {
      const auto* range = aggregation.operand->as<RangeAggregation>();
      if (range != nullptr && adds_up(range->op) && !range->grouping) return plan_range(*range, &grouping);
    }
    if (aggregation.op == VectorOp::Sort || aggregation.op == VectorOp::SortDesc) sorts_by_value_ = true;
    VectorPlan vector;
    vector.op = aggregation.op;
    vector.parameter = aggregation.parameter.value_or(0);
    vector.grouping = grouping;
    LOKILIB_TRY_ASSIGN(vector.operand, plan_vector_operand(*aggregation.operand));
    return make_node(std::move(vector));
  }

  Result<PlanNodePtr> plan_binary(const BinaryOperation& operation) {
    BinaryPlan binary;
    binary.op = operation.op;
    binary.return_bool = operation.return_bool;
    binary.matching = operation.matching.value_or(VectorMatching{});
    LOKILIB_TRY_ASSIGN(binary.lhs, plan_node(*operation.lhs));
    LOKILIB_TRY_ASSIGN(binary.rhs, plan_node(*operation.rhs));
    return make_node(std::move(binary));
  }

  // Loki (recorded, 3.7.6): a number parses as an operand of aggregations, but is no vector.
  Result<PlanNodePtr> plan_vector_operand(const Expr& expr) {
    if (expr.as<Literal>() != nullptr) {
      if (options_.loki_quirks) {
        return make_error(
            ErrorCode::Internal,
            "unexpected expr type (*syntax.LiteralExpr) for Evaluator type (*logql.DefaultEvaluator) ");
      }
      return make_error(ErrorCode::InvalidQuery, "a number is no vector: write vector({}) instead",
                        print(expr));
    }
    return plan_node(expr);
  }

  Result<PlanNodePtr> plan_node(const Expr& expr) {
    if (const auto* range = expr.as<RangeAggregation>()) return plan_range(*range, nullptr);
    if (const auto* vector = expr.as<VectorAggregation>()) return plan_vector(*vector);
    if (const auto* binary = expr.as<BinaryOperation>()) return plan_binary(*binary);
    if (const auto* literal = expr.as<Literal>()) return make_node(ScalarPlan{literal->value});
    if (const auto* constant = expr.as<VectorLiteral>()) return make_node(ConstantPlan{constant->value});
    if (const auto* replace = expr.as<LabelReplace>()) {
      LabelReplacePlan plan{nullptr, replace->destination, replace->replacement, replace->source,
                            replace->regex};
      LOKILIB_TRY_ASSIGN(plan.operand, plan_vector_operand(*replace->operand));
      return make_node(std::move(plan));
    }
    if (expr.as<Variants>() != nullptr) {
      return make_error(ErrorCode::InvalidQuery, "multi variant queries are disabled for this instance");
    }
    return make_error(ErrorCode::InvalidQuery, "a log query cannot be the operand of a metric query");
  }

  template <typename Node>
  static PlanNodePtr make_node(Node node) {
    return std::make_unique<PlanNode>(PlanNode{std::move(node)});
  }

  const PlanOptions& options_;
  uint32_t scan_count_ = 0;
  bool sorts_by_value_ = false;
};

}  // namespace

Result<Plan> plan_query(const Expr& expr, const PlanOptions& options) {
  return Planner(options).plan(expr);
}

}  // namespace lokilib::logql
