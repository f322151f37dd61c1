// SPDX-License-Identifier: Apache-2.0
// time_zone.h: offsets from UTC, fixed or of a zone of the IANA database. The database is the system's
// (/usr/share/zoneinfo, TZif files); a server without it knows no zones, and templates then use UTC.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lokilib::logql {

/// What holds in [begin, end), seconds since 1970.
struct ZoneOffset {
  std::string_view name;  ///< "CEST"; lives as long as the zone
  int32_t offset = 0;     ///< seconds east of UTC
  int64_t begin = INT64_MIN;
  int64_t end = INT64_MAX;
};

/// Immutable. Threads: any number at once.
class TimeZone {
 public:
  static TimeZone fixed(std::string name, int32_t offset);
  /// Reads the zone from the system's database; null for a name that is unknown, leaves the database's
  /// directory or whose file is damaged.
  static std::shared_ptr<const TimeZone> load(std::string_view name);
  /// Bytes of a TZif file (RFC 8536, version 2 or later); nothing if they are damaged.
  static std::optional<TimeZone> parse(std::string_view bytes);

  ZoneOffset lookup(int64_t seconds) const;
  /// The offset of an abbreviation like "CEST", preferably one in use at that time.
  std::optional<int32_t> offset_of_name(std::string_view name, int64_t seconds) const;

 private:
  struct Period {
    int32_t offset = 0;
    bool is_dst = false;
    std::string name;
  };
  struct Transition {
    int64_t at = 0;
    size_t period = 0;
  };
  /// A date of every year, as the TZ string at a file's end gives it: "M3.5.0/2".
  struct YearlyDate {
    enum class Kind : uint8_t { MonthWeekDay, JulianDay, DayOfYear } kind = Kind::MonthWeekDay;
    int month = 0, week = 0, day = 0;
    int32_t second_of_day = 7200;
  };
  /// What holds behind the last transition.
  struct Rule {
    Period standard;
    std::optional<Period> daylight;
    YearlyDate daylight_begin, daylight_end;
  };
  class RuleReader;
  class FileReader;

  TimeZone() = default;
  ZoneOffset lookup_rule(int64_t seconds, int64_t begin) const;
  static int64_t second_of_year(const YearlyDate& date, int64_t year, int32_t offset);

  std::vector<Period> periods_;
  std::vector<Transition> transitions_;  // sorted by time
  std::optional<Rule> rule_;
};

}  // namespace lokilib::logql
