// SPDX-License-Identifier: Apache-2.0
// go_time.h: an instant and the zone it is shown in, with Go's calendar: proleptic Gregorian, no leap
// seconds, any year that 64 bits of seconds reach.
#pragma once

#include <cstdint>
#include <string>

namespace lokilib::logql {

class TimeZone;

/// Does not own its zone; null is UTC. `nanoseconds` is in [0, 1e9).
struct GoTime {
  int64_t seconds = 0;  ///< since 1970-01-01T00:00:00 UTC
  int32_t nanoseconds = 0;
  const TimeZone* zone = nullptr;
};

/// Go's zero time.Time, 0001-01-01 00:00:00 UTC.
inline constexpr int64_t kZeroTimeSeconds = -62135596800;

GoTime time_from_nanoseconds(int64_t nanoseconds, const TimeZone* zone = nullptr);
/// Wraps around where 64 bits do not reach, as Go does.
int64_t to_nanoseconds(const GoTime& time);

/// Date and clock as a wall in the time's zone shows them.
struct CivilTime {
  int64_t year = 1;
  int month = 1;  ///< 1 to 12
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 0;   ///< Sunday is 0
  int year_day = 1;  ///< 1 to 366
};

CivilTime to_civil(const GoTime& time);
/// Seconds since 1970 of a civil time read as UTC. Fields must be in their ranges.
int64_t seconds_of_civil(const CivilTime& civil);
bool is_leap_year(int64_t year);
int days_in_month(int64_t year, int month);

/// Go's time.Date(..., zone): a time that the zone skips or has twice gets the offset that Go picks.
int64_t seconds_in_zone(const CivilTime& civil, const TimeZone* zone);

extern const char* const kMonthNames[12];
extern const char* const kWeekdayNames[7];

}  // namespace lokilib::logql
