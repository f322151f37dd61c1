// SPDX-License-Identifier: Apache-2.0
// range_scan.cc: batches of each stream go through the pipeline, rows are given groups, and an accumulator
// keeps what the function needs per group. A RangeWorker holds all that changes, so that several can share
// the streams and be merged.
#include "logql/exec/range_scan.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/exec/label_keys.h"
#include "logql/exec/range_functions.h"
#include "logql/exec/range_window.h"

namespace lokilib::logql {
namespace {

// Where windows are this many times rarer than long, each is read for itself.
constexpr int64_t kStepsPerRangeMin = 4;

Error pipeline_error(const Batch& batch, size_t row) {
  const std::string_view error = batch.errors.get(row);
  return make_error(
      ErrorCode::InvalidQuery,
      "pipeline error: '{0}' for series: '{1}'.\n"
      "Use a label filter to intentionally skip this error. (e.g | __error__!=\"{0}\").\n"
      "To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n"
      "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n",
      error, join_categories(labels_of_row(batch, row)).to_string());
}

// The labels of a series where nothing was: those that the selector's `=` matchers fix.
LabelSet labels_of_absent(const std::vector<Matcher>& matchers) {
  std::vector<Label> labels;
  for (const Matcher& matcher : matchers) {
    const auto same_name = [&](const Matcher& other) { return other.name() == matcher.name(); };
    if (matcher.op() != MatchOp::Equal || matcher.name() == "__name__" || matcher.value().empty()) continue;
    if (std::count_if(matchers.begin(), matchers.end(), same_name) != 1) continue;
    labels.push_back({matcher.name(), matcher.value()});
  }
  std::sort(labels.begin(), labels.end());
  return LabelSet::from_sorted(std::move(labels));
}

LabelChoice series_labels(const RangePlan& plan) {
  if (plan.op == RangeOp::AbsentOverTime) return {LabelChoice::Kind::Only, {}};
  return LabelChoice::of(plan.grouping,
                         plan.unwrap ? std::string_view(plan.unwrap->label) : std::string_view());
}

class RangeWorker {
 public:
  RangeWorker(const RangePlan& plan, const Windows& windows)
      : plan_(plan),
        windows_(windows),
        keys_(series_labels(plan)),
        accumulator_(create_accumulator(plan.op, plan.parameter, plan.unwrap.has_value(), windows)) {}

  Result<void> read(StreamCursor& cursor, const CompiledScan& scan, QueryContext& context) {
    keys_.begin_stream(cursor.labels());
    stream_group_.reset();
    for (;;) {
      LOKILIB_TRY_ASSIGN(const bool more, context.next(scan, cursor, batch_));
      if (!more) return {};
      if (scan.unwrap && !batch_.selection.empty()) {
        LOKILIB_TRY(context.unwrap(scan, batch_, {values_.data(), batch_.row_count()}));
      }
      if (batch_.selection.empty()) continue;
      LOKILIB_TRY(check_errors());
      add_batch();
      LOKILIB_TRY(context.check_memory(memory_bytes()));
    }
  }

  // The series, in no order; the worker is spent.
  StepVector finish() {
    StepVector result;
    for (uint32_t group = 0; group < groups_.size(); ++group) {
      StepSeries series;
      accumulator_->finish(group, series);
      if (series.steps.empty()) continue;
      series.labels = groups_.labels(group);
      result.push_back(std::move(series));
    }
    return result;
  }

 private:
  // An entry in an error fails the query if it is in a window, unless the query asks for errors.
  Result<void> check_errors() const {
    if (batch_.errors.unused()) return {};
    for (const uint16_t row : batch_.selection.rows()) {
      const std::string_view error = batch_.errors.get(row);
      if (error.empty()) continue;
      if (plan_.keeps_parser_errors && (error == "JSONParserErr" || error == "LogfmtParserErr")) continue;
      if (!windows_.cell(batch_.timestamps_ns()[row]).in_no_window()) return pipeline_error(batch_, row);
    }
    return {};
  }

