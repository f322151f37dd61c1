// SPDX-License-Identifier: Apache-2.0
// Queries over HTTP: validation in Loki's words, and Loki's shapes byte for byte.
#include <set>

#include <simdjson.h>

#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct BadCase {
  std::string_view name, path;
  Params params;
  std::string_view text;
};

class QueryValidation : public ApiFixture, public testing::WithParamInterface<BadCase> {
 protected:
  QueryValidation() {
    reset_with_loki_limits();
    push_line(R"({"a":"b"})", "there is a tenant with data");
  }
};

TEST_P(QueryValidation, AnswersInLokisWords) {
  const BadCase& c = GetParam();
  const Response answer = get("/loki/api/v1/" + std::string(c.path), c.params);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, c.text);  // no newline at the end
  EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
}

const Params kLog = {{"query", R"({a="b"})"}};
const Params kMetric = {{"query", R"(sum(rate({a="b"}[1m])))"}};

Params with(Params params, const Params& more) {
  params.insert(params.end(), more.begin(), more.end());
  return params;
}

constexpr std::string_view kOnlyEmpty =
    "parse error : queries require at least one regexp or equality matcher that does not have an "
    "empty-compatible "
    "value. For instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";

INSTANTIATE_TEST_SUITE_P(
    Range, QueryValidation,
    testing::Values(
        BadCase{"NoQuery", "query_range", {}, "parse error : syntax error: unexpected $end"},
        BadCase{"LimitText", "query_range", with(kLog, {{"limit", "abc"}}),
                "strconv.Atoi: parsing \"abc\": invalid syntax"},
        BadCase{"LimitZero", "query_range", with(kLog, {{"limit", "0"}}), "limit must be a positive value"},
        BadCase{"LimitNegative", "query_range", with(kLog, {{"limit", "-1"}}),
                "limit must be a positive value"},
        BadCase{"LimitLarge", "query_range", with(kLog, {{"limit", "5001"}}),
                "max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)"},
        BadCase{
            "LimitWraps", "query_range", with(kLog, {{"limit", "99999999999"}}),
            "max entries limit per query exceeded, limit > max_entries_limit_per_query (1215752191 > 5000)"},
        BadCase{"Direction", "query_range", with(kLog, {{"direction", "up"}}), "invalid direction 'up'"},
        BadCase{"EndBeforeStart", "query_range", with(kLog, {{"start", "1767225700"}, {"end", "1767225600"}}),
                "end timestamp must not be before or equal to start time"},
        BadCase{"StepZero", "query_range", with(kMetric, {{"step", "0"}}),
                "zero or negative query resolution step widths are not accepted. Try a positive integer"},
        BadCase{"StepNegative", "query_range", with(kLog, {{"step", "-1"}}),
                "zero or negative query resolution step widths are not accepted. Try a positive integer"},
        BadCase{"StepText", "query_range", with(kLog, {{"step", "1x"}}),
                "cannot parse \"1x\" to a valid duration"},
        BadCase{"StepHuge", "query_range", with(kLog, {{"step", "1e300"}}),
                "cannot parse \"1e300\" to a valid duration. It overflows int64"},
        BadCase{"TooManyPoints", "query_range", with(kLog, {{"step", "0.1"}}),
                "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of "
                "the step "
                "parameter"},
        BadCase{"IntervalNegative", "query_range", with(kLog, {{"interval", "-1"}}), "interval must be >= 0"},
        BadCase{"Start", "query_range", with(kLog, {{"start", "foo"}}),
                "could not parse 'start' parameter: strconv.ParseInt: parsing \"foo\": invalid syntax"},
        BadCase{"Since", "query_range", with(kLog, {{"since", "-1h"}}),
                "could not parse 'since' parameter: not a valid duration string: \"-1h\""},
        BadCase{"Syntax",
                "query_range",
                {{"query", "{a=}"}},
                "parse error at line 1, col 4: syntax error: unexpected }, expecting STRING"},
        BadCase{"TooLong", "query_range", with(kLog, {{"start", "0"}, {"end", "2595601"}}),
                "the query time range exceeds the limit (query length: 721h0m1s, limit: 30d1h)"},
        BadCase{"EmptySelector", "query_range", {{"query", "{}"}}, kOnlyEmpty}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Instant, QueryValidation,
    testing::Values(BadCase{"NoQuery", "query", {}, "parse error : syntax error: unexpected $end"},
                    BadCase{"Log", "query", kLog,
                            "log queries are not supported as an instant query type, please change your "
                            "query to a range query "
                            "type"},
                    BadCase{"Direction", "query", with(kLog, {{"direction", "x"}}), "invalid direction 'x'"},
                    BadCase{"Limit", "query", with(kMetric, {{"limit", "0"}}),
                            "limit must be a positive value"},
                    BadCase{"Time", "query", with(kMetric, {{"time", "foo"}}),
                            "strconv.ParseInt: parsing \"foo\": invalid syntax"}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    LookUps, QueryValidation,
    testing::Values(
        BadCase{"LabelsPipeline",
                "labels",
                {{"query", R"({a="b"} |= "x")"}},
                "only label matchers are supported"},
        BadCase{"LabelsEmptySelector", "labels", {{"query", "{}"}}, kOnlyEmpty},
        BadCase{"LabelsEndBeforeStart",
                "labels",
                {{"start", "1767225610"}, {"end", "1767225600"}},
                "this data is no longer available, it is past now - max_query_lookback (0s)"},
        BadCase{
            "SeriesEmptyMatch", "series", {{"match[]", ""}}, "parse error : syntax error: unexpected $end"},
        BadCase{"SeriesPipeline",
                "series",
                {{"match[]", R"({a="b"} | json)"}},
                "only label matchers are supported"},
        BadCase{"StatsPipeline",
                "index/stats",
                {{"query", R"({a="b"} | json)"}},
                "only label matchers are supported"},
        BadCase{"VolumeNoQuery", "index/volume", {}, "parse error : syntax error: unexpected $end"},
        BadCase{"VolumeLimit",
                "index/volume",
                {{"query", "{}"}, {"limit", "-1"}},
                "limit must be a positive value"},
        BadCase{"VolumeAggregation",
                "index/volume",
                {{"query", "{}"}, {"aggregateBy", "bogus"}},
                "invalid aggregation option"},
        BadCase{"VolumeRangeStep",
                "index/volume_range",
                {{"query", "{}"}, {"step", "x"}},
                "cannot parse \"x\" to a valid duration"},
        BadCase{"FieldsMetric", "detected_fields", kMetric, "only log selector is supported"},
        BadCase{"FieldsNoQuery", "detected_fields", {}, "parse error : syntax error: unexpected $end"},
        BadCase{"FieldsLines", "detected_fields", with(kLog, {{"line_limit", "x"}}),
                "strconv.Atoi: parsing \"x\": invalid syntax"},
        BadCase{"FieldsLimit", "detected_field/a/values", with(kLog, {{"limit", "0"}}),
                "limit must be a positive value"},
        BadCase{"PatternsPipeline",
                "patterns",
                {{"query", R"({a="b"} | json)"}},
                "only label matchers are supported"},
        BadCase{"PatternsStep", "patterns", with(kLog, {{"step", "0"}}),
                "zero or negative query resolution step widths are not accepted. Try a positive integer"},
        BadCase{"TailQuery",
                "tail",
                {{"query", "{"}},
                "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }"},
        BadCase{"TailDelay", "tail", with(kLog, {{"delay_for", "6"}}), "delay_for can't be greater than 5"},
        BadCase{"TailWithoutSocket", "tail", kLog, "Bad Request\n"}),
    [](const auto& info) { return std::string(info.param.name); });

class Query : public ApiFixture {
 protected:
  /// Two streams; of the first, two lines with different levels.
  void push_some() {
    push_line(R"({"app":"api"})", "level=info msg=one", 30);
    push_line(R"({"app":"api"})", "level=warn msg=<two>", 20, R"({"trace_id":"t2"})");
    push_line(R"({"app":"web"})", "three", 10);
  }
  static std::string at(int64_t age_s) { return std::to_string(kNow - age_s * kSecond); }
};

TEST_F(Query, GroupsEntriesByAllTheirLabels) {
  push_some();
  const Response answer = get("/loki/api/v1/query_range", {{"query", R"({app=~".+"})"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/json; charset=UTF-8");
  EXPECT_EQ(
      without_stats(answer.body),
      R"({"status":"success","data":{"resultType":"streams","result":[)"
      R"({"stream":{"app":"api","detected_level":"info","service_name":"api"},"values":[[")" +
          at(30) +
          R"(","level=info msg=one"]]},)"
          R"({"stream":{"app":"api","detected_level":"warn","service_name":"api","trace_id":"t2"},"values":[[")" +
          at(20) +
          R"(","level=warn msg=\u003ctwo\u003e"]]},)"
          R"({"stream":{"app":"web","detected_level":"unknown","service_name":"web"},"values":[[")" +
          at(10) + R"(","three"]]}])");
}

