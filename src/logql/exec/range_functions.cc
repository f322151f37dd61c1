// SPDX-License-Identifier: Apache-2.0
// range_functions.cc: functions whose state merges (count, sum, mean, ...) are kept per cell of time; those
// that need every sample in order (quantile, rate_counter: sample_functions.cc) keep samples.
#include "logql/exec/range_functions.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "logql/exec/partial_state.h"
#include "logql/exec/sample_functions.h"
#include "logql/exec/sliding_state.h"

namespace lokilib::logql {
namespace {

template <typename State>
struct Cell {
  uint32_t first_step;
  uint32_t last_step;
  State state;

  // Both steps grow with time, so their sum orders cells.
  uint64_t order() const { return uint64_t{first_step} + last_step; }
};

// The cells of one group. Streams come one after the other, each in order of time, so cells are runs that
// ascend; they are joined when there are twice as many as there were after the last time.
template <typename State>
class CellList {
 public:
  // Returns by how many bytes the list has grown.
  size_t add(const WindowCell& window, int64_t timestamp_ns, double value) {
    const size_t bytes_before = memory_bytes();
    if (cells_.empty() || cells_.back().first_step != window.first_step ||
        cells_.back().last_step != window.last_step) {
      append({window.first_step, window.last_step, State{}});
    }
    cells_.back().state.add(timestamp_ns, value);
    return memory_bytes() - bytes_before;
  }

  void append(Cell<State> cell) {
    if (cells_.size() >= join_at_) join();
    if (!cells_.empty() && cell.order() <= cells_.back().order()) ascending_ = false;
    cells_.push_back(std::move(cell));
  }

  // Sorted, each cell once.
  std::vector<Cell<State>>& join() {
    if (!ascending_) {
      std::stable_sort(cells_.begin(), cells_.end(),
                       [](const Cell<State>& a, const Cell<State>& b) { return a.order() < b.order(); });
      size_t kept = 0;
      for (size_t i = 1; i < cells_.size(); ++i) {
        if (cells_[i].order() == cells_[kept].order()) {
          cells_[kept].state.merge(cells_[i].state);
        } else {
          cells_[++kept] = cells_[i];
        }
      }
      if (!cells_.empty()) cells_.resize(kept + 1);
      ascending_ = true;
    }
    join_at_ = std::max<size_t>(64, cells_.size() * 2);
    return cells_;
  }

  size_t memory_bytes() const { return cells_.capacity() * sizeof(Cell<State>); }

 private:
  std::vector<Cell<State>> cells_;
  size_t join_at_ = 64;
  bool ascending_ = true;
};

template <typename State>
class CellAccumulator final : public RangeAccumulator {
 public:
  CellAccumulator(const Windows& windows, double divisor) : windows_(windows), divisor_(divisor) {}

  void add(const GroupedRows& rows) override {
    WindowCell window;
    for (const uint16_t row : rows.rows) {
      const int64_t timestamp_ns = rows.timestamps_ns[row];
      if (!window.contains(timestamp_ns)) window = windows_.cell(timestamp_ns);
      if (window.in_no_window()) continue;
      CellList<State>& cells = group(rows.groups.empty() ? rows.group : rows.groups[row]);
      bytes_ += cells.add(window, timestamp_ns, rows.values.empty() ? 0 : rows.values[row]);
    }
  }

  void merge(RangeAccumulator& later, std::span<const uint32_t> groups) override {
    auto& other = static_cast<CellAccumulator&>(later);
    for (size_t i = 0; i < other.groups_.size(); ++i) {
      CellList<State>& cells = group(groups[i]);
      for (Cell<State>& cell : other.groups_[i].join()) cells.append(std::move(cell));
      other.groups_[i] = {};
    }
    bytes_ += std::exchange(other.bytes_, 0);
  }

  void finish(uint32_t number, StepSeries& out) override {
    if (number >= groups_.size()) return;
    const std::vector<Cell<State>>& cells = groups_[number].join();
    SlidingState<State> window;
    size_t oldest = 0;
    size_t next = 0;
    while (next < cells.size() || !window.empty()) {
      // The next step that has a cell: where the window is empty, the first one of the next cell.
      const uint32_t step = window.empty() ? cells[next].first_step : out.steps.back() + 1;
      while (next < cells.size() && cells[next].first_step <= step) window.push(cells[next++].state);
      while (oldest < next && cells[oldest].last_step < step) {
        window.pop();
        ++oldest;
      }
      if (!window.empty()) out.add(step, window.merged().value() / divisor_);
    }
    groups_[number] = {};
  }

  size_t memory_bytes() const override { return bytes_ + groups_.capacity() * sizeof(CellList<State>); }

 private:
  CellList<State>& group(uint32_t number) {
    if (number >= groups_.size()) groups_.resize(size_t{number} + 1);
    return groups_[number];
  }

  const Windows& windows_;
  double divisor_;
  std::vector<CellList<State>> groups_;
  size_t bytes_ = 0;  // of cells
};

}  // namespace

std::unique_ptr<RangeAccumulator> create_accumulator(RangeOp op, double parameter, bool unwraps,
                                                     const Windows& windows) {
  const double range_seconds = static_cast<double>(windows.range_ns()) / 1e9;
  switch (op) {
    case RangeOp::CountOverTime:
    case RangeOp::AbsentOverTime:
      return std::make_unique<CellAccumulator<CountState>>(windows, 1);
    case RangeOp::Rate:
      if (!unwraps) return std::make_unique<CellAccumulator<CountState>>(windows, range_seconds);
      return std::make_unique<CellAccumulator<SumState>>(windows, range_seconds);
    case RangeOp::BytesRate:
      return std::make_unique<CellAccumulator<SumState>>(windows, range_seconds);
    case RangeOp::BytesOverTime:
    case RangeOp::SumOverTime:
      return std::make_unique<CellAccumulator<SumState>>(windows, 1);
    case RangeOp::AvgOverTime:
      return std::make_unique<CellAccumulator<MeanState>>(windows, 1);
    case RangeOp::MinOverTime:
      return std::make_unique<CellAccumulator<MinState>>(windows, 1);
    case RangeOp::MaxOverTime:
      return std::make_unique<CellAccumulator<MaxState>>(windows, 1);
    case RangeOp::StdvarOverTime:
      return std::make_unique<CellAccumulator<VarianceState>>(windows, 1);
    case RangeOp::StddevOverTime:
      return std::make_unique<CellAccumulator<DeviationState>>(windows, 1);
    case RangeOp::FirstOverTime:
      return std::make_unique<CellAccumulator<FirstState>>(windows, 1);
    case RangeOp::LastOverTime:
      return std::make_unique<CellAccumulator<LastState>>(windows, 1);
    case RangeOp::QuantileOverTime:
      return create_quantile_accumulator(parameter, windows);
    case RangeOp::RateCounter:
      return create_rate_counter_accumulator(windows);
  }
  return nullptr;
}

}  // namespace lokilib::logql
