// SPDX-License-Identifier: Apache-2.0
// duration_test.cc: durations in Go's and in Prometheus' form.
#include "model/duration.h"

#include <limits>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib {
namespace {

std::string go(std::string_view text) {
  const auto value = parse_go_duration(text);
  EXPECT_EQ(try_parse_go_duration(text).has_value(), value.has_value()) << text;
  return value.has_value() ? format_go_duration(*value) : value.error().message;
}

std::string prometheus(std::string_view text) {
  const auto value = parse_prometheus_duration(text);
  return value.has_value() ? format_prometheus_duration(*value) : value.error().message;
}

TEST(Duration, ReadsGoForm) {
  EXPECT_EQ(go("0"), "0s");
  EXPECT_EQ(go("1.5h"), "1h30m0s");
  EXPECT_EQ(go("90m30.5s"), "1h30m30.5s");
  EXPECT_EQ(go("-5m"), "-5m0s");
  EXPECT_EQ(go("100us"), "100\u00b5s");
  EXPECT_EQ(go("1\u00b5s2\u03bcs"), "3\u00b5s");
  EXPECT_EQ(go("1.5ms"), "1.5ms");
  EXPECT_EQ(go("1"), "time: missing unit in duration \"1\"");
  EXPECT_EQ(go("1d"), "time: unknown unit \"d\" in duration \"1d\"");
  EXPECT_EQ(go("x"), "time: invalid duration \"x\"");
  EXPECT_EQ(go(""), "time: invalid duration \"\"");
  EXPECT_EQ(go(".s"), "time: invalid duration \".s\"");
  EXPECT_EQ(go("9223372037s"), "time: invalid duration \"9223372037s\"");
  EXPECT_EQ(go("\xc3\xa9"), "time: invalid duration \"\\xc3\\xa9\"");
}

TEST(Duration, ReadsPrometheusForm) {
  EXPECT_EQ(prometheus("0"), "0s");
  EXPECT_EQ(prometheus("90m"), "1h30m");
  EXPECT_EQ(prometheus("1500ms"), "1s500ms");
  EXPECT_EQ(prometheus("36h"), "1d12h");
  EXPECT_EQ(prometheus("7d"), "1w");
  EXPECT_EQ(prometheus("8d"), "8d");
  EXPECT_EQ(prometheus("365d"), "1y");
  EXPECT_EQ(prometheus("5"), "not a valid duration string: \"5\"");
  EXPECT_EQ(prometheus("1m1h"), "not a valid duration string: \"1m1h\"");
  EXPECT_EQ(prometheus("1m1m"), "not a valid duration string: \"1m1m\"");
  EXPECT_EQ(prometheus("1.5h"), "unknown unit \".\" in duration \"1.5h\"");
  EXPECT_EQ(prometheus("1h:5m"), "unknown unit \"h:\" in duration \"1h:5m\"");
  EXPECT_EQ(prometheus(""), "empty duration string");
  EXPECT_EQ(prometheus("300y"), "duration out of range");
}

TEST(DurationProperty, ReadsBackWhatItPrints) {
  test::for_each_seed(2000, [](test::Random& random) {
    const auto value = static_cast<int64_t>(random.next() >> random.below(64));
    ASSERT_EQ(*parse_go_duration(format_go_duration(value)), value);
    if (value < 0) return;
    const int64_t whole_ms = value / 1'000'000 * 1'000'000;
    ASSERT_EQ(*parse_prometheus_duration(format_prometheus_duration(value)), whole_ms);
  });
  const int64_t lowest = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(*parse_go_duration(format_go_duration(lowest)), lowest);
}

}  // namespace
}  // namespace lokilib
