// SPDX-License-Identifier: Apache-2.0
// Parameters, times, durations and counts are read as Go and Loki read them.
#include "request_params.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query_params.h"
#include "rfc3339.h"

namespace lokilib::http {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

RequestParams params_of(const std::string& query) {
  auto parsed = RequestParams::parse({"GET", "/x?" + query, {}, ""});
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : RequestParams();
}

template <typename T>
std::string error_of(const Result<T>& result) {
  return result ? "no error" : result.error().message;
}

TEST(RequestParams, DecodesNamesAndValues) {
  const RequestParams params = params_of("a=1+2&b%20c=%7B%7d&empty=&flag&&a=second");
  EXPECT_EQ(params.get("a"), "1 2");
  EXPECT_EQ(params.get("b c"), "{}");
  EXPECT_EQ(params.get("empty"), "");
  EXPECT_TRUE(params.has("flag"));
  EXPECT_FALSE(params.has("other"));
  EXPECT_THAT(params.all("a"), testing::ElementsAre("1 2", "second"));
}

TEST(RequestParams, TakesTheFormBeforeTheUrl) {
  const auto params =
      RequestParams::parse({"POST",
                            "/x?a=url&b=url",
                            {{"content-type", "Application/X-WWW-Form-Urlencoded; charset=utf-8"}},
                            "a=body"});
  ASSERT_TRUE(params);
  EXPECT_EQ(params->get("a"), "body");
  EXPECT_EQ(params->get("b"), "url");
  EXPECT_THAT(params->all("a"), testing::ElementsAre("body", "url"));
}

TEST(RequestParams, ReadsNoFormFromOtherBodies) {
  const auto get =
      RequestParams::parse({"GET", "/x", {{"Content-Type", "application/x-www-form-urlencoded"}}, "a=body"});
  EXPECT_FALSE(get->has("a"));
  const auto json = RequestParams::parse({"POST", "/x", {{"Content-Type", "application/json"}}, "a=body"});
  EXPECT_FALSE(json->has("a"));
}

TEST(RequestParams, RefusesBadEscapesAndSemicolons) {
  EXPECT_EQ(error_of(RequestParams::parse({"GET", "/x?a=%zz", {}, ""})), "invalid URL escape \"%zz\"");
  EXPECT_EQ(error_of(RequestParams::parse({"GET", "/x?a=%1", {}, ""})), "invalid URL escape \"%1\"");
  EXPECT_EQ(error_of(RequestParams::parse({"GET", "/x?a=1;b=2", {}, ""})),
            "invalid semicolon separator in query");
}

struct TimeCase {
  std::string_view name, text;
  int64_t want_ns;
};

class TimeText : public testing::TestWithParam<TimeCase> {};

TEST_P(TimeText, IsRead) {
  const auto time = parse_time(GetParam().text);
  ASSERT_TRUE(time) << time.error().message;
  EXPECT_EQ(*time, GetParam().want_ns);
}

INSTANTIATE_TEST_SUITE_P(
    , TimeText,
    testing::Values(TimeCase{"Seconds", "1700000000", 1'700'000'000 * kSecond},
                    TimeCase{"TenDigitsAreSeconds", "9000000000", 9'000'000'000 * kSecond},
                    TimeCase{"BeyondTheLastYear", "9999999999", 9'223'372'036 * kSecond},
                    TimeCase{"ElevenDigitsAreNanoseconds", "17000000000", 17'000'000'000},
                    TimeCase{"Nanoseconds", "1700000000123456789", 1'700'000'000'123'456'789},
                    TimeCase{"FractionToMilliseconds", "1700000000.1236", 1'700'000'000'124'000'000},
                    TimeCase{"ExponentWithAPoint", "1.7e9", 1'700'000'000 * kSecond},
                    TimeCase{"Negative", "-5", -5 * kSecond},
                    TimeCase{"Rfc3339", "2026-01-01T00:00:00Z", 1'767'225'600 * kSecond},
                    TimeCase{"Offset", "2026-01-01T01:30:00+01:30", 1'767'225'600 * kSecond},
                    TimeCase{"Nano", "2026-01-01T00:00:00.000000001Z", 1'767'225'600 * kSecond + 1}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ParseTime, RefusesWithGosText) {
  for (const std::string text : {"foo", "", "1e30", "NaN", "2026-01-01", "2026-01-01 00:00:00Z",
                                 "2026-02-30T00:00:00Z", "2026-01-01T00:00:00"}) {
    EXPECT_EQ(error_of(parse_time(text)), "strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
  }
  EXPECT_EQ(error_of(parse_time("99999999999999999999")),
            "strconv.ParseInt: parsing \"99999999999999999999\": value out of range");
}

TEST(ParseStep, ReadsSecondsAndDurations) {
  EXPECT_EQ(*parse_step("15"), 15 * kSecond);
  EXPECT_EQ(*parse_step("0.5"), kSecond / 2);
  EXPECT_EQ(*parse_step("1e1"), 10 * kSecond);
  EXPECT_EQ(*parse_step("-1"), -kSecond);
  EXPECT_EQ(*parse_step("1m30s500ms"), 90 * kSecond + kSecond / 2);
  EXPECT_EQ(*parse_step("15000ms"), 15 * kSecond);
  EXPECT_EQ(*parse_step("1d"), 86'400 * kSecond);
  EXPECT_EQ(*parse_step("1y1w"), 372 * 86'400 * kSecond);
}

TEST(ParseStep, RefusesOtherTexts) {
  for (const std::string text :
       {"1x", "abc", "1.5h", "30s1m", "1h1h", "h", "-1h", "1h ", "99999999999999y"}) {
    EXPECT_EQ(error_of(parse_step(text)), "cannot parse \"" + text + "\" to a valid duration") << text;
  }
  EXPECT_EQ(error_of(parse_step("1e30")), "cannot parse \"1e30\" to a valid duration. It overflows int64");
}

TEST(ParseTimeRange, FillsInTheLastHour) {
  const int64_t now = 1'800'000'000 * kSecond;
  const auto range = [&](const std::string& query) {
    const auto parsed = parse_time_range(params_of(query), now);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed ? *parsed : TimeRange{};
  };
  EXPECT_EQ(range("").begin_ns, now - 3600 * kSecond);
  EXPECT_EQ(range("").end_ns, now);
  EXPECT_EQ(range("since=5m").begin_ns, now - 300 * kSecond);
  EXPECT_EQ(range("end=1700000000&since=1d").begin_ns, (1'700'000'000 - 86'400) * kSecond);
  EXPECT_EQ(range("end=1900000000").begin_ns, now - 3600 * kSecond);  // an end to come counts as now
  EXPECT_EQ(range("start=1700000000&since=5m").begin_ns, 1'700'000'000 * kSecond);
}

TEST(ParseTimeRange, BearsTheEndsOfTime) {
  const auto range = parse_time_range(params_of("end=-9223372036854775808&since=1d"), 0);
  EXPECT_EQ(range->begin_ns, std::numeric_limits<int64_t>::min());
  const auto whole = parse_time_range(params_of("start=-9223372036854775808&end=9223372036854775807"), 0);
  EXPECT_EQ(length_ns(*whole), std::numeric_limits<int64_t>::max());
  EXPECT_FALSE(check_range_and_step(*whole, kSecond));
  EXPECT_TRUE(check_range_and_step(*whole, *parse_query_step(params_of(""), *whole)));
}

TEST(ParseTimeRange, NamesTheParameter) {
  EXPECT_EQ(error_of(parse_time_range(params_of("start=foo"), 0)),
            "could not parse 'start' parameter: strconv.ParseInt: parsing \"foo\": invalid syntax");
  EXPECT_EQ(error_of(parse_time_range(params_of("end=foo"), 0)),
            "could not parse 'end' parameter: strconv.ParseInt: parsing \"foo\": invalid syntax");
  EXPECT_EQ(error_of(parse_time_range(params_of("since=1h30"), 0)),
            "could not parse 'since' parameter: not a valid duration string: \"1h30\"");
}

TEST(ParseLimit, IsA32BitNumberAboveZero) {
  EXPECT_EQ(*parse_limit(params_of("")), 100U);
  EXPECT_EQ(*parse_limit(params_of("limit=7")), 7U);
  EXPECT_EQ(*parse_limit(params_of("limit=99999999999")), 1'215'752'191U);  // Loki's wrap
  for (const std::string text : {"0", "-1"}) {
    EXPECT_EQ(error_of(parse_limit(params_of("limit=" + text))), "limit must be a positive value");
  }
  EXPECT_EQ(error_of(parse_limit(params_of("limit=1.5"))), "strconv.Atoi: parsing \"1.5\": invalid syntax");
  EXPECT_EQ(error_of(parse_limit(params_of("limit=99999999999999999999"))),
            "strconv.Atoi: parsing \"99999999999999999999\": value out of range");
}

TEST(Rfc3339, WritesTheShortestFraction) {
  EXPECT_EQ(format_rfc3339_nano(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339_nano(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_rfc3339_nano(1'767'225'600 * kSecond + 120'000'000), "2026-01-01T00:00:00.12Z");
  EXPECT_EQ(parse_rfc3339("2024-02-29T12:00:00.5Z"), 1'709'208'000 * kSecond + kSecond / 2);
  EXPECT_EQ(parse_rfc3339("2023-02-29T12:00:00Z"), std::nullopt);
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59Z"), std::nullopt);  // not in 64 bits of nanoseconds
}

}  // namespace
}  // namespace lokilib::http
