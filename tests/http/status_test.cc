// SPDX-License-Identifier: Apache-2.0
// Operational endpoints.
#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

using testing::HasSubstr;

class Status : public ApiFixture {};

TEST_F(Status, IsReady) {
  const Response answer = get("/ready");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "ready\n");
  EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(Status, NamesLokisVersion) {
  const Response answer = get("/loki/api/v1/status/buildinfo");
  EXPECT_THAT(answer.body, testing::StartsWith("{\"version\":\"3.7.6\",\"revision\":\"lokilib "));
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/json");
}

TEST_F(Status, CountsRequestsAndLines) {
  TenantLimits limits;
  limits.ingest.discover_log_levels = false;  // which would add to the bytes
  reset({}, limits);
  push_line(R"({"app":"x"})", "12345");
  get("/loki/api/v1/query_range", {{"query", "{"}});
  get("/nope");
  const std::string text = get("/metrics").body;
  EXPECT_THAT(text,
              HasSubstr("loki_request_duration_seconds_count{method=\"POST\",route=\"loki_api_v1_push\","
                        "status_code=\"204\",ws=\"false\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("route=\"loki_api_v1_query_range\",status_code=\"400\""));
  EXPECT_THAT(text, HasSubstr("route=\"other\",status_code=\"404\""));
  EXPECT_THAT(text, HasSubstr("loki_distributor_lines_received_total{tenant=\"fake\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("loki_distributor_bytes_received_total{tenant=\"fake\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("lokilib_streams_in_memory 1\n"));
}

TEST_F(Status, CountsWhatWasRefused) {
  reset_with_loki_limits();
  const std::string late = std::to_string(kNow + 3600 * kSecond);
  push_json(R"({"streams":[{"stream":{"a":"b"},"values":[[")" + late + R"(","12345"]]}]})");
  const std::string text = get("/metrics").body;
  EXPECT_THAT(text,
              HasSubstr("loki_discarded_samples_total{reason=\"too_far_in_future\",tenant=\"fake\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("loki_discarded_bytes_total{reason=\"too_far_in_future\",tenant=\"fake\"} 5\n"));
}

TEST_F(Status, Flushes) {
  push_line(R"({"app":"x"})", "hello");
  EXPECT_EQ(post("/flush", "", {}).status, 204);
  EXPECT_EQ(database_->stats().segments, 1U);
  EXPECT_THAT(query_result(R"({app="x"})"), HasSubstr("hello"));
}

TEST_F(Status, KeepsItsLogLevel) {
  EXPECT_EQ(get("/log_level").body, "{\"message\":\"Current log level is info\"}\n");
  const Response bad = post("/log_level?log_level=foo", "", {});
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body, "{\"status\":\"failed\",\"message\":\"unrecognized log level \\\"foo\\\"\"}\n");
  EXPECT_EQ(post("/log_level?log_level=debug", "", {}).status, 400);
}

TEST_F(Status, ShowsLimitsUnderLokisNames) {
  reset_with_loki_limits();
  const std::string json = get_with("/loki/api/v1/drilldown-limits", {{"X-Scope-OrgID", "t"}}).body;
  EXPECT_THAT(json, testing::StartsWith(
                        "{\"limits\":{\"discover_log_levels\":true,\"discover_service_name\":[\"service\""));
  EXPECT_THAT(json, HasSubstr("\"max_query_length\":\"30d1h\""));
  EXPECT_THAT(json, HasSubstr("\"max_query_bytes_read\":\"0B\""));
  EXPECT_THAT(json, HasSubstr("\"max_query_series\":500,"));
  EXPECT_THAT(json, HasSubstr("\"query_timeout\":\"1m\""));
  EXPECT_THAT(json, testing::EndsWith("},\"pattern_ingester_enabled\":false,\"version\":\"3.7.6\"}\n"));
  const Response yaml = get_with("/config/tenant/v1/limits", {{"X-Scope-OrgID", "t"}});
  EXPECT_THAT(yaml.body, HasSubstr("\nmax_query_series: 500\n"));
  EXPECT_EQ(header_of(yaml, "Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(Status, AnswersForFeaturesThatAreOff) {
  const Response patterns = get("/loki/api/v1/patterns", {{"query", R"({a="b"})"}});
  EXPECT_EQ(patterns.status, 404);
  EXPECT_EQ(patterns.body, "");
  EXPECT_EQ(get("/loki/api/v1/rules").body, "no rule groups found\n");
  EXPECT_EQ(get("/loki/api/v1/rules/some").status, 404);
  EXPECT_EQ(get("/prometheus/api/v1/rules").body,
            R"({"status":"success","data":{"groups":[]},"errorType":"","error":""})");
  EXPECT_EQ(get("/prometheus/api/v1/alerts").body,
            R"({"status":"success","data":{"alerts":[]},"errorType":"","error":""})");
  EXPECT_EQ(get("/memberlist").body, "This instance doesn't use memberlist.\n");
  EXPECT_EQ(get("/ring").status, 200);
  EXPECT_EQ(get_with("/compactor/ring", {{"Accept", "application/json"}}).body, "{\"shards\":[]}\n");
  EXPECT_THAT(get("/services").body, HasSubstr(" => Running\n"));
}

}  // namespace
}  // namespace lokilib::http::test
