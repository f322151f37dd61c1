// SPDX-License-Identifier: Apache-2.0
// range_window_property_test.cc: the cell of a time against every window asked for itself, also at the ends
// of time.
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "logql/exec/range_window.h"
#include "support/random.h"

namespace lokilib::logql {
namespace {

bool is_in_window(const StepGrid& grid, uint32_t step, int64_t range_ns, int64_t offset_ns, int64_t time_ns) {
  const int64_t end_ns = grid.time_ns(step) - offset_ns;
  return time_ns > end_ns - range_ns && time_ns <= end_ns;
}

TEST(RangeWindowProperty, CellsHoldTheWindowsOfTheirTimes) {
  test::for_each_seed(500, [](test::Random& random) {
    const StepGrid grid{random.between(-50, 50), random.between(1, 20),
                        static_cast<uint32_t>(random.between(1, 12))};
    const int64_t range_ns = random.between(0, 40);
    const int64_t offset_ns = random.between(-15, 15);
    const Windows windows(grid, range_ns, offset_ns);
    for (int64_t time_ns = grid.first_ns - 80; time_ns <= grid.last_ns() + 80; ++time_ns) {
      const WindowCell cell = windows.cell(time_ns);
      ASSERT_TRUE(cell.contains(time_ns)) << time_ns;
      bool in_any = false;
      for (uint32_t step = 0; step < grid.count; ++step) {
        const bool want = is_in_window(grid, step, range_ns, offset_ns, time_ns);
        in_any = in_any || want;
        const bool got = !cell.in_no_window() && step >= cell.first_step && step <= cell.last_step;
        ASSERT_EQ(got, want) << "time " << time_ns << " step " << step;
      }
      ASSERT_TRUE(!in_any || windows.time_range().contains(time_ns));
      // The whole cell agrees with its borders.
      for (const int64_t other : {cell.after_ns + 1, cell.up_to_ns}) {
        if (other < grid.first_ns - 1000 || other > grid.last_ns() + 1000) continue;
        const WindowCell same = windows.cell(other);
        ASSERT_EQ(same.in_no_window(), cell.in_no_window());
        ASSERT_TRUE(cell.in_no_window() || same.first_step == cell.first_step);
        ASSERT_TRUE(cell.in_no_window() || same.last_step == cell.last_step);
      }
    }
  });
}

TEST(RangeWindow, StaysInsideTheTypeAtTheEndsOfTime) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const Windows windows(StepGrid{kMax - 10, 5, 2}, kMax, 0);
  EXPECT_FALSE(windows.cell(0).in_no_window());
  EXPECT_TRUE(windows.cell(kMin).in_no_window());
  const Windows past(StepGrid{kMin + 10, 5, 2}, 20, 0);
  EXPECT_FALSE(past.cell(kMin + 1).in_no_window());
  EXPECT_TRUE(past.cell(kMax).in_no_window());
  EXPECT_EQ(past.time_range().begin_ns, kMin + 1);
}

}  // namespace
}  // namespace lokilib::logql
