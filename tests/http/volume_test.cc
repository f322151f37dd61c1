// SPDX-License-Identifier: Apache-2.0
// How much there is: /index/stats, /index/volume, /index/volume_range.
#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

class Volumes : public ApiFixture {
 protected:
  Volumes() {
    // Without levels, bytes are those of the lines.
    TenantLimits limits;
    limits.ingest.discover_log_levels = false;
    reset({}, limits);
    push_line(R"({"app":"api","env":"prod"})", std::string(100, 'x'), 100);
    push_line(R"({"app":"web","env":"prod"})", std::string(40, 'x'), 100);
    push_line(R"({"app":"db"})", std::string(60, 'x'), 2000);
  }
  static std::string at(int64_t age_s) { return std::to_string(kNow - age_s * kSecond); }

  std::string result(const std::string& path, Params params) {
    params.emplace_back("end", at(0));
    const Response answer = get("/loki/api/v1/index/" + path, params);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const std::string body = without_stats(answer.body);
    return body.substr(body.find("\"resultType\""));
  }
};

TEST_F(Volumes, CountWhatMatches) {
  const Response answer = get("/loki/api/v1/index/stats", {{"query", R"({env="prod"})"}});
  EXPECT_EQ(answer.body, "{\"streams\":2,\"chunks\":2,\"bytes\":140,\"entries\":2}\n");
  EXPECT_EQ(get("/loki/api/v1/index/stats", {{"query", R"({env="none"})"}}).body,
            "{\"streams\":0,\"chunks\":0,\"bytes\":0,\"entries\":0}\n");
}

TEST_F(Volumes, AreGroupedByTheSelectorsLabels) {
  EXPECT_EQ(
      result("volume", {{"query", R"({app=~".+"})"}}),
      R"("resultType":"vector","result":[{"metric":{"app":"api"},"value":[1795521600,"100"]},)"
      R"({"metric":{"app":"db"},"value":[1795521600,"60"]},{"metric":{"app":"web"},"value":[1795521600,"40"]}])");
  EXPECT_EQ(result("volume", {{"query", R"({app=~".+"})"}, {"limit", "1"}}),
            R"("resultType":"vector","result":[{"metric":{"app":"api"},"value":[1795521600,"100"]}])");
}

TEST_F(Volumes, AreGroupedByTargetLabels) {
  EXPECT_EQ(result("volume", {{"query", R"({app=~".+"})"}, {"targetLabels", "env"}}),
            R"("resultType":"vector","result":[{"metric":{"env":"prod"},"value":[1795521600,"140"]}])");
  EXPECT_EQ(result("volume", {{"query", R"({app=~".+"})"}, {"targetLabels", "env,nope"}}),
            R"("resultType":"vector","result":[])");
}

TEST_F(Volumes, AreGroupedByLabelNames) {
  EXPECT_EQ(result("volume", {{"query", "{}"}, {"aggregateBy", "labels"}}),
            R"("resultType":"vector","result":[{"metric":{"app":""},"value":[1795521600,"200"]},)"
            R"({"metric":{"service_name":""},"value":[1795521600,"200"]},)"
            R"({"metric":{"env":""},"value":[1795521600,"140"]}])");
}

TEST_F(Volumes, OverARangeAreStampedWithTheBucketsEnd) {
  // Buckets of half an hour, aligned; the last sample stands at the end of the range itself.
  EXPECT_EQ(
      result("volume_range", {{"query", R"({service_name=~".+"})"}, {"step", "1800"}, {"start", at(3600)}}),
      R"("resultType":"vector","result":[{"metric":{"service_name":"api"},"value":[1795521600,"100"]},)"
      R"({"metric":{"service_name":"db"},"value":[1795519799.999,"60"]},)"
      R"({"metric":{"service_name":"web"},"value":[1795521600,"40"]}])");
  push_line(R"({"app":"api","env":"prod"})", std::string(10, 'x'), 3000);
  ASSERT_TRUE(database_->flush());
  push_line(R"({"app":"api","env":"prod"})", std::string(5, 'x'), 50);
  const std::string matrix =
      result("volume_range", {{"query", R"({app="db"})"}, {"step", "600"}, {"start", at(3600)}});
  EXPECT_EQ(matrix,
            R"("resultType":"vector","result":[{"metric":{"app":"db"},"value":[1795519799.999,"60"]}])");
}

TEST_F(Volumes, OfTooManySeriesAreRefused) {
  ApiOptions options;
  options.volume_series_max = 1;
  reset(options, {});
  push_line(R"({"app":"1"})", "x");
  push_line(R"({"app":"2"})", "x");
  const Response answer = get("/loki/api/v1/index/volume", {{"query", R"({app=~".+"})"}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "the query hit the max number of series limit (limit: 1 series)");
}

}  // namespace
}  // namespace lokilib::http::test
