// SPDX-License-Identifier: Apache-2.0
// What the drilldown pages ask: labels worth showing, fields of lines and their values.
#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

class Detected : public ApiFixture {
 protected:
  Detected() {
    TenantLimits limits;
    limits.ingest.discover_log_levels = false;
    reset({}, limits);
  }
};

TEST_F(Detected, LabelsOfNumbersAreHidden) {
  push_line(R"({"app":"api","id":"1","flag":"1","pod":"7","trace":"01234567-89ab-cdef-0123-456789abcdef"})",
            "x");
  push_line(R"({"app":"web","id":"2.5","flag":"0","pod":"8","mixed":"1"})", "x");
  EXPECT_EQ(
      get("/loki/api/v1/detected_labels", {{"query", R"({app=~".+"})"}}).body,
      "{\"detectedLabels\":[{\"label\":\"app\",\"cardinality\":2},{\"label\":\"flag\",\"cardinality\":2},"
      "{\"label\":\"mixed\",\"cardinality\":1},{\"label\":\"pod\",\"cardinality\":2},"
      "{\"label\":\"service_name\",\"cardinality\":2}]}\n");
  EXPECT_EQ(get("/loki/api/v1/detected_labels").body,
            get("/loki/api/v1/detected_labels", {{"query", "{}"}}).body);
  EXPECT_EQ(get("/loki/api/v1/detected_labels", {{"query", R"({app="nope"})"}}).body, "{}\n");
}

TEST_F(Detected, FieldsComeFromMetadataJsonAndLogfmt) {
  push_line(R"({"app":"x"})", R"({\"status\":200,\"http\":{\"took\":\"3ms\"},\"app\":\"inner\"})", 30,
            R"({"trace_id":"abc"})");
  push_line(R"({"app":"x"})", "status=404 size=10KiB", 20);
  push_line(R"({"app":"x"})", "no fields here", 10);
  EXPECT_EQ(
      get("/loki/api/v1/detected_fields", {{"query", R"({app="x"})"}}).body,
      R"({"fields":[)"
      R"({"label":"app_extracted","type":"string","cardinality":1,"parsers":["json"],"jsonPath":["app"]},)"
      R"({"label":"http_took","type":"duration","cardinality":1,"parsers":["json"],"jsonPath":["http","took"]},)"
      R"({"label":"size","type":"bytes","cardinality":1,"parsers":["logfmt"]},)"
      R"({"label":"status","type":"int","cardinality":2,"parsers":["logfmt","json"],"jsonPath":["status"]},)"
      R"({"label":"trace_id","type":"string","cardinality":1,"parsers":null}],"limit":1000})"
      "\n");
}

TEST_F(Detected, FieldsAreLimited) {
  push_line(R"({"app":"x"})", "a=1 b=2 c=3", 20);
  push_line(R"({"app":"x"})", "z=1", 10);
  const Response newest =
      get("/loki/api/v1/detected_fields", {{"query", R"({app="x"})"}, {"line_limit", "1"}, {"limit", "5"}});
  EXPECT_EQ(newest.body,
            "{\"fields\":[{\"label\":\"z\",\"type\":\"int\",\"cardinality\":1,\"parsers\":[\"logfmt\"]}],"
            "\"limit\":5}\n");
  const Response few = get("/loki/api/v1/detected_fields", {{"query", R"({app="x"})"}, {"field_limit", "2"}});
  EXPECT_THAT(few.body, testing::EndsWith("],\"limit\":2}\n"));
  EXPECT_THAT(few.body, testing::Not(testing::HasSubstr("\"b\"")));
}

TEST_F(Detected, FieldsOfNothingAreNothing) {
  EXPECT_EQ(get("/loki/api/v1/detected_fields", {{"query", R"({app="nope"})"}}).body, "{}\n");
  EXPECT_EQ(get("/loki/api/v1/detected_field/a/values", {{"query", R"({app="nope"})"}}).body, "{}\n");
}

TEST_F(Detected, ValuesAreThoseOfTheField) {
  push_line(R"({"app":"x"})", "size=10KiB op=read", 30);
  push_line(R"({"app":"x"})", "size=1.5kb op=write", 20);
  EXPECT_EQ(get("/loki/api/v1/detected_field/op/values", {{"query", R"({app="x"})"}}).body,
            "{\"limit\":1000,\"values\":[\"read\",\"write\"]}\n");
  EXPECT_EQ(get("/loki/api/v1/detected_field/size/values", {{"query", R"({app="x"})"}}).body,
            "{\"limit\":1000,\"values\":[\"1.5kB\",\"10kB\"]}\n");
  EXPECT_EQ(get("/loki/api/v1/detected_field/op/values", {{"query", R"({app="x"})"}, {"limit", "1"}}).body,
            "{\"limit\":1,\"values\":[\"read\"]}\n");
}

TEST_F(Detected, FieldsThatTheQueryMakesCountToo) {
  push_line(R"({"app":"x"})", "a=1", 30);
  const Response answer =
      get("/loki/api/v1/detected_fields", {{"query", R"({app="x"} | logfmt | line_format "gone")"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body,
            "{\"fields\":[{\"label\":\"a\",\"type\":\"int\",\"cardinality\":1,\"parsers\":[\"logfmt\"]}],"
            "\"limit\":1000}\n");
}

}  // namespace
}  // namespace lokilib::http::test
