// SPDX-License-Identifier: Apache-2.0
#include "rfc3339.h"

#include <iterator>
#include <limits>

#include <fmt/format.h>

namespace lokilib::http {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

bool read_digits(std::string_view& text, size_t count, int& out) {
  if (text.size() < count) return false;
  out = 0;
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool read_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

bool read_fraction_ns(std::string_view& text, int64_t& out) {
  out = 0;
  if (!read_char(text, '.')) return true;
  int64_t scale = kSecond / 10;
  size_t count = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    out += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
    ++count;
  }
  return count > 0;
}

bool read_zone_seconds(std::string_view& text, int64_t& out) {
  out = 0;
  if (read_char(text, 'Z')) return true;
  const bool negative = !text.empty() && text.front() == '-';
  if (!negative && (text.empty() || text.front() != '+')) return false;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!read_digits(text, 2, hours) || !read_char(text, ':') || !read_digits(text, 2, minutes)) return false;
  if (hours > 24 || minutes > 60) return false;
  out = (negative ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

struct CivilDate {
  int64_t year;
  int month;
  int day;
};

CivilDate civil_from_days(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const auto month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

}  // namespace

std::optional<int64_t> parse_rfc3339(std::string_view text) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t fraction_ns = 0;
  int64_t zone_s = 0;
  const bool shape = read_digits(text, 4, year) && read_char(text, '-') && read_digits(text, 2, month) &&
                     read_char(text, '-') && read_digits(text, 2, day) && read_char(text, 'T') &&
                     read_digits(text, 2, hour) && read_char(text, ':') && read_digits(text, 2, minute) &&
                     read_char(text, ':') && read_digits(text, 2, second) &&
                     read_fraction_ns(text, fraction_ns) && read_zone_seconds(text, zone_s) && text.empty();
  if (!shape || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (day > kDays[month - 1] + (month == 2 && leap ? 1 : 0)) return std::nullopt;
  const int64_t seconds =
      days_from_civil(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second - zone_s;
  if (seconds > std::numeric_limits<int64_t>::max() / kSecond - 1 ||
      seconds < std::numeric_limits<int64_t>::min() / kSecond + 1) {
    return std::nullopt;
  }
  return seconds * kSecond + fraction_ns;
}

std::string format_rfc3339_nano(int64_t timestamp_ns) {
  int64_t seconds = timestamp_ns / kSecond;
  int64_t fraction = timestamp_ns % kSecond;
  if (fraction < 0) {
    fraction += kSecond;
    --seconds;
  }
  int64_t days = seconds / 86'400;
  int64_t second_of_day = seconds % 86'400;
  if (second_of_day < 0) {
    second_of_day += 86'400;
    --days;
  }
  const CivilDate date = civil_from_days(days);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day,
                                second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
  if (fraction != 0) {
    std::string digits = fmt::format("{:09}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    out += "." + digits;
  }
  return out + "Z";
}

}  // namespace lokilib::http
