// SPDX-License-Identifier: Apache-2.0
// accumulator_test.cc: accumulators that share the work and are merged give what one alone gives.
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "logql/exec/range_functions.h"
#include "support/random.h"

namespace lokilib::logql {
namespace {

constexpr RangeOp kOps[] = {RangeOp::CountOverTime,  RangeOp::SumOverTime,   RangeOp::MinOverTime,
                            RangeOp::LastOverTime,   RangeOp::FirstOverTime, RangeOp::AvgOverTime,
                            RangeOp::StdvarOverTime, RangeOp::RateCounter,   RangeOp::QuantileOverTime};

TEST(RangeAccumulatorProperty, MergedPartsEqualTheWhole) {
  test::for_each_seed(100, [](test::Random& random) {
    const Windows windows(StepGrid{0, random.between(1, 10), 20}, random.between(1, 30), 0);
    for (const RangeOp op : kOps) {
      const auto whole = create_accumulator(op, 0.5, true, windows);
      const auto first = create_accumulator(op, 0.5, true, windows);
      const auto second = create_accumulator(op, 0.5, true, windows);
      for (int stream = 0; stream < 4; ++stream) {
        std::vector<uint16_t> rows;
        std::vector<int64_t> times;
        std::vector<double> values;
        std::vector<uint32_t> groups;
        int64_t time_ns = random.between(-20, 50);
        for (uint16_t row = 0; row < 40; ++row) {
          rows.push_back(row);
          times.push_back(time_ns += random.between(0, 6));
          values.push_back(static_cast<double>(random.between(-9, 9)));
          groups.push_back(static_cast<uint32_t>(random.below(2)));
        }
        GroupedRows input{rows, times, values, groups, 0};
        whole->add(input);
        // The second worker numbers its groups the other way round.
        if (stream >= 2) {
          for (uint32_t& group : groups) group = 1 - group;
        }
        (stream < 2 ? first : second)->add(input);
      }
      const std::vector<uint32_t> renumbered = {1, 0};
      first->merge(*second, renumbered);
      for (uint32_t group = 0; group < 2; ++group) {
        StepSeries want;
        StepSeries got;
        whole->finish(group, want);
        first->finish(group, got);
        ASSERT_EQ(got.steps, want.steps) << to_string(op);
        for (size_t i = 0; i < got.values.size(); ++i) {
          ASSERT_TRUE(got.values[i] == want.values[i] || std::abs(got.values[i] - want.values[i]) < 1e-9 ||
                      (std::isnan(got.values[i]) && std::isnan(want.values[i])))
              << to_string(op) << ' ' << got.values[i] << ' ' << want.values[i];
        }
      }
    }
  });
}

// An example of Loki's (recorded, 3.7.6).
TEST(RateCounter, ExtrapolatesAsLokiDoes) {
  const int64_t second = 1'000'000'000;
  const Windows windows(StepGrid{60 * second, second, 1}, 60 * second, 0);
  const auto accumulator = create_accumulator(RangeOp::RateCounter, 0, true, windows);
  const std::vector<uint16_t> rows = {0, 1, 2, 3, 4, 5};
  const std::vector<int64_t> times = {1 * second,  11 * second, 21 * second,
                                      31 * second, 41 * second, 51 * second};
  const std::vector<double> values = {5, 15, 25, 35, 5, 15};
  accumulator->add({rows, times, values, {}, 0});
  StepSeries series;
  accumulator->finish(0, series);
  ASSERT_EQ(series.values.size(), 1U);
  EXPECT_NEAR(series.values[0], 0.7500009, 1e-12);
}

}  // namespace
}  // namespace lokilib::logql
