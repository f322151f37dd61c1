// SPDX-License-Identifier: Apache-2.0
// query_context.h: what every part of a running query shares: the request, the source, compiled scans, limits
// and statistics. Checks are made once per batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/log_source.h>
#include <lokilib/query.h>

#include "logql/pipeline/pipeline.h"
#include "logql/plan/plan.h"

namespace lokilib::logql {

/// The stages of one scan, ready to run.
struct CompiledScan {
  Pipeline pipeline;
  std::optional<UnwrapStage> unwrap;
};

class QueryContext {
 public:
  QueryContext(const QueryRequest& request, const LogSource& source) : request_(request), source_(source) {}

  const QueryRequest& request() const { return request_; }
  const LogSource& source() const { return source_; }
  QueryStats& stats() { return stats_; }

  /// Builds the stages of all scans of a plan. Errors: those of Pipeline::build.
  Result<void> compile(const Plan& plan);
  const CompiledScan& compiled(const ScanPlan& scan) const { return *compiled_[scan.number]; }

  /// Opens the streams of a scan.
  Result<std::vector<std::unique_ptr<StreamCursor>>> select(const ScanPlan& scan, const TimeRange& range,
                                                            Direction direction, uint32_t batch_rows_max);

  /// Reads the cursor's next batch, after a look at cancellation and limits.
  Result<bool> next(StreamCursor& cursor, Batch& batch);

  /// Says how much memory results and states take now beside what was kept(); `LimitExceeded` if too much.
  Result<void> check_memory(size_t bytes) const;
  /// Adds memory that stays until the end of the query.
  void keep_memory(size_t bytes) { kept_bytes_ += bytes; }

 private:
  Result<void> compile(const PlanNode& node);
  Result<void> compile(const ScanPlan& scan, const std::optional<Unwrap>& unwrap);

  const QueryRequest& request_;
  const LogSource& source_;
  QueryStats stats_;
  std::vector<std::unique_ptr<CompiledScan>> compiled_;
  size_t kept_bytes_ = 0;
};

}  // namespace lokilib::logql
