// SPDX-License-Identifier: Apache-2.0
// engine.cc: evaluate() and explain(): parse, check, plan, compile, run. Everything is parsed, planned and
// compiled once; nothing is read before all of that has succeeded.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <lokilib/clock.h>
#include <lokilib/logql.h>
#include <lokilib/query.h>

#include "base/make_error.h"
#include "logql/exec/binary_op.h"
#include "logql/exec/label_replace.h"
#include "logql/exec/log_query.h"
#include "logql/exec/query_checks.h"
#include "logql/exec/query_context.h"
#include "logql/exec/range_scan.h"
#include "logql/exec/steps.h"
#include "logql/exec/vector_aggregate.h"
#include "logql/plan/plan.h"

namespace lokilib {
namespace logql {
namespace {

StepVector constant_series(double value, const StepGrid& grid) {
  StepSeries series;
  for (uint32_t step = 0; step < grid.count; ++step) series.add(step, value);
  return {std::move(series)};
}

Result<StepVector> run(const PlanNode& node, const StepGrid& grid, QueryContext& context);

Result<StepVector> run(const BinaryPlan& plan, const StepGrid& grid, QueryContext& context) {
  const auto* left_number = plan.lhs->as<ScalarPlan>();
  const auto* right_number = plan.rhs->as<ScalarPlan>();
  if (left_number != nullptr && right_number != nullptr) {
    return constant_series(apply(plan.op, left_number->value, right_number->value), grid);
  }
  if (left_number != nullptr) {
    LOKILIB_TRY_ASSIGN(auto rhs, run(*plan.rhs, grid, context));
    return combine(plan, left_number->value, std::move(rhs));
  }
  LOKILIB_TRY_ASSIGN(auto lhs, run(*plan.lhs, grid, context));
  if (right_number != nullptr) return combine(plan, std::move(lhs), right_number->value);
  LOKILIB_TRY_ASSIGN(auto rhs, run(*plan.rhs, grid, context));
  return combine(plan, std::move(lhs), std::move(rhs), grid);
}

// One series per label set, sorted, unless the query sorts by value.
Result<StepVector> run(const PlanNode& node, const StepGrid& grid, QueryContext& context) {
  if (const auto* range = node.as<RangePlan>()) return scan_range(*range, grid, context);
  if (const auto* vector = node.as<VectorPlan>()) {
    LOKILIB_TRY_ASSIGN(auto operand, run(*vector->operand, grid, context));
    return aggregate(*vector, std::move(operand), grid);
  }
  if (const auto* binary = node.as<BinaryPlan>()) return run(*binary, grid, context);
  if (const auto* replace = node.as<LabelReplacePlan>()) {
    LOKILIB_TRY_ASSIGN(auto operand, run(*replace->operand, grid, context));
    return replace_labels(*replace, std::move(operand));
  }
  if (const auto* scalar = node.as<ScalarPlan>()) return constant_series(scalar->value, grid);
  return constant_series(node.as<ConstantPlan>()->value, grid);
}

void sort_by_labels(std::vector<Series>& series) {
  std::stable_sort(series.begin(), series.end(),
                   [](const Series& a, const Series& b) { return a.labels < b.labels; });
}

// Two samples with equal labels stay two elements, as in Loki.
VectorResult to_vector(StepVector vector, const StepGrid& grid, bool keeps_order) {
  VectorResult result;
  for (const StepSeries& series : vector) {
    for (const double value : series.values)
      result.series.push_back({series.labels, {{grid.first_ns, value}}});
  }
  if (!keeps_order) sort_by_labels(result.series);
  return result;
}

// Series with equal labels (label_replace makes them) become one, with all their samples, as in Loki.
MatrixResult to_matrix(StepVector vector, const StepGrid& grid) {
  std::vector<Series> all;
  all.reserve(vector.size());
  for (StepSeries& series : vector) {
    Series& out = all.emplace_back();
    out.labels = std::move(series.labels);
    out.samples.reserve(series.steps.size());
    for (size_t i = 0; i < series.steps.size(); ++i) {
      out.samples.push_back({grid.time_ns(series.steps[i]), series.values[i]});
    }
  }
  sort_by_labels(all);
  MatrixResult result;
  for (Series& series : all) {
    if (result.series.empty() || result.series.back().labels != series.labels) {
      result.series.push_back(std::move(series));
      continue;
    }
    std::vector<Sample>& samples = result.series.back().samples;
    samples.insert(samples.end(), series.samples.begin(), series.samples.end());
    std::stable_sort(samples.begin(), samples.end(),
                     [](const Sample& a, const Sample& b) { return a.timestamp_ns < b.timestamp_ns; });
  }
  return result;
}

Result<void> run_metric(const Plan& plan, QueryContext& context, QueryResult& result) {
  const QueryRequest& request = context.request();
  LOKILIB_TRY_ASSIGN(const StepGrid grid, step_grid(request));
  const PlanNode& root = *plan.metric();
  if (const auto* scalar = root.as<ScalarPlan>();
      scalar != nullptr && request.kind == QueryRequest::Kind::Instant) {
    result.data = ScalarResult{{request.end_ns, scalar->value}};
    return {};
  }
  LOKILIB_TRY_ASSIGN(StepVector vector, run(root, grid, context));
  LOKILIB_TRY(check_series_count(vector.size(), request.limits));
  if (request.kind == QueryRequest::Kind::Instant) {
    result.data = to_vector(std::move(vector), grid, plan.sorts_by_value);
  } else {
    result.data = to_matrix(std::move(vector), grid);
  }
  return {};
}

uint64_t count_returned(const QueryResult& result) {
  if (const auto* logs = std::get_if<LogResult>(&result.data)) return logs->entries.size();
  if (const auto* vector = std::get_if<VectorResult>(&result.data)) return vector->series.size();
  if (const auto* matrix = std::get_if<MatrixResult>(&result.data)) return matrix->series.size();
  return 1;
}

Result<Plan> prepare(const QueryRequest& request, const PlanOptions& options) {
  LOKILIB_TRY_ASSIGN(const Expr expr, parse(request.query));
  LOKILIB_TRY(check_request(request, expr));
  return plan_query(expr, options);
}

}  // namespace
}  // namespace logql

Result<QueryResult> evaluate(const QueryRequest& request, const LogSource& source) {
  const int64_t begin_ns = system_clock().monotonic_ns();
  logql::PlanOptions options;
  options.source_applies_predicate = source.applies_predicate();
  options.loki_quirks = request.loki_quirks;
  LOKILIB_TRY_ASSIGN(const logql::Plan plan, logql::prepare(request, options));
  logql::QueryContext context(request, source);
  LOKILIB_TRY(context.compile(plan));

  QueryResult result;
  if (const logql::LogPlan* log = plan.log()) {
    LOKILIB_TRY_ASSIGN(result.data, logql::run_log_query(*log, context));
  } else {
    LOKILIB_TRY(logql::run_metric(plan, context, result));
  }
  result.stats = context.take_stats(plan);
  result.stats.entries_returned = logql::count_returned(result);
  result.stats.duration_ns = system_clock().monotonic_ns() - begin_ns;
  return result;
}

Result<std::string> explain(const QueryRequest& request) {
  logql::PlanOptions options;
  options.source_applies_predicate = true;  // as lokilib's own storage does
  options.loki_quirks = request.loki_quirks;
  LOKILIB_TRY_ASSIGN(const logql::Plan plan, logql::prepare(request, options));
  return logql::explain_text(plan);
}

}  // namespace lokilib