TEST_F(Query, CategorizesLabelsWhereAsked) {
  push_some();
  const std::vector<Header> flags = {{"X-Loki-Response-Encoding-Flags", "categorize-labels, other"}};
  const Response answer =
      get("/loki/api/v1/query_range", {{"query", R"({app=~".+"} | logfmt | drop detected_level)"}}, flags);
  EXPECT_EQ(
      without_stats(answer.body),
      R"({"status":"success","data":{"resultType":"streams","encodingFlags":["categorize-labels","other"],)"
      R"("result":[{"stream":{"app":"api","service_name":"api"},"values":[[")" +
          at(20) +
          R"(","level=warn msg=\u003ctwo\u003e",{"structuredMetadata":{"trace_id":"t2"},"parsed":{"level":"warn",)"
          R"("msg":"<two>"}}],[")" +
          at(30) +
          R"(","level=info msg=one",{"parsed":{"level":"info","msg":"one"}}]]},)"
          R"({"stream":{"app":"web","service_name":"web"},"values":[[")" +
          at(10) + R"(","three",{}]]}])");
  const Response metric = get("/loki/api/v1/query_range", {{"query", R"(rate({app="api"}[1m]))"}}, flags);
  EXPECT_EQ(metric.body.find("encodingFlags"), std::string::npos);
}

