// SPDX-License-Identifier: Apache-2.0
// steps.h: the times at which a metric is evaluated, and series over them. Series are sparse: a step without
// a sample has no element.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include <lokilib/labels.h>

namespace lokilib::logql {

/// a + b and a - b, kept inside the type.
inline int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}
inline int64_t saturating_subtract(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

/// Times first, first + step, ..., `count` of them; none of it overflows.
struct StepGrid {
  int64_t first_ns = 0;
  int64_t step_ns = 1;
  uint32_t count = 1;

  int64_t time_ns(uint32_t step) const { return first_ns + step_ns * static_cast<int64_t>(step); }
  int64_t last_ns() const { return time_ns(count - 1); }
};

/// Samples at some of the steps, ascending.
struct StepSeries {
  LabelSet labels;
  std::vector<uint32_t> steps;
  std::vector<double> values;  ///< one per element of `steps`

  void add(uint32_t step, double value) {
    steps.push_back(step);
    values.push_back(value);
  }
};

using StepVector = std::vector<StepSeries>;

}  // namespace lokilib::logql
