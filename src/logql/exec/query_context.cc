// SPDX-License-Identifier: Apache-2.0
// query_context.cc: opening streams, reading batches, and the limits that are watched on the way.
#include "logql/exec/query_context.h"

#include <utility>

#include "base/make_error.h"
#include "model/byte_size.h"

namespace lokilib::logql {

Result<void> QueryContext::compile(const ScanPlan& scan, const std::optional<Unwrap>& unwrap) {
  LOKILIB_TRY_ASSIGN(auto pipeline, Pipeline::build(scan.stages, scan.pipeline));
  auto compiled =
      std::make_unique<CompiledScan>(CompiledScan{std::move(pipeline), std::nullopt, scan.number});
  if (unwrap) {
    LOKILIB_TRY_ASSIGN(compiled->unwrap, UnwrapStage::build(*unwrap, scan.pipeline));
  }
  if (compiled_.size() <= scan.number) {
    compiled_.resize(size_t{scan.number} + 1);
    counts_.resize(size_t{scan.number} + 1);
  }
  counts_[scan.number].stages.resize(compiled->pipeline.stage_numbers().size());
  compiled_[scan.number] = std::move(compiled);
  return {};
}

Result<void> QueryContext::compile(const PlanNode& node) {
  if (const auto* range = node.as<RangePlan>()) return compile(range->scan, range->unwrap);
  if (const auto* vector = node.as<VectorPlan>()) return compile(*vector->operand);
  if (const auto* replace = node.as<LabelReplacePlan>()) return compile(*replace->operand);
  if (const auto* binary = node.as<BinaryPlan>()) {
    LOKILIB_TRY(compile(*binary->lhs));
    return compile(*binary->rhs);
  }
  return {};
}

Result<void> QueryContext::compile(const Plan& plan) {
  if (const LogPlan* log = plan.log()) return compile(log->scan, std::nullopt);
  return compile(*plan.metric());
}

Result<std::vector<std::unique_ptr<StreamCursor>>> QueryContext::select(const ScanPlan& scan,
                                                                        const TimeRange& range,
                                                                        Direction direction,
                                                                        uint32_t batch_rows_max) {
  SelectRequest request;
  request.matchers = scan.matchers;
  request.range = range;
  request.direction = direction;
  request.predicate = scan.predicate;
  request.lines = scan.lines;
  request.metadata = scan.metadata;
  request.batch_rows_max = batch_rows_max;
  request.cancellation = request_.cancellation;
  return source_.select(request, stats_.scan);
}

Result<bool> QueryContext::next(const CompiledScan& scan, StreamCursor& cursor, Batch& batch) {
  if (request_.cancellation != nullptr) LOKILIB_TRY(request_.cancellation->check());
  const uint64_t limit = request_.limits.bytes_scanned_max;
  if (limit != 0 && stats_.scan.line_bytes_scanned > limit) {
    return make_error(
        ErrorCode::LimitExceeded,
        "the query would read too many bytes (query: {}, limit: {}); consider adding more specific "
        "stream selectors or reduce the time range of the query",
        format_byte_size(stats_.scan.line_bytes_scanned), format_byte_size(limit));
  }
  ScanCounts& counts = counts_[scan.number];
  const int64_t begin_ns = system_clock().monotonic_ns();
  const uint64_t scanned_before = stats_.scan.lines_scanned;
  LOKILIB_TRY_ASSIGN(const bool more, cursor.next(batch, stats_.scan));
  counts.source.duration_ns += system_clock().monotonic_ns() - begin_ns;
  counts.source.lines_in += stats_.scan.lines_scanned - scanned_before;
  if (!more) return false;
  counts.source.lines_out += batch.selection.size();
  LOKILIB_TRY(scan.pipeline.run(batch, counts.stages));
  if (!scan.unwrap) stats_.lines_passed += batch.selection.size();
  return true;
}

Result<void> QueryContext::unwrap(const CompiledScan& scan, Batch& batch, std::span<double> values) {
  StageCounts& counts = counts_[scan.number].unwrap;
  const int64_t begin_ns = system_clock().monotonic_ns();
  counts.lines_in += batch.selection.size();
  LOKILIB_TRY(scan.unwrap->run(batch, values));
  counts.lines_out += batch.selection.size();
  stats_.lines_passed += batch.selection.size();
  counts.duration_ns += system_clock().monotonic_ns() - begin_ns;
  return {};
}

void QueryContext::add_profile(const ScanPlan& scan, const std::optional<Unwrap>& unwrap) {
  const ScanCounts& counts = counts_[scan.number];
  ScanProfile profile{print(scan.matchers), {}, counts.duration_ns};
  const auto add = [&profile](std::string stage, const StageCounts& c) {
    profile.stages.push_back({std::move(stage), c.lines_in, c.lines_out, c.duration_ns});
  };
  std::string source = "read";
  for (const LineFilter& filter : scan.predicate.filters) source += ' ' + print(LineFilterStage{filter});
  add(std::move(source), counts.source);
  const auto numbers = compiled(scan).pipeline.stage_numbers();
  for (size_t i = 0; i < numbers.size(); ++i) add(print(scan.stages[numbers[i]]), counts.stages[i]);
  if (unwrap) add("| unwrap " + unwrap->label, counts.unwrap);
  stats_.scans.push_back(std::move(profile));
}

void QueryContext::add_profiles(const PlanNode& node) {
  if (const auto* range = node.as<RangePlan>()) add_profile(range->scan, range->unwrap);
  if (const auto* vector = node.as<VectorPlan>()) add_profiles(*vector->operand);
  if (const auto* replace = node.as<LabelReplacePlan>()) add_profiles(*replace->operand);
  if (const auto* binary = node.as<BinaryPlan>()) {
    add_profiles(*binary->lhs);
    add_profiles(*binary->rhs);
  }
}

QueryStats QueryContext::take_stats(const Plan& plan) {
  if (const LogPlan* log = plan.log()) {
    add_profile(log->scan, std::nullopt);
  } else {
    add_profiles(*plan.metric());
  }
  stats_.complete = stats_.scan.blocks_damaged == 0;
  return std::move(stats_);
}

Result<void> QueryContext::check_memory(size_t bytes) const {
  const uint64_t limit = request_.limits.memory_bytes_max;
  if (limit == 0 || kept_bytes_ + bytes <= limit) return {};
  return make_error(
      ErrorCode::LimitExceeded,
      "the query needs more than the {} of memory that one query may take; consider adding more "
      "specific stream selectors, reducing the time range, or aggregating by fewer labels",
      format_byte_size(limit));
}

}  // namespace lokilib::logql
