// SPDX-License-Identifier: Apache-2.0
// go_time.cc: calendar arithmetic. Years run from March inside, so that the leap day is a year's last one.
#include "logql/pipeline/go_time.h"

#include "logql/pipeline/time_zone.h"

namespace lokilib::logql {

const char* const kMonthNames[12] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
const char* const kWeekdayNames[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};

namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kDaysPer400Years = 146'097;

int64_t floor_divide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

int64_t wrapping_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

int64_t days_of_civil(int64_t year, int month, int day) {
  if (month <= 2) --year;
  const int64_t era = floor_divide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPer400Years + day_of_era - 719'468;
}

}  // namespace

GoTime time_from_nanoseconds(int64_t nanoseconds, const TimeZone* zone) {
  const int64_t seconds = floor_divide(nanoseconds, kNanosecondsPerSecond);
  return {seconds, static_cast<int32_t>(nanoseconds - seconds * kNanosecondsPerSecond), zone};
}

int64_t to_nanoseconds(const GoTime& time) {
  const uint64_t whole = static_cast<uint64_t>(time.seconds) * static_cast<uint64_t>(kNanosecondsPerSecond);
  return static_cast<int64_t>(whole + static_cast<uint64_t>(time.nanoseconds));
}

CivilTime to_civil(const GoTime& time) {
  int64_t seconds = time.seconds;
  if (time.zone != nullptr) seconds = wrapping_add(seconds, time.zone->lookup(time.seconds).offset);
  const int64_t days = floor_divide(seconds, kSecondsPerDay);
  const int64_t second_of_day = seconds - days * kSecondsPerDay;
  const int64_t shifted = days + 719'468;
  const int64_t era = floor_divide(shifted, kDaysPer400Years);
  const int64_t day_of_era = shifted - era * kDaysPer400Years;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  civil.hour = static_cast<int>(second_of_day / 3600);
  civil.minute = static_cast<int>(second_of_day / 60 % 60);
  civil.second = static_cast<int>(second_of_day % 60);
  civil.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  civil.year_day = static_cast<int>(days - days_of_civil(civil.year, 1, 1) + 1);
  return civil;
}

int64_t seconds_of_civil(const CivilTime& civil) {
  return days_of_civil(civil.year, civil.month, civil.day) * kSecondsPerDay + civil.hour * 3600 +
         civil.minute * 60 + civil.second;
}

bool is_leap_year(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}

int64_t seconds_in_zone(const CivilTime& civil, const TimeZone* zone) {
  const int64_t local = seconds_of_civil(civil);
  if (zone == nullptr) return local;
  // The zone is asked as if the local time were UTC; only if that answer's span does not cover the result,
  // it is asked again.
  const ZoneOffset first = zone->lookup(local);
  if (first.offset == 0) return local;
  const int64_t utc = local - first.offset;
  if (utc >= first.begin && utc < first.end) return utc;
  return local - zone->lookup(utc).offset;
}

}  // namespace lokilib::logql