  void add_batch() {
    GroupedRows rows;
    rows.rows = batch_.selection.rows();
    rows.timestamps_ns = batch_.timestamps_ns();
    rows.values = values();
    keys_.begin_batch(batch_);
    if (keys_.is_constant()) {
      if (!stream_group_) stream_group_ = group_of(rows.rows.front());
      rows.group = *stream_group_;
    } else {
      for (const uint16_t row : rows.rows) row_groups_[row] = group_of(row);
      rows.groups = row_groups_;
    }
    accumulator_->add(rows);
  }

  // What the function works on, by row.
  std::span<const double> values() {
    if (plan_.unwrap) return values_;
    if (plan_.op != RangeOp::BytesOverTime && plan_.op != RangeOp::BytesRate) return {};
    for (const uint16_t row : batch_.selection.rows()) {
      values_[row] = static_cast<double>(plan_.scan.lines == LineNeeds::Text ? batch_.lines()[row].size()
                                                                             : batch_.line_sizes()[row]);
    }
    return values_;
  }

  uint32_t group_of(size_t row) {
    bool is_new = false;
    const uint32_t key = keys_.find_or_add(row, is_new);
    if (is_new) key_groups_.push_back(groups_.intern(join_categories(keys_.labels(row))));
    return key_groups_[key];
  }

  size_t memory_bytes() const {
    return keys_.memory_bytes() + groups_.memory_bytes() + accumulator_->memory_bytes();
  }

  const RangePlan& plan_;
  const Windows& windows_;
  LabelKeys keys_;
  LabelSetTable groups_;
  std::vector<uint32_t> key_groups_;  // by key
  std::unique_ptr<RangeAccumulator> accumulator_;
  std::optional<uint32_t> stream_group_;  // of rows that have just the stream's labels
  Batch batch_;
  std::array<double, kBatchRowsMax> values_;
  std::array<uint32_t, kBatchRowsMax> row_groups_;
};

// What to read: one range, or one per window where much lies between them.
std::vector<TimeRange> ranges_to_read(const RangePlan& plan, const Windows& windows) {
  const StepGrid& grid = windows.grid();
  const bool windows_are_rare = grid.step_ns / kStepsPerRangeMin >= plan.range_ns && grid.count > 1;
  if (!windows_are_rare) return {windows.time_range()};
  std::vector<TimeRange> ranges;
  for (uint32_t step = 0; step < grid.count; ++step) ranges.push_back(windows.time_range(step, step));
  return ranges;
}

// Steps without any sample, as one series with value 1.
StepVector absent_steps(const StepVector& present, const RangePlan& plan, const StepGrid& grid) {
  StepSeries absent;
  absent.labels = labels_of_absent(plan.scan.matchers);
  size_t next = 0;
  for (uint32_t step = 0; step < grid.count; ++step) {
    if (!present.empty() && next < present[0].steps.size() && present[0].steps[next] == step) {
      ++next;
    } else {
      absent.add(step, 1);
    }
  }
  if (absent.steps.empty()) return {};
  return {std::move(absent)};
}

}  // namespace

Result<StepVector> scan_range(const RangePlan& plan, const StepGrid& grid, QueryContext& context) {
  const ScanTimer timer(context.counts(plan.scan));
  const Windows windows(grid, plan.range_ns, plan.offset_ns);
  // On the heap: a batch is too large for small stacks of the host's threads.
  const auto worker = std::make_unique<RangeWorker>(plan, windows);
  for (const TimeRange& range : ranges_to_read(plan, windows)) {
    if (range.empty()) continue;
    LOKILIB_TRY_ASSIGN(auto cursors, context.select(plan.scan, range, Direction::Forward, kBatchRowsMax));
    for (auto& cursor : cursors) {
      LOKILIB_TRY(worker->read(*cursor, context.compiled(plan.scan), context));
      cursor.reset();  // what it has decompressed goes before the next one begins
    }
  }
  StepVector result = worker->finish();
  if (plan.op == RangeOp::AbsentOverTime) return absent_steps(result, plan, grid);
  std::sort(result.begin(), result.end(),
            [](const StepSeries& a, const StepSeries& b) { return a.labels < b.labels; });
  size_t bytes = 0;
  for (const StepSeries& series : result) bytes += memory_bytes(series.labels) + series.steps.size() * 12;
  LOKILIB_TRY(context.check_memory(bytes));
  return result;
}

}  // namespace lokilib::logql
