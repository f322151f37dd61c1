// SPDX-License-Identifier: Apache-2.0
// query_context.h: what every part of a running query shares: the request, the source, compiled scans, limits
// and statistics. Checks are made once per batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/clock.h>
#include <lokilib/log_source.h>
#include <lokilib/query.h>

#include "logql/pipeline/pipeline.h"
#include "logql/plan/plan.h"

namespace lokilib::logql {

/// The stages of one scan, ready to run.
struct CompiledScan {
  Pipeline pipeline;
  std::optional<UnwrapStage> unwrap;
  uint32_t number = 0;  ///< ScanPlan::number
};

/// What a scan has done so far, counted once per batch.
struct ScanCounts {
  StageCounts source;
  std::vector<StageCounts> stages;  ///< one for each stage that runs
  StageCounts unwrap;
  int64_t duration_ns = 0;
};

/// Adds the time of its life to a scan.
class ScanTimer {
 public:
  explicit ScanTimer(ScanCounts& counts) : counts_(counts), begin_ns_(system_clock().monotonic_ns()) {}
  ~ScanTimer() { counts_.duration_ns += system_clock().monotonic_ns() - begin_ns_; }
  ScanTimer(const ScanTimer&) = delete;
  ScanTimer& operator=(const ScanTimer&) = delete;

 private:
  ScanCounts& counts_;
  int64_t begin_ns_;
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

  /// Reads the cursor's next batch and runs the scan's pipeline over it, after a look at cancellation and
  /// limits. Also where no row is left it is true; false at the end.
  Result<bool> next(const CompiledScan& scan, StreamCursor& cursor, Batch& batch);
  /// Runs the scan's unwrap over it; values.size() == batch.row_count().
  Result<void> unwrap(const CompiledScan& scan, Batch& batch, std::span<double> values);

  ScanCounts& counts(const ScanPlan& scan) { return counts_[scan.number]; }
  /// Closes the statistics: the object is spent.
  QueryStats take_stats(const Plan& plan);

  /// Says how much memory results and states take now beside what was kept(); `LimitExceeded` if too much.
  Result<void> check_memory(size_t bytes) const;
  /// Adds memory that stays until the end of the query.
  void keep_memory(size_t bytes) { kept_bytes_ += bytes; }

 private:
  Result<void> compile(const PlanNode& node);
  Result<void> compile(const ScanPlan& scan, const std::optional<Unwrap>& unwrap);
  void add_profiles(const PlanNode& node);
  void add_profile(const ScanPlan& scan, const std::optional<Unwrap>& unwrap);

  const QueryRequest& request_;
  const LogSource& source_;
  QueryStats stats_;
  std::vector<std::unique_ptr<CompiledScan>> compiled_;
  std::vector<ScanCounts> counts_;  // by number of scan
  size_t kept_bytes_ = 0;
};

}  // namespace lokilib::logql
