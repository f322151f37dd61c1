// SPDX-License-Identifier: Apache-2.0
// query_context.cc: opening streams, reading batches, and the limits that are watched on the way.
#include "logql/exec/query_context.h"

#include <utility>

#include "base/make_error.h"
#include "model/byte_size.h"

namespace lokilib::logql {

Result<void> QueryContext::compile(const ScanPlan& scan, const std::optional<Unwrap>& unwrap) {
  LOKILIB_TRY_ASSIGN(auto pipeline, Pipeline::build(scan.stages, scan.pipeline));
  auto compiled = std::make_unique<CompiledScan>(CompiledScan{std::move(pipeline), std::nullopt});
  if (unwrap) {
    LOKILIB_TRY_ASSIGN(compiled->unwrap, UnwrapStage::build(*unwrap, scan.pipeline));
  }
  if (compiled_.size() <= scan.number) compiled_.resize(size_t{scan.number} + 1);
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

Result<bool> QueryContext::next(StreamCursor& cursor, Batch& batch) {
  if (request_.cancellation != nullptr) LOKILIB_TRY(request_.cancellation->check());
  const uint64_t limit = request_.limits.bytes_scanned_max;
  if (limit != 0 && stats_.scan.line_bytes_scanned > limit) {
    return make_error(
        ErrorCode::LimitExceeded,
        "the query would read too many bytes (query: {}, limit: {}); consider adding more specific "
        "stream selectors or reduce the time range of the query",
        format_byte_size(stats_.scan.line_bytes_scanned), format_byte_size(limit));
  }
  return cursor.next(batch, stats_.scan);
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
