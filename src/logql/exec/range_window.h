// SPDX-License-Identifier: Apache-2.0
// range_window.h: which windows an entry falls into. The window of the step at t is (t - range - offset,
// t - offset]. Entries between two neighbouring window borders fall into the same windows: they make up a
// cell, and a range aggregation keeps one partial state per cell instead of the entries.
#pragma once

#include <cstdint>

#include <lokilib/time_range.h>

#include "logql/exec/steps.h"

namespace lokilib::logql {

/// A run of time whose entries are in the windows of steps first_step to last_step, both included.
struct WindowCell {
  uint32_t first_step = 1;
  uint32_t last_step = 0;  ///< less than first_step: in no window
  int64_t after_ns = 0;    ///< the cell is (after_ns, up_to_ns]
  int64_t up_to_ns = 0;

  bool in_no_window() const { return last_step < first_step; }
  bool contains(int64_t timestamp_ns) const { return timestamp_ns > after_ns && timestamp_ns <= up_to_ns; }
};

class Windows {
 public:
  Windows(const StepGrid& grid, int64_t range_ns, int64_t offset_ns)
      : grid_(grid), range_ns_(range_ns), offset_ns_(offset_ns) {}

  const StepGrid& grid() const { return grid_; }
  int64_t range_ns() const { return range_ns_; }

  /// The entries that any window can hold.
  TimeRange time_range() const { return time_range(0, grid_.count - 1); }
  /// The same for the windows of some steps.
  TimeRange time_range(uint32_t first_step, uint32_t last_step) const;

  /// The cell around a timestamp. Cells of later timestamps have later or equal steps.
  WindowCell cell(int64_t timestamp_ns) const;

 private:
  StepGrid grid_;
  int64_t range_ns_;
  int64_t offset_ns_;
};

}  // namespace lokilib::logql