TEST_F(Query, KeepsDirectionAndLimit) {
  push_some();
  const Response answer = get("/loki/api/v1/query_range",
                              {{"query", R"({app="api"})"}, {"limit", "1"}, {"direction", "FORWARD"}});
  EXPECT_THAT(answer.body, HasSubstr("one"));
  EXPECT_EQ(answer.body.find("two"), std::string::npos);
}

TEST_F(Query, TakesFormsAsWell) {
  push_some();
  const Response answer =
      post("/loki/api/v1/query_range?limit=x", form({{"query", R"({app="web"})"}, {"limit", "5"}}),
           {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("three"));
}

TEST_F(Query, AnswersVectorsAndMatrices) {
  push_some();
  const std::string query = R"(sum by (app) (count_over_time({app=~".+"}[1m])))";
  EXPECT_EQ(
      without_stats(get("/loki/api/v1/query", {{"query", query}, {"time", at(0)}}).body),
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"app":"api"},"value":[1795521600,)"
      R"("2"]},{"metric":{"app":"web"},"value":[1795521600,"1"]}])");
  EXPECT_EQ(
      without_stats(get("/loki/api/v1/query_range",
                        {{"query", query}, {"start", at(30)}, {"end", at(15)}, {"step", "7.5"}})
                        .body),
      R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"app":"api"},"values":[)"
      R"([1795521570,"1"],[1795521577.5,"1"],[1795521585,"2"]]}])");
}

