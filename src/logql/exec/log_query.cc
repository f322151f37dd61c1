// SPDX-License-Identifier: Apache-2.0
// log_query.cc: takes entries from the merge until the limit is reached, from the place on where the
// page before ended.
#include "logql/exec/log_query.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/exec/merge_by_time.h"
#include "logql/exec/page_cursor.h"
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

// Leaves out entries that are closer than the interval to the last one given.
class IntervalFilter {
 public:
  IntervalFilter(int64_t interval_ns, Direction direction)
      : interval_ns_(interval_ns), direction_(direction) {}

  // The last page ended at an entry of this time.
  void start_after(int64_t timestamp_ns) {
    has_last_ = true;
    last_ns_ = timestamp_ns;
  }

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

// Entries of one stream with equal time that a pipeline has made equal: Loki gives them once.
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

// The merge from a place on, which knows the place behind the last entry it gave.
class PagedMerge {
 public:
  PagedMerge(MergeByTime& merge, Direction direction, QueryContext& context)
      : merge_(merge), direction_(direction), context_(context) {}

  // Passes over what lies before the place; `seen` gets those entries of the place's run that the pages
  // before have given. `stream` is the number of the place's stream, or of the first behind it if it is gone.
  template <typename Seen>
  Result<void> start_after(const PagePlace& place, uint32_t stream, bool stream_exists, Seen seen) {
    std::vector<MergedEntry> run;  // the entries of the place's stream and time
    size_t bytes = 0;
    for (;;) {
      MergedEntry merged;
      LOKILIB_TRY_ASSIGN(const bool more, merge_.next(merged));
      if (!more) break;
      const bool same_time = merged.entry.timestamp_ns == place.timestamp_ns;
      const bool same_stream = stream_exists && merged.stream == stream;
      if (same_time && !same_stream && is_before(merged.stream, stream)) continue;
      if (!same_time || !same_stream) {
        ahead_ = std::move(merged);
        break;
      }
      bytes += merged.entry.line.size() + sizeof(merged);
      LOKILIB_TRY(context_.check_memory(bytes));
      run.push_back(std::move(merged));
    }
    const size_t before = std::min<uint64_t>(place.arrived_before, run.size());
    const size_t skipped = direction_ == Direction::Forward ? before : run.size() - before;
    for (size_t i = 0; i < skipped; ++i) {
      count(run[i]);
      seen(run[i]);
    }
    run.erase(run.begin(), run.begin() + static_cast<std::ptrdiff_t>(skipped));
    rest_of_run_ = std::move(run);
    return {};
  }

  Result<bool> next(MergedEntry& merged) {
    LOKILIB_TRY_ASSIGN(const bool more, take(merged));
    if (more) count(merged);
    return more;
  }

  // Behind the last entry given. Backward it reads on to the end of the entry's run: what is left of it is
  // counted from its oldest entry, since newer ones may still arrive. The merge is spent.
  Result<PagePlace> place(uint32_t query_checksum) {
    PagePlace place{direction_, run_time_ns_, merge_.stream_labels(run_stream_), run_count_, query_checksum};
    if (direction_ == Direction::Forward) return place;
    place.arrived_before = 0;
    for (MergedEntry merged;; ++place.arrived_before) {
      LOKILIB_TRY_ASSIGN(const bool more, take(merged));
      if (!more || merged.stream != run_stream_ || merged.entry.timestamp_ns != run_time_ns_) return place;
    }
  }

 private:
  bool is_before(uint32_t stream, uint32_t place_stream) const {
    return direction_ == Direction::Forward ? stream < place_stream : stream >= place_stream;
  }

  void count(const MergedEntry& merged) {
    if (run_count_ == 0 || merged.stream != run_stream_ || merged.entry.timestamp_ns != run_time_ns_) {
      run_stream_ = merged.stream;
      run_time_ns_ = merged.entry.timestamp_ns;
      run_count_ = 0;
    }
    ++run_count_;
  }

  Result<bool> take(MergedEntry& merged) {
    if (rest_next_ < rest_of_run_.size()) {
      merged = std::move(rest_of_run_[rest_next_++]);
      return true;
    }
    if (ahead_) {
      merged = std::move(*ahead_);
      ahead_.reset();
      return true;
    }
    return merge_.next(merged);
  }

