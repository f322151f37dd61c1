// SPDX-License-Identifier: Apache-2.0
// query.h: evaluate LogQL over any LogSource: log queries, instant and range metric queries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lokilib/cancellation.h>
#include <lokilib/export.h>
#include <lokilib/labels.h>
#include <lokilib/log_source.h>
#include <lokilib/logql.h>
#include <lokilib/result.h>
#include <lokilib/time_range.h>

namespace lokilib {

/// Bounds of one query. 0 means none, unless said otherwise.
struct QueryLimits {
  uint64_t series_max = 100'000;
  uint64_t entries_max = 1'000'000;
  uint64_t points_max = 11'000;            ///< (end - start) / step, as Loki
  uint64_t bytes_scanned_max = 0;          ///< bytes of lines
  uint64_t memory_bytes_max = 4ULL << 30;  ///< of results and states, by estimate
  int64_t length_ns_max = 0;               ///< end - start
};

/// What to evaluate and for when.
struct QueryRequest {
  enum class Kind : uint8_t {
    Instant,  ///< a metric at time end_ns
    Range,    ///< entries in [start_ns, end_ns), or a metric at start, start + step, ... up to end_ns
  };
  std::string query = {};
  Kind kind = Kind::Range;
  int64_t start_ns = 0;
  int64_t end_ns = 0;  ///< for Instant: the evaluation time
  int64_t step_ns =
      0;  ///< for metrics over a range; 0: Loki's default, max(1 s, floor((end - start) / 250 s))
  /// Evaluate a range metric at multiples of the step since the epoch: start is rounded down, end up. Loki
  /// does so where its query splitting is on (not when the conformance suite was recorded: there it is off).
  bool align_to_step = false;
  int64_t interval_ns = 0;  ///< for logs: leave out entries closer than this to the last one given
  uint64_t limit = 100;     ///< entries of a log query; 0: all
  Direction direction = Direction::Backward;
  /// For logs: LogResult::cursor of the page before, to go on behind it; the query and the direction stay as
  /// they were. Empty: the first page. Errors: `InvalidArgument`.
  std::string after = {};
  QueryLimits limits = {};
  /// Do as Loki does also where its behaviour is a plain mistake (see docs/logql.md). Off: the sane
  /// behaviour.
  bool loki_quirks = false;
  const Cancellation* cancellation = nullptr;  ///< may be null; outlives the call
};

/// The labels of an entry in a log result, by origin.
struct EntryLabels {
  LabelSet stream;  ///< the stream's labels that are left
  LabelSet structured_metadata;
  LabelSet parsed;  ///< also `__error__` and `__error_details__`

  friend bool operator==(const EntryLabels&, const EntryLabels&) = default;
};

struct ResultEntry {
  int64_t timestamp_ns = 0;
  std::string line;
  uint32_t labels = 0;  ///< index into LogResult::label_sets
};

/// Entries in the order of the query: by time, then by the stream's label set, then by arrival; backward is
/// the exact reverse.
struct LogResult {
  std::vector<EntryLabels> label_sets;  ///< distinct
  std::vector<ResultEntry> entries;
  /// Where this page ends, for QueryRequest::after; it stays good after flushes, compactions and restarts.
  /// Empty where fewer entries came than the limit allows: there is no more.
  std::string cursor = {};
};

struct Sample {
  int64_t timestamp_ns = 0;
  double value = 0;
};
struct Series {
  LabelSet labels;
  std::vector<Sample> samples;  ///< ascending in time; one for an instant query
};

/// Instant: one sample each, sorted by labels unless the query sorts by value.
struct VectorResult {
  std::vector<Series> series;
};
/// Range: sorted by labels.
struct MatrixResult {
  std::vector<Series> series;
};
struct ScalarResult {
  Sample sample;
};

/// One step that entries went through.
struct StageStats {
  std::string stage;  ///< as LogQL prints it; `read` and the filters left to it for the source
  uint64_t lines_in = 0;
  uint64_t lines_out = 0;
  int64_t duration_ns = 0;
};

/// One selection of streams: a log query has one, a metric query one per range aggregation.
struct ScanProfile {
  std::string selector;            ///< `{app="api"}`
  std::vector<StageStats> stages;  ///< the source first, then the stages that are run, in order
  int64_t duration_ns = 0;         ///< of all, with the merge or the aggregation
};

struct QueryStats {
  ScanStats scan;                  ///< of all scans
  std::vector<ScanProfile> scans;  ///< in the order of evaluation
  uint64_t lines_passed = 0;       ///< entries that came through the whole pipeline
  uint64_t entries_returned = 0;
  int64_t duration_ns = 0;
  bool complete = true;  ///< false: damage was skipped (see scan.damage)
};

/// For people: what was read, skipped and dropped, and where the time went; several lines.
LOKILIB_EXPORT std::string to_string(const QueryStats& stats);

struct QueryResult {
  std::variant<LogResult, VectorResult, MatrixResult, ScalarResult> data;
  QueryStats stats;
  std::vector<std::string> warnings;
};

/// Parses, plans and evaluates. Threads: any number of calls at once.
///
/// Errors: `InvalidQuery`, `Unsupported`, `LimitExceeded`, `VectorMatching`, `Cancelled`, `DeadlineExceeded`,
/// with Loki's texts where Loki has one, and what the source reports.
LOKILIB_EXPORT Result<QueryResult> evaluate(const QueryRequest& request, const LogSource& source);

/// The plan as text: what is read, pushed down and skipped.
LOKILIB_EXPORT Result<std::string> explain(const QueryRequest& request);

}  // namespace lokilib
