// SPDX-License-Identifier: Apache-2.0
// template_time_test.cc: Go's time layouts in both directions, and zones.
#include <cstring>

#include <gtest/gtest.h>

#include "logql/pipeline/go_time_layout.h"

namespace lokilib::logql {
namespace {

std::string format(int64_t seconds, int32_t nanoseconds, std::string_view layout,
                   const TimeZone* zone = nullptr) {
  std::string out;
  append_time(out, {seconds, nanoseconds, zone}, layout);
  return out;
}

std::string parse(std::string_view layout, std::string_view text, const TimeZone* zone = nullptr) {
  const auto parsed = parse_time(layout, text, zone);
  if (!parsed) return "error";
  std::string out;
  append_time(out, parsed->time);
  return out;
}

// 2006-02-03 16:05:06.00789 UTC, a Friday.
constexpr int64_t kSeconds = 1138982706;
constexpr int32_t kNanoseconds = 7'890'000;

TEST(GoTimeLayout, WritesEveryElement) {
  struct Case {
    const char* layout;
    const char* want;
  };
  const Case cases[] = {
      {"2006 06", "2006 06"},
      {"01 1 Jan January", "02 2 Feb February"},
      {"02 2 _2 002 __2", "03 3  3 034  34"},
      {"Mon Monday", "Fri Friday"},
      {"15 03 3 PM pm", "16 04 4 PM pm"},
      {"04 4 05 5", "05 5 06 6"},
      {"05.000 05.000000 05.999999 05,000 .99", "06.007 06.007890 06.00789 06,007 "},
      {"MST -0700 -07:00 -07 -070000 -07:00:00", "UTC +0000 +00:00 +00 +000000 +00:00:00"},
      {"Z0700 Z07:00 Z07", "Z Z Z"},
      {"2006-01-02T15:04:05.999999999Z07:00", "2006-02-03T16:05:06.00789Z"},
      {"Jan _2 _2006 Mondays Month", "Feb  3 _2006 Fridays Month"},
      {"", ""},
      {"plain", "plain"},
  };
  for (const Case& c : cases) EXPECT_EQ(format(kSeconds, kNanoseconds, c.layout), c.want) << c.layout;
  EXPECT_EQ(format(-62135596800, 0, "2006-01-02 Mon"), "0001-01-01 Mon");
  EXPECT_EQ(format(-62167305600, 0, "2006-01-02"), "-0001-12-31");
  EXPECT_EQ(format(INT64_MAX, 0, "2006"), "292277026596");
  EXPECT_EQ(format(951782400, 0, "2006-01-02 002"), "2000-02-29 060");
}

TEST(GoTimeLayout, ReadsWhatItWrites) {
  for (const char* const layout :
       {"2006-01-02 15:04:05.999999999", "Mon Jan _2 15:04:05 2006", "02 January 06 03:04:05 PM",
        "2006-002 15:04:05", "2006-01-02T15:04:05Z07:00", "Monday, 02-Jan-06 15:04:05 MST",
        "20060102150405"}) {
    const auto parsed = parse_time(layout, format(kSeconds, 0, layout), nullptr);
    ASSERT_TRUE(parsed) << layout;
    EXPECT_EQ(parsed->time.seconds, kSeconds) << layout;
  }
}

TEST(GoTimeLayout, ReadsAsGoDoes) {
  EXPECT_EQ(parse("2006-01-02", "2025-07-01"), "2025-07-01 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("2006-01-02 15:04:05", "2025-07-01 01:02:03.25"), "2025-07-01 01:02:03.25 +0000 UTC");
  EXPECT_EQ(parse("15:04:05.000", "01:02:03.250"), "0000-01-01 01:02:03.25 +0000 UTC");
  EXPECT_EQ(parse("15:04:05.000", "01:02:03.25"), "error");
  EXPECT_EQ(parse("2006-1-2", "2025-07-1"), "2025-07-01 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("2006-01-02", "2025-7-01"), "error");
  EXPECT_EQ(parse("2006-01-02", "2025-02-29"), "error");
  EXPECT_EQ(parse("2006-01-02", "2024-02-29"), "2024-02-29 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("2006-01-02", "2025-13-01"), "error");
  EXPECT_EQ(parse("2006-01-02", "2025-07-01 "), "error");
  EXPECT_EQ(parse("Jan 2 2006", "jUL   4 2025"), "2025-07-04 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("3:04PM", "12:30AM"), "0000-01-01 00:30:00 +0000 UTC");
  EXPECT_EQ(parse("3:04PM", "13:30AM"), "error");
  EXPECT_EQ(parse("2006 002", "2024 060"), "2024-02-29 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("2006 002", "2023 366"), "error");
  EXPECT_EQ(parse("06", "69") + parse("06", "68"),
            "1969-01-01 00:00:00 +0000 UTC2068-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("2006-01-02T15:04:05Z07:00", "2025-07-01T00:00:00+02:00"),
            "2025-07-01 00:00:00 +0200 +0200");
  EXPECT_EQ(parse("2006-01-02T15:04:05Z07:00", "2025-07-01T00:00:00Z"), "2025-07-01 00:00:00 +0000 UTC");
  EXPECT_EQ(parse("2006-01-02 -0700", "2025-07-01 -0530"), "2025-07-01 00:00:00 -0530 -0530");
  EXPECT_EQ(parse("2006-01-02 -0700", "2025-07-01 0530"), "error");
  EXPECT_EQ(parse("2006-01-02 MST", "2025-07-01 CEST"), "2025-07-01 00:00:00 +0000 CEST");
  EXPECT_EQ(parse("2006-01-02 MST", "2025-07-01 GMT+3"), "2025-07-01 03:00:00 +0300 GMT+3");
  EXPECT_EQ(parse("2006-01-02 MST", "2025-07-01 ab"), "error");
  EXPECT_EQ(parse("", ""), "0000-01-01 00:00:00 +0000 UTC");
}

TEST(TimeZone, KnowsTheZonesOfTheSystem) {
  const auto zone = TimeZone::load("Europe/Berlin");
  if (zone == nullptr) GTEST_SKIP() << "no zone database here";
  EXPECT_EQ(parse("2006-01-02 15:04", "2025-07-01 12:00", zone.get()), "2025-07-01 12:00:00 +0200 CEST");
  EXPECT_EQ(parse("2006-01-02 15:04", "2025-01-01 12:00", zone.get()), "2025-01-01 12:00:00 +0100 CET");
  EXPECT_EQ(parse("2006-01-02 15:04", "2060-07-01 12:00", zone.get()), "2060-07-01 12:00:00 +0200 CEST");
  EXPECT_EQ(parse("2006-01-02 15:04", "2060-12-01 12:00", zone.get()), "2060-12-01 12:00:00 +0100 CET");
  EXPECT_EQ(parse("2006-01-02 15:04 MST", "2025-07-01 12:00 CEST", zone.get()),
            "2025-07-01 12:00:00 +0200 CEST");
  const auto sydney = TimeZone::load("Australia/Sydney");
  ASSERT_NE(sydney, nullptr);
  EXPECT_EQ(parse("2006-01-02", "2060-01-01", sydney.get()), "2060-01-01 00:00:00 +1100 AEDT");
  EXPECT_EQ(parse("2006-01-02", "2060-07-01", sydney.get()), "2060-07-01 00:00:00 +1000 AEST");
}

TEST(TimeZone, RefusesNamesThatLeaveTheDatabaseAndDamagedFiles) {
  EXPECT_EQ(TimeZone::load("../../etc/passwd"), nullptr);
  EXPECT_EQ(TimeZone::load("/etc/passwd"), nullptr);
  EXPECT_EQ(TimeZone::load(""), nullptr);
  EXPECT_EQ(TimeZone::load("No/Such"), nullptr);
  EXPECT_EQ(TimeZone::load("Europe"), nullptr);
  EXPECT_FALSE(TimeZone::parse(""));
  EXPECT_FALSE(TimeZone::parse(std::string(44, 'x')));
  std::string header = "TZif2" + std::string(39, '\0');
  EXPECT_FALSE(TimeZone::parse(header));
  header.replace(32, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(TimeZone::parse(header + header));
}

// A file with one period and a rule: what counts is only the text at its end.
std::string offset_by_rule(const std::string& rule, int64_t seconds) {
  std::string header = "TZif2" + std::string(39, '\0');
  const auto set = [&](size_t at, char value) { header[at + 3] = value; };
  set(36, 1);
  set(40, 1);
  const std::string block = std::string(6, '\0') + std::string(1, '\0');
  const auto zone = TimeZone::parse(header + block + header + block + "\n" + rule + "\n");
  if (!zone) return "damaged";
  const ZoneOffset found = zone->lookup(seconds);
  return std::string(found.name) + " " + std::to_string(found.offset);
}

TEST(TimeZone, FollowsTheRuleAtTheEndOfAFile) {
  EXPECT_EQ(offset_by_rule("EST5", 0), "EST -18000");
  EXPECT_EQ(offset_by_rule("<+0330>-3:30", 0), "+0330 12600");
  const std::string us = "EST5EDT,M3.2.0,M11.1.0";
  EXPECT_EQ(offset_by_rule(us, 1741503599), "EST -18000");  // 2025-03-09 06:59:59 UTC
  EXPECT_EQ(offset_by_rule(us, 1741503600), "EDT -14400");
  EXPECT_EQ(offset_by_rule(us, 1762063199), "EDT -14400");  // 2025-11-02 05:59:59 UTC
  EXPECT_EQ(offset_by_rule(us, 1762063200), "EST -18000");
  EXPECT_EQ(offset_by_rule("A0B,J60,J300", 1740787200 + 7200), "B 3600");  // 2025-03-01 02:00
  EXPECT_EQ(offset_by_rule("nonsense,", 0), " 0");
}

}  // namespace
}  // namespace lokilib::logql
