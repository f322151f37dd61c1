// SPDX-License-Identifier: Apache-2.0
// plan.h: what a query will read, skip and do, as plain data: the tree of the query after the planner's
// rules. A plan holds no compiled thing, so it can be printed (explain), compared in tests and run by any
// executor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <lokilib/log_source.h>
#include <lokilib/logql.h>
#include <lokilib/result.h>

#include "logql/pipeline/pipeline.h"

namespace lokilib::logql {

struct PlanOptions {
  bool source_applies_predicate = false;  ///< see LogSource::applies_predicate
  bool loki_quirks = false;               ///< see QueryRequest::loki_quirks
};

/// One selection of streams, what the source is asked for, and the stages that the engine runs itself.
struct ScanPlan {
  uint32_t number = 0;  ///< of the scan within the query, from 0, in the order of evaluation
  std::vector<Matcher> matchers;
  LinePredicate predicate;  ///< left to the source
  std::vector<Stage> stages;
  PipelineOptions pipeline;
  LineNeeds lines = LineNeeds::Text;
  MetadataNeeds metadata;
};

struct LogPlan {
  ScanPlan scan;
  /// CRC-32C of the query as printed, and of the options that its answer depends on: a cursor is good for the
  /// query that made it only.
  uint32_t query_checksum = 0;
};

struct PlanNode;
using PlanNodePtr = std::unique_ptr<PlanNode>;

struct RangePlan {
  RangeOp op = RangeOp::CountOverTime;
  double parameter = 0;  ///< the quantile
  ScanPlan scan;
  std::optional<Unwrap> unwrap;
  int64_t range_ns = 0;
  int64_t offset_ns = 0;
  /// Applied to entries as they are read. None: every final label set is a series of its own.
  std::optional<Grouping> grouping;
  /// The grouping is that of a `sum` above, which is thereby done: partial sums add up.
  bool includes_sum = false;
  /// Entries in a parser's error are counted like others.
  bool keeps_parser_errors = false;
};

struct VectorPlan {
  VectorOp op = VectorOp::Sum;
  int64_t parameter = 0;
  PlanNodePtr operand;
  Grouping grouping;  ///< without one: `by ()`
};

struct BinaryPlan {
  BinaryOp op = BinaryOp::Add;
  PlanNodePtr lhs;
  PlanNodePtr rhs;
  bool return_bool = false;
  VectorMatching matching;
};

struct LabelReplacePlan {
  PlanNodePtr operand;
  std::string destination;
  std::string replacement;
  std::string source;
  std::string regex;
};

struct ScalarPlan {
  double value = 0;
};

/// `vector(n)`: one series without labels.
struct ConstantPlan {
  double value = 0;
};

struct PlanNode {
  std::variant<RangePlan, VectorPlan, BinaryPlan, LabelReplacePlan, ScalarPlan, ConstantPlan> node;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

struct Plan {
  std::variant<LogPlan, PlanNodePtr> root;
  uint32_t scan_count = 0;
  bool sorts_by_value = false;  ///< `sort` or `sort_desc` anywhere: an instant result keeps its order

  const LogPlan* log() const { return std::get_if<LogPlan>(&root); }
  const PlanNode* metric() const {
    const auto* node = std::get_if<PlanNodePtr>(&root);
    return node == nullptr ? nullptr : node->get();
  }
};

/// Errors: `InvalidQuery` for what cannot be evaluated at all, with Loki's text (variants).
Result<Plan> plan_query(const Expr& expr, const PlanOptions& options);

/// The plan for people, one line per step, operands indented below; and the same as JSON.
std::string explain_text(const Plan& plan);
std::string explain_json(const Plan& plan);

}  // namespace lokilib::logql
