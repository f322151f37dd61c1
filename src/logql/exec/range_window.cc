// SPDX-License-Identifier: Apache-2.0
// range_window.cc: borders of windows. Two divisions per cell, none per entry.
#include "logql/exec/range_window.h"

#include <algorithm>
#include <limits>

namespace lokilib::logql {
namespace {

constexpr int64_t kEarliest = std::numeric_limits<int64_t>::min();
constexpr int64_t kLatest = std::numeric_limits<int64_t>::max();

// The quotient rounded up. Pre: divisor > 0.
int64_t divide_up(int64_t dividend, int64_t divisor) {
  const int64_t quotient = dividend / divisor;
  return dividend % divisor > 0 ? quotient + 1 : quotient;
}

}  // namespace

TimeRange Windows::time_range(uint32_t first_step, uint32_t last_step) const {
  const int64_t after =
      saturating_subtract(saturating_subtract(grid_.time_ns(first_step), range_ns_), offset_ns_);
  const int64_t up_to = saturating_subtract(grid_.time_ns(last_step), offset_ns_);
  return {saturating_add(after, 1), saturating_add(up_to, 1)};
}

WindowCell Windows::cell(int64_t timestamp_ns) const {
  const int64_t time = saturating_add(timestamp_ns, offset_ns_);
  const int64_t last = static_cast<int64_t>(grid_.count) - 1;
  // The first step at or after the time; the last one whose window begins before it.
  const int64_t first_step = divide_up(saturating_subtract(time, grid_.first_ns), grid_.step_ns);
  const int64_t last_step =
      divide_up(saturating_subtract(saturating_add(time, range_ns_), grid_.first_ns), grid_.step_ns) - 1;

  int64_t after = kEarliest;
  int64_t up_to = kLatest;
  if (first_step > last) {
    after = grid_.last_ns();
  } else {
    const auto step = static_cast<uint32_t>(std::max<int64_t>(first_step, 0));
    if (first_step > 0) after = grid_.time_ns(step - 1);
    up_to = grid_.time_ns(step);
  }
  if (last_step < 0) {
    up_to = std::min(up_to, saturating_subtract(grid_.first_ns, range_ns_));
  } else {
    const auto step = static_cast<uint32_t>(std::min(last_step, last));
    after = std::max(after, saturating_subtract(grid_.time_ns(step), range_ns_));
    if (last_step < last) up_to = std::min(up_to, saturating_subtract(grid_.time_ns(step + 1), range_ns_));
  }

  WindowCell cell;
  cell.after_ns = after == kEarliest ? kEarliest : saturating_subtract(after, offset_ns_);
  cell.up_to_ns = up_to == kLatest ? kLatest : saturating_subtract(up_to, offset_ns_);
  if (first_step <= last && last_step >= 0 && std::max<int64_t>(first_step, 0) <= last_step) {
    cell.first_step = static_cast<uint32_t>(std::max<int64_t>(first_step, 0));
    cell.last_step = static_cast<uint32_t>(std::min(last_step, last));
  }
  return cell;
}

}  // namespace lokilib::logql
