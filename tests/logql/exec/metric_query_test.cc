// SPDX-License-Identifier: Apache-2.0
// metric_query_test.cc: metric queries end to end over entries in memory. The values are Loki's
// (recorded, 3.7.6).
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "logql/exec/query_support.h"

namespace lokilib::test {
namespace {

struct Case {
  std::string_view name;
  std::string_view query;
  int64_t second;
  std::string_view want;
};

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}

// Streams a and b with lines every 10 s, values 1 to 6; a has five of them.
VectorLogSource counting_source() {
  std::vector<LineAt> a;
  std::vector<LineAt> b;
  for (int i = 0; i < 6; ++i) {
    const std::string n = std::to_string(i + 1);
    const std::string line = "v=" + n + " sz=" + n + "KiB d=" + n + "s";
    b.push_back({i * 10, line});
    if (i != 5) a.push_back({i * 10, line});
  }
  return VectorLogSource({stream(R"({job="x", host="a"})", a), stream(R"({job="x", host="b"})", b)});
}

class MetricQuery : public testing::TestWithParam<Case> {};

TEST_P(MetricQuery, GivesTheVector) {
  const Case& param = GetParam();
  const VectorLogSource source = counting_source();
  EXPECT_EQ(to_text(evaluate(instant(std::string(param.query), kBase + param.second * kSecond), source)),
            param.want)
      << param.query;
}

INSTANTIATE_TEST_SUITE_P(
    Windows, MetricQuery,
    testing::Values(
        Case{"LeftOpenRightClosed", R"(sum(count_over_time({host="b"}[10s])))", 10, "{}=1"},
        Case{"TwoOfThem", R"(sum(count_over_time({host="b"}[20s])))", 20, "{}=2"},
        Case{"OffsetToThePast", R"(sum(count_over_time({host="b"}[10s] offset 10s)))", 20, "{}=1"},
        Case{"OffsetToTheFuture", R"(sum(count_over_time({host="b"}[10s] offset -10s)))", 0, "{}=1"},
        Case{"RateOverTheWholeRange", R"(sum(rate({host="b"}[20s])))", 20, "{}=0.1"},
        Case{"NothingThere", R"(sum(count_over_time({host="b"}[10s])))", 600, ""}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    RangeFunctions, MetricQuery,
    testing::Values(
        Case{"Avg", R"(avg_over_time({host="b"} | logfmt | unwrap v [1m]) by (host))", 50,
             R"({host="b"}=3.5)"},
        Case{"Stdvar", R"(stdvar_over_time({host="b"} | logfmt | unwrap v [1m]) by (host))", 50,
             R"({host="b"}=2.9166666666666665)"},
        Case{"Stddev", R"(stddev_over_time({host="b"} | logfmt | unwrap v [1m]) by (host))", 50,
             R"({host="b"}=1.707825127659933)"},
        Case{"Quantile", R"(quantile_over_time(0.25, {host="b"} | logfmt | unwrap v [1m]) by (host))", 50,
             R"({host="b"}=2.25)"},
        Case{"HighQuantile", R"(quantile_over_time(0.99, {host="b"} | logfmt | unwrap v [1m]) by (host))", 50,
             R"({host="b"}=5.95)"},
        Case{"QuantileAboveOne", R"(quantile_over_time(1.5, {host="b"} | logfmt | unwrap v [1m]) by (host))",
             50, R"({host="b"}=+Inf)"},
        Case{
            "FirstAndLast",
            R"(first_over_time({host="b"} | logfmt | unwrap v [1m]) by (job) + last_over_time({host="b"} | logfmt | unwrap v [1m]) by (job))",
            50, R"({job="x"}=7)"},
        Case{"RateOfUnwrapped", R"(sum(rate({host="b"} | logfmt | unwrap v [1m])))", 50, "{}=0.35"},
        Case{"Bytes", R"(sum(sum_over_time({host="b"} | logfmt | unwrap bytes(sz) [1m])))", 50, "{}=21504"},
        Case{"Durations", R"(sum(sum_over_time({host="b"} | logfmt | unwrap duration(d) [1m])))", 50,
             "{}=21"},
        Case{"BytesOfLines", R"(sum(bytes_over_time({host="b"}[10s])))", 50, "{}=16"},
        Case{"UnwrappedLabelLeavesTheSeries",
             R"(max_over_time({host="b"} | logfmt | keep v | unwrap v [1m]))", 50, "{}=6"},
        Case{"NothingToUnwrap", R"(sum(sum_over_time({host="b"} | unwrap nope [1m])))", 50, ""},
        Case{"Absent", R"(absent_over_time({host="c", job="x", job=~"x.*", zone!="q"}[1m]))", 50,
             R"({host="c"}=1)"},
        Case{"NotAbsent", R"(absent_over_time({host="a"}[1m]))", 50, ""}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Operations, MetricQuery,
    testing::Values(
        Case{"Filter", R"(sum by (host) (count_over_time({job="x"}[1m])) > 5)", 50, R"({host="b"}=6)"},
        Case{"FilterAsBool", R"(sum by (host) (count_over_time({job="x"}[1m])) > bool 5)", 50,
             R"({host="a"}=0 {host="b"}=1)"},
        Case{"NumberOnTheLeft", R"(5 < sum by (host) (count_over_time({job="x"}[1m])))", 50,
             R"({host="b"}=6)"},
        Case{"NumberDivided", R"(2 / sum by (host) (count_over_time({job="x"}[1m])))", 50,
             R"({host="a"}=0.4 {host="b"}=0.3333333333333333)"},
        Case{"DivisionByZero", R"(vector(1) / 0)", 50, "{}=NaN"},
        Case{"AndNeedsLabels", R"(sum by (host) (count_over_time({job="x"}[1m])) and vector(1))", 50, ""},
        Case{"AndOnNothing", R"(sum by (host) (count_over_time({job="x"}[1m])) and on() vector(1))", 50,
             R"({host="a"}=5 {host="b"}=6)"},
        Case{"Or", R"(sum by (host) (count_over_time({job="x"}[1m])) or vector(0))", 50,
             R"({}=0 {host="a"}=5 {host="b"}=6)"},
        Case{"OrForNothing", R"(sum(count_over_time({job="y"}[1m])) or vector(0))", 50, "{}=0"},
        Case{
            "Unless",
            R"(sum by (host) (count_over_time({job="x"}[1m])) unless sum by (host) (count_over_time({host="a"}[1m])))",
            50, R"({host="b"}=6)"},
        Case{"SortDesc", R"(sort_desc(sum by (host) (count_over_time({job="x"}[1m]))))", 50,
             R"({host="b"}=6 {host="a"}=5)"},
        Case{"Topk", R"(topk(1, sum by (host) (count_over_time({job="x"}[1m]))))", 50, R"({host="b"}=6)"},
        Case{"TopkTiesByLabels", R"(topk(1, count_over_time({job="x"}[30s])))", 40,
             R"({host="a", job="x"}=3)"},
        Case{"Stddev", R"(stddev(sum by (host) (count_over_time({job="x"}[1m]))))", 50, "{}=0.5"},
        Case{"Avg", R"(avg(sum by (host) (count_over_time({job="x"}[1m]))))", 50, "{}=5.5"},
        Case{"CountBy", R"(count by (job) (count_over_time({job="x"}[1m])))", 50, R"({job="x"}=2)"},
        Case{"Without", R"(sum without (host) (count_over_time({job="x"}[1m])))", 50, R"({job="x"}=11)"},
        Case{
            "LabelReplace",
            R"q(label_replace(sum by (host) (count_over_time({job="x"}[1m])), "h2", "$1-x", "host", "(.*)"))q",
            50, R"({h2="a-x", host="a"}=5 {h2="b-x", host="b"}=6)"},
        Case{"LabelReplaceDeletes",
             R"(label_replace(sum by (host) (count_over_time({job="x"}[1m])), "host", "", "host", "a"))", 50,
             R"({}=5 {host="b"}=6)"},
        Case{
            "GroupLeft",
            R"(sum by (host, job) (count_over_time({job="x"}[1m])) / on(job) group_left sum by (job) (count_over_time({job="x"}[1m])))",
            50, R"({host="a", job="x"}=0.45454545454545453 {host="b", job="x"}=0.5454545454545454)"},
        Case{"Scalar", "1 + 1 * 2", 50, "3"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Errors, MetricQuery,
    testing::Values(
        Case{"LogQuery", R"({job="x"})", 50,
             "error: log queries are not supported as an instant query type, please change your query to a "
             "range query "
             "type"},
        Case{"ManyToOne",
             R"(count_over_time({job="x"}[1m]) + on(job) sum by (job) (count_over_time({job="x"}[1m])))", 50,
             "error: multiple matches for labels: many-to-one matching must be explicit "
             "(group_left/group_right)"},
        Case{"DuplicatesOnTheRight", R"(vector(1) + on() count_over_time({job="x"}[1m]))", 50,
             "error: found duplicate series on the right hand-side;many-to-many matching not allowed: "
             "matching labels "
             "must be unique on one side"},
        Case{"DuplicatesOnTheLeft",
             R"(count_over_time({job="x"}[1m]) + on() group_right count_over_time({host="a"}[1m]))", 50,
             "error: found duplicate series on the left hand-side;many-to-many matching not allowed: "
             "matching labels "
             "must be unique on one side"},
        Case{
            "GroupLeftCollides",
            R"(count_over_time({job="x"}[1m]) + on(job) group_left(host) sum by (job) (count_over_time({job="x"}[1m])))",
            50, "error: multiple matches for labels: grouping labels must ensure unique matches"},
        Case{"Variants", R"(variants(count_over_time({job="x"}[5m])) of ({job="x"}[5m]))", 50,
             "error: multi variant queries are disabled for this instance"}),
    case_name);

TEST(MetricQueryErrors, NamesTheSeriesOfAnEntryInAnError) {
  const VectorLogSource source({stream(R"({app="x"})", {{1, "{broken"}, {2, R"({"a":"1"})"}})});
  const auto result = evaluate(
      instant(R"(sum by (a) (count_over_time({app="x"} | json [1m])))", kBase + 30 * kSecond), source);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::InvalidQuery);
  const std::string& text = result.error().message;
  EXPECT_TRUE(text.starts_with("pipeline error: 'JSONParserErr' for series: '{__error__=\"JSONParserErr\", "))
      << text;
  EXPECT_TRUE(text.ends_with(
      "app=\"x\"}'.\n"
      "Use a label filter to intentionally skip this error. (e.g | __error__!=\"JSONParserErr\").\n"
      "To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n"
      "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n"))
      << text;
}

TEST(MetricQueryErrors, CountWhereTheQueryAsksForThem) {
  const VectorLogSource source(
      {stream(R"({app="x"})", {{1, "{broken"}, {2, R"({"a":"1"})"}, {3, "{broken"}})});
  const auto run = [&](std::string query) {
    return to_text(evaluate(instant(std::move(query), kBase + 30 * kSecond), source));
  };
  EXPECT_EQ(run(R"(sum by (__error__) (count_over_time({app="x"} | json [1m])))"),
            R"({}=1 {__error__="JSONParserErr"}=2)");
  EXPECT_EQ(run(R"(sum(count_over_time({app="x"} | json | __error__!="" [1m])))"), "{}=2");
  EXPECT_EQ(run(R"(sum(count_over_time({app="x"} | json [1m])))"), "{}=3");
  EXPECT_EQ(run(R"(sum by (a) (count_over_time({app="x"} | json | __error__="" [1m])))"), R"({a="1"}=1)");
}

TEST(MetricQueryErrors, OutsideOfAllWindowsDoNotMatter) {
  const VectorLogSource source(
      {stream(R"({app="x"})", {{1, R"({"a":"1"})"}, {15, "{broken"}, {31, R"({"a":"1"})"}})});
  EXPECT_EQ(to_text(evaluate(range(R"(sum by (a) (count_over_time({app="x"} | json [10s])))",
                                   kBase + 5 * kSecond, kBase + 35 * kSecond, 30 * kSecond),
                             source)),
            R"({a="1"}=1@5,1@35)");
}

TEST(MetricQueryRange, HasNoPointWhereThereIsNothing) {
  const VectorLogSource source = counting_source();
  EXPECT_EQ(
      to_text(evaluate(
          range(R"(count_over_time({host="a"}[10s]))", kBase, kBase + 80 * kSecond, 20 * kSecond), source)),
      R"({host="a", job="x"}=1@0,1@20,1@40)");
}

TEST(MetricQueryRange, IsAlignedToTheStepOnRequest) {
  const VectorLogSource source = counting_source();
  QueryRequest request = range("vector(1)", kBase + 3'500'000'000, kBase + 17'200'000'000, 7 * kSecond);
  EXPECT_EQ(to_text(evaluate(request, source)), "{}=1@3.5,1@10.5");
  request.align_to_step = true;
  const auto result = evaluate(request, source);
  ASSERT_TRUE(result.has_value());
  const auto& samples = std::get<MatrixResult>(result->data).series.at(0).samples;
  EXPECT_EQ(samples.size(), 4U);
  for (const Sample& sample : samples) EXPECT_EQ(sample.timestamp_ns % (7 * kSecond), 0);
  EXPECT_LE(samples.front().timestamp_ns, request.start_ns);
  EXPECT_GE(samples.back().timestamp_ns, request.end_ns);
}

TEST(MetricQueryRange, DistinguishesEmptyFromMissing) {
  const VectorLogSource source({stream(R"({app="x"})", {{1, R"({"e":""})"}, {2, R"({"a":"1"})"}})});
  EXPECT_EQ(
      to_text(evaluate(
          instant(R"(sum by (e) (count_over_time({app="x"} | json [1m])))", kBase + 30 * kSecond), source)),
      R"({}=1 {e=""}=1)");
}

TEST(MetricQueryRange, SplitsSeriesByStructuredMetadata) {
  const VectorLogSource source(
      {stream(R"({app="x"})", {{1, "x", {{"user", "u1"}}}, {2, "y", {{"user", "u2"}}}, {3, "z"}})});
  EXPECT_EQ(to_text(evaluate(instant(R"(count_over_time({app="x"}[1m]))", kBase + 30 * kSecond), source)),
            R"({app="x"}=1 {app="x", user="u1"}=1 {app="x", user="u2"}=1)");
  EXPECT_EQ(to_text(evaluate(
                instant(R"(sum by (user) (count_over_time({app="x"}[1m])))", kBase + 30 * kSecond), source)),
            R"({}=1 {user="u1"}=1 {user="u2"}=1)");
}

TEST(MetricQueryLimits, HoldForSeriesPointsAndLength) {
  const VectorLogSource source = counting_source();
  QueryRequest request = instant(R"(count_over_time({job="x"}[1m]))", kBase + 30 * kSecond);
  request.limits.series_max = 1;
  EXPECT_EQ(
      to_text(evaluate(request, source)),
      "error: maximum number of series (1) reached for a single query; consider reducing query cardinality "
      "by "
      "adding more specific stream selectors, reducing the time range, or aggregating results with functions "
      "like sum(), count() or topk()");
  request.query = "sum(" + request.query + ")";
  EXPECT_EQ(to_text(evaluate(request, source)), "{}=8");
  EXPECT_EQ(to_text(evaluate(range("vector(1)", kBase, kBase + 11'001 * kSecond, kSecond), source)),
            "error: exceeded maximum resolution of 11,000 points per time series. Try increasing the value "
            "of the step "
            "parameter");
  QueryRequest longer = range("vector(1)", kBase, kBase + 961 * 3600 * kSecond, 3600 * kSecond);
  longer.limits.length_ns_max = (30 * 24 + 1) * 3600 * kSecond;
  EXPECT_EQ(to_text(evaluate(longer, source)),
            "error: the query time range exceeds the limit (query length: 961h0m0s, limit: 30d1h)");
  request.limits.memory_bytes_max = 10;
  EXPECT_EQ(evaluate(request, source).error().code, ErrorCode::LimitExceeded);
}

TEST(MetricQueryLimits, StopWhenCancelled) {
  const VectorLogSource source = counting_source();
  Cancellation cancellation;
  cancellation.cancel();
  QueryRequest request = instant(R"(count_over_time({job="x"}[1m]))", kBase + 30 * kSecond);
  request.cancellation = &cancellation;
  const auto result = evaluate(request, source);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace lokilib::test
