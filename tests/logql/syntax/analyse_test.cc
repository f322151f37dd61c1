// SPDX-License-Identifier: Apache-2.0
// analyse_test.cc: what is found in a tree, and the order in which it is visited.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <lokilib/logql.h>

namespace lokilib::logql {
namespace {

using testing::ElementsAre;

constexpr int64_t kMinute = 60'000'000'000;

TEST(Analyse, FindsSelectorsRangesAndLabels) {
  const auto parsed = parse(
      R"(sum by (team) (rate({a="b"} | json | logfmt x="y" | status >= 500 or (level="e") |)"
      R"q( line_format "{{.host}}" | label_format n=m,o="{{ .p }}" | regexp "(?P<q>.)" | pattern "<r> <_>" |)q"
      R"( drop s [5m] offset 1m)) / on (t) sum_over_time({c="d"} | unwrap u | v > 1 [1m] offset -2m))");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const Analysis analysis = analyse(*parsed);
  ASSERT_EQ(analysis.selectors.size(), 2U);
  EXPECT_EQ(print(analysis.selectors[0]), R"({a="b"})");
  EXPECT_EQ(print(analysis.selectors[1]), R"({c="d"})");
  EXPECT_EQ(analysis.lookback_ns, 6 * kMinute);
  EXPECT_EQ(analysis.lookahead_ns, 2 * kMinute);
  EXPECT_THAT(analysis.labels_read,
              ElementsAre("host", "level", "m", "p", "s", "status", "t", "team", "u", "v"));
  EXPECT_THAT(analysis.labels_created, ElementsAre("n", "o", "q", "r", "x"));
  EXPECT_TRUE(analysis.creates_unknown_labels);
  EXPECT_TRUE(analysis.is_metric);
}

TEST(Analyse, OfALogQueryHasNoWindow) {
  const Analysis analysis = analyse(*parse(R"({a="b"} |= "x" | json y="z")"));
  EXPECT_FALSE(analysis.is_metric);
  EXPECT_FALSE(analysis.creates_unknown_labels);
  EXPECT_EQ(analysis.lookback_ns, 0);
  EXPECT_EQ(analysis.lookahead_ns, 0);
}

class Recorder final : public Visitor {
 public:
  bool enter(const Expr& expr) override {
    seen.push_back(expr.as<BinaryOperation>() != nullptr ? "binary" : "expr");
    return expr.as<VectorAggregation>() == nullptr;
  }
  void visit(const LogExpr& log) override { seen.push_back(print(log.matchers)); }
  void visit(const LogRange&) override { seen.push_back("range"); }
  void visit(const Stage& stage) override { seen.push_back(print(stage)); }

  std::vector<std::string> seen;
};

TEST(Walk, VisitsFromLeftToRightAndLeavesOutWhatIsNotEntered) {
  Recorder recorder;
  walk(*parse(R"(rate({a="b"} | json |= "x" [5m]) + sum(rate({c="d"}[5m])))"), recorder);
  EXPECT_THAT(recorder.seen,
              ElementsAre("binary", "expr", "range", R"({a="b"})", "| json", R"(|= "x")", "expr"));
}

}  // namespace
}  // namespace lokilib::logql