  MergeByTime& merge_;
  Direction direction_;
  QueryContext& context_;
  std::vector<MergedEntry> rest_of_run_;  // given before the merge goes on
  size_t rest_next_ = 0;
  std::optional<MergedEntry> ahead_;  // given after that
  // Of the last entry given: its stream and time, and how many of those have been given.
  uint32_t run_stream_ = 0;
  int64_t run_time_ns_ = 0;
  uint64_t run_count_ = 0;
};

Result<std::optional<PagePlace>> place_of(const QueryRequest& request, uint32_t query_checksum) {
  if (request.after.empty()) return std::optional<PagePlace>();
  LOKILIB_TRY_ASSIGN(PagePlace place, parse_cursor(request.after));
  if (place.query_checksum != query_checksum) {
    return make_error(ErrorCode::InvalidArgument, "the cursor belongs to another query");
  }
  if (place.direction != request.direction) {
    return make_error(ErrorCode::InvalidArgument, "the cursor belongs to a query in the other direction");
  }
  return std::optional(std::move(place));
}

// What is left of the range from a place on.
TimeRange range_after(const PagePlace& place, TimeRange range) {
  if (place.direction == Direction::Forward) {
    range.begin_ns = std::max(range.begin_ns, place.timestamp_ns);
  } else {
    range.end_ns = std::min(range.end_ns, saturating_add(place.timestamp_ns, 1));
  }
  return range;
}

// One log query while it runs.
class LogQuery {
 public:
  LogQuery(const LogPlan& plan, QueryContext& context)
      : plan_(plan),
        context_(context),
        request_(context.request()),
        interval_(request_.interval_ns, request_.direction) {}

  Result<LogResult> run(const std::optional<PagePlace>& after) {
    const ScanTimer timer(context_.counts(plan_.scan));
    TimeRange range{request_.start_ns, request_.end_ns};
    if (after) range = range_after(*after, range);
    if (range.empty()) return std::move(result_);
    LOKILIB_TRY_ASSIGN(auto cursors,
                       context_.select(plan_.scan, range, request_.direction, batch_rows(request_.limit)));
    const auto at = after ? std::lower_bound(cursors.begin(), cursors.end(), after->stream,
                                             [](const auto& cursor, const LabelSet& labels) {
                                               return cursor->labels() < labels;
                                             })
                          : cursors.begin();
    const auto stream = static_cast<uint32_t>(at - cursors.begin());
    const bool stream_exists = after && at != cursors.end() && (*at)->labels() == after->stream;
    MergeByTime by_time(std::move(cursors), request_.direction, context_.compiled(plan_.scan), labels_,
                        context_);
    PagedMerge merge(by_time, request_.direction, context_);
    if (after) {
      interval_.start_after(after->timestamp_ns);
      LOKILIB_TRY(merge.start_after(*after, stream, stream_exists, [this](const MergedEntry& merged) {
        if (request_.loki_quirks) collapser_.is_repeated(merged);
      }));
    }
    LOKILIB_TRY(take_page(merge));
    result_.label_sets = labels_.take();
    return std::move(result_);
  }

 private:
  Result<void> take_page(PagedMerge& merge) {
    MergedEntry merged;
    size_t line_bytes = 0;
    while (!is_full()) {
      LOKILIB_TRY_ASSIGN(const bool more, merge.next(merged));
      if (!more) return {};
      if (request_.loki_quirks && collapser_.is_repeated(merged)) continue;
      if (!interval_.passes(merged.entry.timestamp_ns)) continue;
      if (const uint64_t max = request_.limits.entries_max; max != 0 && result_.entries.size() == max) {
        return make_error(ErrorCode::LimitExceeded, "the query gives more than {} entries; set a limit", max);
      }
      line_bytes += merged.entry.line.size();
      result_.entries.push_back(std::move(merged.entry));
      LOKILIB_TRY(context_.check_memory(line_bytes + result_.entries.size() * sizeof(ResultEntry) +
                                        labels_.memory_bytes()));
    }
    LOKILIB_TRY_ASSIGN(const PagePlace place, merge.place(plan_.query_checksum));
    result_.cursor = to_cursor(place);
    return {};
  }

  bool is_full() const { return request_.limit != 0 && result_.entries.size() >= request_.limit; }

  const LogPlan& plan_;
  QueryContext& context_;
  const QueryRequest& request_;
  ResultLabels labels_;
  IntervalFilter interval_;
  Collapser collapser_;
  LogResult result_;
};

}  // namespace

Result<LogResult> run_log_query(const LogPlan& plan, QueryContext& context) {
  LOKILIB_TRY_ASSIGN(const auto after, place_of(context.request(), plan.query_checksum));
  return LogQuery(plan, context).run(after);
}

}  // namespace lokilib::logql
