// SPDX-License-Identifier: Apache-2.0
// planner_test.cc: what the rules do to queries, read off the printed plan.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <lokilib/logql.h>

#include "logql/plan/plan.h"

namespace lokilib::logql {
namespace {

std::string explain(std::string_view query, bool pushes_down = true, bool quirks = false) {
  const auto expr = parse(query);
  if (!expr) return "error: " + expr.error().message;
  const auto plan = plan_query(*expr, {pushes_down, quirks});
  return plan ? explain_text(*plan) : "error: " + plan.error().message;
}

TEST(Planner, GivesLeadingLineFiltersToTheSource) {
  EXPECT_EQ(explain(R"({a="1"} | json |= "x" or "y" | b="2" !~ "z" | line_format "q" |= "w")"),
            "entries in order of time\n"
            "  scan {a=\"1\"}\n"
            "      pushed down: |= \"x\" or \"y\"\n"
            "      pushed down: !~ \"z\"\n"
            "      stage: | json\n"
            "      stage: | b=\"2\"\n"
            "      stage: | line_format \"q\"\n"
            "      stage: |= \"w\"\n"
            "      lines: text\n");
}

TEST(Planner, KeepsLineFiltersThatTheSourceDoesNotApply) {
  EXPECT_EQ(explain(R"({a="1"} | json |= "x")", false),
            "entries in order of time\n"
            "  scan {a=\"1\"}\n"
            "      stage: |= \"x\"\n"
            "      stage: | json\n"
            "      lines: text\n");
}

TEST(Planner, MovesLineFiltersOverDecolorizeOnlyWithQuirks) {
  constexpr std::string_view query = R"({a="1"} | decolorize |= "x")";
  EXPECT_EQ(explain(query, true, false).find("pushed down"), std::string::npos);
  EXPECT_NE(explain(query, true, true).find("pushed down: |= \"x\""), std::string::npos);
}

TEST(Planner, TakesAddressesInChainsAsTextOnlyWithQuirks) {
  constexpr std::string_view query = R"({a="1"} |= "x" or ip("10.0.0.0/8"))";
  EXPECT_NE(explain(query, true, false).find("or ip(\"10.0.0.0/8\")"), std::string::npos);
  EXPECT_NE(explain(query, true, true).find("or \"10.0.0.0/8\""), std::string::npos);
}

TEST(Planner, SumsWhileReadingAndSkipsParsersThatNobodyNeeds) {
  EXPECT_EQ(explain(R"(sum(count_over_time({a="1"} |= "x" | json [5m])))"),
            "count_over_time [5m]\n"
            "    summed while reading: by ()\n"
            "  scan {a=\"1\"}\n"
            "      pushed down: |= \"x\"\n"
            "      stage: | json\n"
            "      lines: not read\n"
            "      structured metadata: __error__, __error_details__\n"
            "      parsers: skipped, no label is read\n");
}

TEST(Planner, ExtractsOnlyWhatIsRead) {
  const std::string plan = explain(R"(sum by (b_extracted) (rate({a="1"} | json | status >= 500 [5m])))");
  EXPECT_NE(plan.find("parsers: extract only b_extracted, status\n"), std::string::npos) << plan;
  EXPECT_NE(plan.find("structured metadata: __error__, __error_details__, b, b_extracted, status\n"),
            std::string::npos)
      << plan;
  EXPECT_NE(plan.find("lines: text\n"), std::string::npos) << plan;
}

TEST(Planner, ExtractsAllWhereSeriesAreNotGrouped) {
  for (const std::string_view query :
       {R"(count_over_time({a="1"} | json [5m]))", R"(sum without (b) (rate({a="1"} | json [5m])))",
        R"(max(rate({a="1"} | json [5m])))"}) {
    EXPECT_EQ(explain(query).find("parsers:"), std::string::npos) << explain(query);
  }
}

TEST(Planner, KeepsParserErrorsThatTheQueryNames) {
  EXPECT_NE(explain(R"(sum by (__error__) (rate({a="1"} | json [5m])))").find("parser errors: kept"),
            std::string::npos);
  EXPECT_NE(explain(R"(sum(rate({a="1"} | json | __error__!="" [5m])))").find("parser errors: kept"),
            std::string::npos);
  EXPECT_EQ(explain(R"(rate({a="1"} | json | __error__!="" [5m]))").find("parser errors: kept"),
            std::string::npos);
}

TEST(Planner, DropsALineFormatThatNobodyReads) {
  EXPECT_EQ(explain(R"(sum(rate({a="1"} | line_format "{{" [5m])))").find("line_format"), std::string::npos);
  EXPECT_NE(explain(R"(sum(rate({a="1"} | line_format "x" |= "x" [5m])))").find("line_format"),
            std::string::npos);
  EXPECT_NE(explain(R"(sum(bytes_rate({a="1"} | line_format "x" [5m])))").find("line_format"),
            std::string::npos);
}

TEST(Planner, ReadsSizesOnlyToCountBytes) {
  EXPECT_NE(explain(R"(sum(bytes_over_time({a="1"} |= "x" [5m])))").find("lines: sizes only"),
            std::string::npos);
  EXPECT_NE(explain(R"(sum(bytes_over_time({a="1"} | decolorize [5m])))").find("lines: text"),
            std::string::npos);
}

TEST(Planner, RefusesWhatCannotBeEvaluated) {
  EXPECT_EQ(explain(R"(variants(count_over_time({a="1"}[5m])) of ({a="1"}[5m]))"),
            "error: multi variant queries are disabled for this instance");
  EXPECT_EQ(explain("sum(5)"), "error: a number is no vector: write vector(5) instead");
}

TEST(Planner, ExplainsAsJson) {
  const auto expr = parse(R"(topk(2, sum by (b) (rate({a="1"}[5m])) / 2))");
  ASSERT_TRUE(expr.has_value());
  const auto plan = plan_query(*expr, {});
  ASSERT_TRUE(plan.has_value());
  const std::string json = explain_json(*plan);
  EXPECT_TRUE(json.starts_with(
      R"q({"step":"topk","properties":[{"k":"2"},{"grouped":"by ()"}],"inputs":[{"step":"binary /")q"))
      << json;
}

}  // namespace
}  // namespace lokilib::logql
