// SPDX-License-Identifier: Apache-2.0
// log_query.cc: takes entries from the merge until the limit is reached.
#include "logql/exec/log_query.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/exec/merge_by_time.h"
#include "logql/exec/result_labels.h"
#include "logql/exec/steps.h"

namespace lokilib::logql {
namespace {

// Few rows at a time where few are wanted: of 1,000 streams most are then read a little or not at all.
constexpr uint64_t kBatchRowsMin = 64;

uint32_t batch_rows(uint64_t limit) {
  if (limit == 0) return kBatchRowsMax;
  return static_cast<uint32_t>(std::clamp<uint64_t>(limit, kBatchRowsMin, kBatchRowsMax));
}

// Leaves out entries that are closer than the interval to the last one given (section 13.3 of Loki's rules).
class IntervalFilter {
 public:
  IntervalFilter(int64_t interval_ns, Direction direction)
      : interval_ns_(interval_ns), direction_(direction) {}

  bool passes(int64_t timestamp_ns) {
    if (interval_ns_ > 0 && has_last_) {
      const bool too_close = direction_ == Direction::Forward
                                 ? timestamp_ns < saturating_add(last_ns_, interval_ns_)
                                 : timestamp_ns > saturating_subtract(last_ns_, interval_ns_);
      if (too_close) return false;
    }
    has_last_ = true;
    last_ns_ = timestamp_ns;
    return true;
  }

 private:
  int64_t interval_ns_;
  Direction direction_;
  bool has_last_ = false;
  int64_t last_ns_ = 0;
};

// Entries of one stream with equal time that a pipeline has made equal: Loki gives them once (section 13.5).
class Collapser {
 public:
  bool is_repeated(const MergedEntry& merged) {
    if (entries_.empty() || entries_.front().entry.timestamp_ns != merged.entry.timestamp_ns)
      entries_.clear();
    for (const MergedEntry& earlier : entries_) {
      if (earlier.stream == merged.stream && earlier.entry.labels == merged.entry.labels &&
          earlier.entry.line == merged.entry.line) {
        return true;
      }
    }
    entries_.push_back(merged);
    return false;
  }

 private:
  std::vector<MergedEntry> entries_;  // of the current time
};

}  // namespace

Result<LogResult> run_log_query(const LogPlan& plan, QueryContext& context) {
  const QueryRequest& request = context.request();
  LogResult result;
  const TimeRange range{request.start_ns, request.end_ns};
  if (range.empty()) return result;
  LOKILIB_TRY_ASSIGN(auto cursors,
                     context.select(plan.scan, range, request.direction, batch_rows(request.limit)));
  ResultLabels labels;
  MergeByTime merge(std::move(cursors), request.direction, context.compiled(plan.scan), labels, context);
  IntervalFilter interval(request.interval_ns, request.direction);
  Collapser collapser;
  MergedEntry merged;
  size_t line_bytes = 0;
  while (request.limit == 0 || result.entries.size() < request.limit) {
    LOKILIB_TRY_ASSIGN(const bool more, merge.next(merged));
    if (!more) break;
    if (request.loki_quirks && collapser.is_repeated(merged)) continue;
    if (!interval.passes(merged.entry.timestamp_ns)) continue;
    if (const uint64_t max = request.limits.entries_max; max != 0 && result.entries.size() == max) {
      return make_error(ErrorCode::LimitExceeded, "the query gives more than {} entries; set a limit", max);
    }
    line_bytes += merged.entry.line.size();
    result.entries.push_back(std::move(merged.entry));
    LOKILIB_TRY(context.check_memory(line_bytes + result.entries.size() * sizeof(ResultEntry) +
                                     labels.memory_bytes()));
  }
  result.label_sets = labels.take();
  return result;
}

}  // namespace lokilib::logql
