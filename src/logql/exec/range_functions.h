// SPDX-License-Identifier: Apache-2.0
// range_functions.h: the functions of range aggregations over groups of entries: collected in one pass, in
// any order of streams, then turned into one sample per step.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <lokilib/logql.h>

#include "logql/exec/range_window.h"
#include "logql/exec/steps.h"

namespace lokilib::logql {

/// Some rows of a batch with their values and groups; within a stream in order of time.
struct GroupedRows {
  std::span<const uint16_t> rows;
  std::span<const int64_t> timestamps_ns;  ///< by row
  std::span<const double> values;          ///< by row; not read by functions that only count
  std::span<const uint32_t> groups;        ///< by row; empty: all rows are of `group`
  uint32_t group = 0;
};

/// What one worker has seen. Threads: one at a time; workers are merged in the order of their streams.
class RangeAccumulator {
 public:
  virtual ~RangeAccumulator() = default;

  virtual void add(const GroupedRows& rows) = 0;
  /// Takes over what `later` has seen, an accumulator made with the same arguments; groups[i] is the number
  /// here of the group that is i there.
  virtual void merge(RangeAccumulator& later, std::span<const uint32_t> groups) = 0;
  /// Appends the samples of a group to `out`, in order of steps, and forgets the group.
  virtual void finish(uint32_t group, StepSeries& out) = 0;
  /// Of states, by estimate.
  virtual size_t memory_bytes() const = 0;
};

/// `windows` must outlive the accumulator.
std::unique_ptr<RangeAccumulator> create_accumulator(RangeOp op, double parameter, bool unwraps,
                                                     const Windows& windows);

}  // namespace lokilib::logql
