// SPDX-License-Identifier: Apache-2.0
// From a request line to an endpoint: unknown paths, methods, redirects, prefixes, tenants.
#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

using testing::HasSubstr;

class Routes : public ApiFixture {
 protected:
  int status_of(const std::string& method, const std::string& target) {
    return api_->handle({method, target, {}, ""}).status;
  }
  void use_auth() {
    ApiOptions options;
    options.auth_enabled = true;
    reset(options, {});
  }
  Response labels_as(const std::string& tenant) {
    return get_with("/loki/api/v1/labels", {{"X-Scope-OrgID", tenant}});
  }
};

TEST_F(Routes, AnswerUnknownPathsWith404) {
  for (const char* path :
       {"/", "/loki/api/v1/", "/loki/api/v1/query_range/", "/loki/api/v2/labels", "/loki/api/v1/label/job",
        "/loki/api/v1/label/job/values/x", "/api/prom/query_range", "/loki/api/v1/index",
        "/loki/api/v1/delete", "/indexgateway/ring", ""}) {
    const Response answer = get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body, "404 page not found\n") << path;
    EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(Routes, AnswerOtherMethodsWith405AndNoBody) {
  for (const char* method : {"PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}) {
    EXPECT_EQ(status_of(method, "/loki/api/v1/query"), 405) << method;
    EXPECT_EQ(status_of(method, "/loki/api/v1/push"), 405) << method;
  }
  EXPECT_EQ(status_of("GET", "/loki/api/v1/push"), 405);
  EXPECT_EQ(status_of("POST", "/loki/api/v1/status/buildinfo"), 405);
  EXPECT_EQ(api_->handle({"PUT", "/loki/api/v1/push", {}, "{}"}).body, "");
}

TEST_F(Routes, AnswerHeadWhereProbesAsk) {
  EXPECT_EQ(status_of("HEAD", "/ready"), 200);
  EXPECT_EQ(status_of("HEAD", "/metrics"), 200);
}

TEST_F(Routes, RedirectToTheCleanPath) {
  const Response answer = get("/loki//api/v1/labels?a=b//c");
  EXPECT_EQ(answer.status, 301);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(header_of(answer, "Location"), "/loki/api/v1/labels?a=b//c");
  EXPECT_EQ(header_of(get("/loki/./api/../api/v1/labels"), "Location"), "/loki/api/v1/labels");
  EXPECT_EQ(header_of(get("//"), "Location"), "/");
  EXPECT_EQ(header_of(get("/../ready/"), "Location"), "/ready/");
  EXPECT_EQ(get("/loki/api/v1/label//values").status, 301);
}

TEST_F(Routes, DecodeThePath) {
  EXPECT_EQ(status_of("GET", "/loki/api/v1/label%73"), 200);
  EXPECT_EQ(status_of("GET", "/loki/api/v1/label/a%2Fb/values"), 404);  // it is a slash
  EXPECT_EQ(status_of("GET", "/loki/api/v1/label/a%20b/values"), 200);
  EXPECT_EQ(status_of("GET", "/loki/api/v1/label/%zz/values"), 400);
}

TEST_F(Routes, StandBehindThePrefix) {
  ApiOptions options;
  options.path_prefix = "/logs";
  reset(options, {});
  EXPECT_EQ(status_of("GET", "/logs/ready"), 200);
  EXPECT_EQ(status_of("GET", "/ready"), 404);
  EXPECT_EQ(header_of(get("/logs//ready"), "Location"), "/logs/ready");
}

TEST_F(Routes, RefuseABadEscapeInParameters) {
  const Response answer = get("/loki/api/v1/query_range?query=%7B%7D&start=%zz");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "invalid URL escape \"%zz\"");
}

TEST_F(Routes, DoNotReadAPushAsAForm) {
  const Response answer = post("/loki/api/v1/push?x=%zz", R"({"streams":[{"stream":{"a":"b"},"values":[]}]})",
                               {{"Content-Type", "application/json"}});
  EXPECT_EQ(answer.status, 204) << answer.body;
}

TEST_F(Routes, IgnoreTheTenantHeaderWithoutAuth) {
  push_line(R"({"app":"x"})", "hello");
  EXPECT_THAT(labels_as("a|b").body, HasSubstr("\"app\""));
}

TEST_F(Routes, RequireATenantWithAuth) {
  use_auth();
  const Response answer = get("/loki/api/v1/labels");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body, "no org id\n");
  EXPECT_EQ(labels_as("").status, 401);
  EXPECT_EQ(labels_as(":sub").status, 401);
  EXPECT_EQ(get("/ready").status, 200);
  EXPECT_EQ(get("/loki/api/v1/format_query?query=%7Ba%3D%22b%22%7D").status, 200);
}

TEST_F(Routes, KeepTenantsApart) {
  use_auth();
  const std::string body = R"({"streams":[{"stream":{"app":"of-a"},"values":[[")" +
                           std::to_string(kNow - kSecond) + R"(","x"]]}]})";
  ASSERT_EQ(push_json(body, {{"X-Scope-OrgID", "a"}}).status, 204);
  EXPECT_EQ(labels_as("a").body, "{\"status\":\"success\",\"data\":[\"app\",\"service_name\"]}\n");
  EXPECT_EQ(labels_as("b").body, "{\"status\":\"success\"}\n");
  EXPECT_EQ(labels_as("a:anything").body, labels_as("a").body);  // a sub-tenant
  EXPECT_EQ(labels_as("a|a").body, labels_as("a").body);
}

TEST_F(Routes, RefuseBadTenants) {
  use_auth();
  const auto refused = [&](const std::string& tenant) {
    const Response answer = labels_as(tenant);
    EXPECT_EQ(answer.status, 400) << tenant;
    return answer.body;
  };
  EXPECT_EQ(refused("a|b"), "multiple org IDs present\n");
  EXPECT_EQ(refused("a/b"), "tenant ID 'a/b' contains unsupported character '/'\n");
  EXPECT_EQ(refused(".."), "tenant ID is '.' or '..'\n");
  EXPECT_EQ(refused(std::string(151, 'x')), "tenant ID is too long: max 150 characters\n");
  EXPECT_EQ(labels_as("ok!-_.*'()9").status, 200);
}

TEST_F(Routes, AskForATenantWhereLimitsAreShown) {
  EXPECT_EQ(get("/loki/api/v1/drilldown-limits").status, 401);
  EXPECT_EQ(get("/config/tenant/v1/limits").status, 401);
  EXPECT_EQ(get_with("/loki/api/v1/drilldown-limits", {{"X-Scope-OrgID", "t"}}).status, 200);
}

TEST(RequestHeader, IsFoundInAnyCase) {
  const Request request{"GET", "/", {{"Content-Type", "a"}, {"content-type", "b"}}, ""};
  EXPECT_EQ(request.header("CONTENT-TYPE"), "a");
  EXPECT_EQ(request.header("Accept"), "");
}

}  // namespace
}  // namespace lokilib::http::test
