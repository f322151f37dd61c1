// SPDX-License-Identifier: Apache-2.0
// api_fixture.h: an Api over a database in memory, at a time that stands still. No socket.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <lokilib/database.h>
#include <lokilib/http.h>

namespace lokilib::http::test {

inline constexpr int64_t kSecond = 1'000'000'000;
/// 2026-11-24T12:00:00Z.
inline constexpr int64_t kNow = 1'795'521'600 * kSecond;

class FixedClock final : public Clock {
 public:
  int64_t now_ns() const override { return kNow; }
  int64_t monotonic_ns() const override { return kNow; }
};

/// Text safe in a URL.
inline std::string escape_url(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out.push_back(c);
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

using Params = std::vector<std::pair<std::string, std::string>>;

inline std::string form(const Params& params) {
  std::string out;
  for (const auto& [name, value] : params) {
    if (!out.empty()) out += "&";
    out += escape_url(name) + "=" + escape_url(value);
  }
  return out;
}

/// Without the statistics of a query, which are checked on their own.
inline std::string without_stats(std::string body) {
  const size_t at = body.find(",\"stats\":");
  if (at == std::string::npos) return body;
  body.erase(at);
  return body;
}

inline std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

class ApiFixture : public testing::Test {
 protected:
  ApiFixture() { reset({}, {}); }

  /// A new, empty database and an Api over it.
  void reset(ApiOptions api_options, TenantLimits limits) {
    api_.reset();
    database_.reset();
    DatabaseOptions options;
    options.clock = &clock_;
    options.background_thread = false;
    options.limits = std::move(limits);
    auto opened = Database::open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().to_string();
    database_ = std::make_unique<Database>(std::move(*opened));
    api_ = std::make_unique<Api>(*database_, std::move(api_options));
  }
  void reset_with_loki_limits() {
    TenantLimits limits;
    limits.ingest = IngestLimits::loki();
    limits.query.length_ns_max = 721LL * 3600 * kSecond;
    limits.query.series_max = 500;
    limits.loki_quirks = true;
    reset({}, limits);
  }

  Response get(const std::string& target) { return get_with(target, {}); }
  Response get_with(const std::string& target, std::vector<Header> headers) {
    return api_->handle({"GET", target, std::move(headers), ""});
  }
  Response get(const std::string& path, const Params& params, std::vector<Header> headers = {}) {
    return get_with(path + "?" + form(params), std::move(headers));
  }
  Response post(const std::string& target, std::string body, std::vector<Header> headers) {
    return api_->handle({"POST", target, std::move(headers), std::move(body)});
  }
  Response push_json(std::string body, std::vector<Header> headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return post("/loki/api/v1/push", std::move(body), std::move(headers));
  }
  /// One line, `age_s` seconds ago.
  void push_line(const std::string& labels_json, const std::string& line, int64_t age_s = 10,
                 const std::string& metadata_json = "") {
    const std::string time = std::to_string(kNow - age_s * kSecond);
    const Response answer =
        push_json(R"({"streams":[{"stream":)" + labels_json + R"(,"values":[[")" + time + R"(",")" + line +
                  "\"" + (metadata_json.empty() ? "" : "," + metadata_json) + "]]}]}");
    ASSERT_EQ(answer.status, 204) << answer.body;
  }

  /// The result part of a query_range over the last hour, oldest first.
  std::string query_result(const std::string& query) {
    const Response answer =
        get("/loki/api/v1/query_range", {{"query", query}, {"direction", "forward"}, {"limit", "1000"}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    const std::string body = without_stats(answer.body);
    const size_t at = body.find("\"result\":");
    return at == std::string::npos ? body : body.substr(at + 9);
  }

  FixedClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Api> api_;
};

}  // namespace lokilib::http::test
