// SPDX-License-Identifier: Apache-2.0
#include "rfc3339.h"

#include <chrono>
#include <limits>

#include <fmt/format.h>

namespace lokilib::http {
namespace {

namespace chrono = std::chrono;

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

}  // namespace

std::optional<int64_t> parse_rfc3339(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t fraction_ns = 0;
  int64_t zone_s = 0;
  const bool shape = read_digits(text, 4, year) && read_char(text, '-') && read_digits(text, 2, month) &&
                     read_char(text, '-') && read_digits(text, 2, day) && read_char(text, 'T') &&
                     read_digits(text, 2, hour) && read_char(text, ':') && read_digits(text, 2, minute) &&
                     read_char(text, ':') && read_digits(text, 2, second) &&
                     read_fraction_ns(text, fraction_ns) && read_zone_seconds(text, zone_s) && text.empty();
  if (!shape || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const chrono::year_month_day date(chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const int64_t days = chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - zone_s;
  if (seconds > std::numeric_limits<int64_t>::max() / kSecond - 1 ||
      seconds < std::numeric_limits<int64_t>::min() / kSecond + 1) {
    return std::nullopt;
  }
  return seconds * kSecond + fraction_ns;
}

std::string format_rfc3339_nano(int64_t timestamp_ns) {
  const chrono::sys_time<chrono::nanoseconds> time{chrono::nanoseconds(timestamp_ns)};
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(time - day);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  const int64_t fraction = clock.subseconds().count();
  if (fraction != 0) {
    std::string digits = fmt::format("{:09}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    out += "." + digits;
  }
  return out + "Z";
}

}  // namespace lokilib::http
