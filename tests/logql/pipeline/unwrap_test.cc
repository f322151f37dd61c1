// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "logql/pipeline/pipeline_text.h"

namespace lokilib::test {
namespace {

logql::Unwrap parse_unwrap(const std::string& text) {
  auto query = logql::parse("sum_over_time({app=\"x\"} | " + text + " [1m])");
  if (!query) {
    ADD_FAILURE() << query.error().message;
    return {};
  }
  return *query->as<logql::RangeAggregation>()->range.unwrap;
}

// "value labels", or "skipped".
std::string sample(const std::string& label, const std::string& unwrap) {
  const auto stage = logql::UnwrapStage::build(parse_unwrap(unwrap), {});
  if (!stage) return stage.error().message;
  const OneLine entry{"line"};
  BatchBuilder builder(std::vector<Label>{{"app", "x"}});
  builder.add(entry.line, {{"v", label}});
  Batch batch;
  builder.fill(batch);
  std::vector<double> values(1, -1);
  EXPECT_TRUE(stage->run(batch, values).has_value());
  if (batch.selection.empty()) return "skipped";
  return std::to_string(values[0]) + " " + entry.show(plain_rows(batch)[0]);
}

TEST(Unwrap, Converts) {
  EXPECT_EQ(sample("1.5", "unwrap v"), R"(1.500000 {v="1.5"})");
  EXPECT_EQ(sample("-0.125", "unwrap v"), R"(-0.125000 {v="-0.125"})");
  EXPECT_EQ(sample("inf", "unwrap v"), R"(inf {v="inf"})");
  EXPECT_EQ(sample("1.5s", "unwrap duration(v)"), R"(1.500000 {v="1.5s"})");
  EXPECT_EQ(sample("90ms", "unwrap duration_seconds(v)"), R"(0.090000 {v="90ms"})");
  EXPECT_EQ(sample("2KiB", "unwrap bytes(v)"), R"(2048.000000 {v="2KiB"})");
}

TEST(Unwrap, SkipsMissingAndEmpty) {
  EXPECT_EQ(sample("1", "unwrap nope"), "skipped");
  EXPECT_EQ(sample("", "unwrap v"), "skipped");
}

TEST(Unwrap, FailedConversionIsZeroWithAnError) {
  EXPECT_EQ(
      sample("x", "unwrap v"),
      R"(0.000000 {__error__="SampleExtractionErr", __error_details__="strconv.ParseFloat: parsing \"x\": invalid syntax", v="x"})");
  EXPECT_EQ(
      sample("1d", "unwrap duration(v)"),
      R"(0.000000 {__error__="SampleExtractionErr", __error_details__="time: unknown unit \"d\" in duration \"1d\"", v="1d"})");
}

TEST(Unwrap, FiltersSeeTheError) {
  EXPECT_EQ(sample("x", "unwrap v | __error__=\"\""), "skipped");
  EXPECT_EQ(sample("5", "unwrap v | v > 2 | app=\"x\""), R"(5.000000 {v="5"})");
  EXPECT_EQ(sample("1", "unwrap v | v > 2"), "skipped");
}

}  // namespace
}  // namespace lokilib::test
