// SPDX-License-Identifier: Apache-2.0
// time_range.h: half-open ranges of time in nanoseconds since the Unix epoch.
#pragma once

#include <cstdint>
#include <limits>

namespace lokilib {

enum class Direction : uint8_t {
  Forward,   ///< oldest first
  Backward,  ///< newest first
};

/// [begin_ns, end_ns): an empty range where end_ns <= begin_ns.
struct TimeRange {
  int64_t begin_ns = std::numeric_limits<int64_t>::min();
  int64_t end_ns = std::numeric_limits<int64_t>::max();

  bool empty() const { return end_ns <= begin_ns; }
  bool contains(int64_t timestamp_ns) const { return timestamp_ns >= begin_ns && timestamp_ns < end_ns; }
  /// Whether any instant of the closed interval [first_ns, last_ns] lies in the range.
  bool overlaps(int64_t first_ns, int64_t last_ns) const { return first_ns < end_ns && last_ns >= begin_ns; }

  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

}  // namespace lokilib
