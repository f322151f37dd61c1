// SPDX-License-Identifier: Apache-2.0
// Label names, label values and series.
#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

class LabelLookUps : public ApiFixture {
 protected:
  LabelLookUps() {
    push_line(R"({"app":"api","env":"prod"})", "x");
    push_line(R"({"app":"web","env":"dev"})", "x");
    push_line(R"({"job":"old"})", "x", 7200);
  }
};

TEST_F(LabelLookUps, ListNames) {
  EXPECT_EQ(get("/loki/api/v1/labels").body,
            "{\"status\":\"success\",\"data\":[\"app\",\"env\",\"service_name\"]}\n");
  EXPECT_EQ(get("/loki/api/v1/label").body, get("/loki/api/v1/labels").body);
  EXPECT_EQ(get("/loki/api/v1/labels", {{"since", "3h"}, {"query", R"({job="old"})"}}).body,
            "{\"status\":\"success\",\"data\":[\"job\",\"service_name\"]}\n");
}

TEST_F(LabelLookUps, ListValues) {
  EXPECT_EQ(get("/loki/api/v1/label/app/values").body,
            "{\"status\":\"success\",\"data\":[\"api\",\"web\"]}\n");
  EXPECT_EQ(get("/loki/api/v1/label/app/values", {{"query", R"({env="dev"})"}}).body,
            "{\"status\":\"success\",\"data\":[\"web\"]}\n");
}

TEST_F(LabelLookUps, LeaveDataOutWhereThereIsNone) {
  EXPECT_EQ(get("/loki/api/v1/label/nope/values").body, "{\"status\":\"success\"}\n");
  EXPECT_EQ(get("/loki/api/v1/label/a-b/values").body, "{\"status\":\"success\"}\n");
  EXPECT_EQ(get("/loki/api/v1/labels", {{"query", R"({app="nope"})"}}).body, "{\"status\":\"success\"}\n");
  EXPECT_EQ(get("/loki/api/v1/series", {{"match[]", R"({app="nope"})"}}).body,
            "{\"status\":\"success\",\"data\":[]}\n");
}

TEST_F(LabelLookUps, ListSeries) {
  const std::string api = R"({"app":"api","env":"prod","service_name":"api"})";
  const std::string web = R"({"app":"web","env":"dev","service_name":"web"})";
  const std::string both = "{\"status\":\"success\",\"data\":[" + api + "," + web + "]}\n";
  EXPECT_EQ(get("/loki/api/v1/series").body, both);
  EXPECT_EQ(get("/loki/api/v1/series", {{"match[]", " { } "}}).body, both);
  EXPECT_EQ(get("/loki/api/v1/series", {{"match[]", R"({app="web"})"}, {"match", R"({app=~".+"})"}}).body,
            both);
  EXPECT_EQ(get("/loki/api/v1/series", {{"match", R"({env!="dev",app=~".+"})"}}).body,
            "{\"status\":\"success\",\"data\":[" + api + "]}\n");
  EXPECT_EQ(post("/loki/api/v1/series", form({{"match[]", R"({app="web"})"}}),
                 {{"Content-Type", "application/x-www-form-urlencoded"}})
                .body,
            "{\"status\":\"success\",\"data\":[" + web + "]}\n");
  EXPECT_EQ(get("/api/prom/series").body, both);
}

TEST_F(LabelLookUps, AnswerTheLegacyForm) {
  EXPECT_EQ(get("/api/prom/label").body, "{\"values\":[\"app\",\"env\",\"service_name\"]}\n");
  EXPECT_EQ(get("/api/prom/label/app/values").body, "{\"values\":[\"api\",\"web\"]}\n");
}

}  // namespace
}  // namespace lokilib::http::test