TEST_F(Query, AnswersTheDatasourcesHealthCheck) {
  EXPECT_EQ(
      without_stats(get("/loki/api/v1/query?query=vector(1)%2Bvector(1)").body),
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795521600,"2"]}])");
  EXPECT_EQ(without_stats(get("/loki/api/v1/query?query=1%2B1.5").body),
            R"({"status":"success","data":{"resultType":"scalar","result":[1795521600,"2.5"])");
}

TEST_F(Query, AnswersNothingAsAnEmptyList) {
  EXPECT_EQ(without_stats(get("/loki/api/v1/query_range", kLog).body),
            R"({"status":"success","data":{"resultType":"streams","result":[])");
  EXPECT_EQ(without_stats(get("/loki/api/v1/query", kMetric).body),
            R"({"status":"success","data":{"resultType":"vector","result":[])");
}

TEST_F(Query, StatesAllOfLokisStatistics) {
  push_some();
  const std::string body = get("/loki/api/v1/query_range", {{"query", R"({app="api"} |= "two")"}}).body;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(body).get(root), simdjson::SUCCESS) << body;
  const auto number = [&](const char* pointer) {
    double value = -1;
    EXPECT_EQ(root.at_pointer(pointer).get_double().get(value), simdjson::SUCCESS) << pointer;
    return value;
  };
  EXPECT_EQ(number("/data/stats/summary/totalEntriesReturned"), 1);
  EXPECT_EQ(number("/data/stats/summary/totalLinesProcessed"), 2);
  EXPECT_EQ(number("/data/stats/querier/store/chunk/postFilterLines"), 1);
  for (const char* pointer :
       {"/data/stats/ingester/store/dataobj/pagesScanned", "/data/stats/ingester/totalLinesSent",
        "/data/stats/cache/instantMetricResult/queryLengthServed", "/data/stats/index/totalStreams",
        "/data/stats/querier/querierExecTime", "/data/stats/summary/splits"}) {
    EXPECT_GE(number(pointer), 0);
  }
}

TEST_F(Query, ReadsShardsAndLeavesNothingOut) {
  push_some();
  EXPECT_EQ(get("/loki/api/v1/query_range", with(kLog, {{"shards", "x"}})).status, 500);
  EXPECT_EQ(get("/loki/api/v1/query_range", with(kLog, {{"shards", "0_of_2"}})).status, 200);
}

TEST_F(Query, AnswersTheLegacyForm) {
  push_some();
  const Response answer = get("/api/prom/query", {{"query", R"({app="api"})"}, {"regexp", "tw."}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      without_stats(answer.body),
      R"({"streams":[{"labels":"{app=\"api\", detected_level=\"warn\", service_name=\"api\", trace_id=\"t2\"}",)"
      R"("entries":[{"ts":"2026-11-24T11:59:40Z","line":"level=warn msg=\u003ctwo\u003e"}]}])");
  const Response metric = get("/api/prom/query", kMetric);
  EXPECT_EQ(metric.status, 400);
  EXPECT_EQ(metric.body,
            "rpc error: code = Code(400) desc = legacy endpoints only support streams result type");
}

TEST_F(Query, FormatsQueries) {
  const Response good = get("/loki/api/v1/format_query", {{"query", R"({a="b"}|="<x>")"}});
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.body, "{\"status\":\"success\",\"data\":\"{a=\\\"b\\\"} |= \\\"\\u003cx\\u003e\\\"\"}\n");
  EXPECT_EQ(header_of(good, "Content-Type"), "application/json; charset=utf-8");
  const Response bad = get("/loki/api/v1/format_query");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body,
            "{\"status\":\"invalid-query\",\"error\":\"parse error : syntax error: unexpected $end\"}\n");
}

TEST_F(Query, SaysThatTailingIsNotThere) {
  const Response answer =
      get("/loki/api/v1/tail", kLog, {{"Upgrade", "WebSocket"}, {"Connection", "Upgrade"}});
  EXPECT_EQ(answer.status, 501);
  EXPECT_EQ(answer.body, "tailing over a WebSocket is not available\n");
}

}  // namespace
}  // namespace lokilib::http::test
