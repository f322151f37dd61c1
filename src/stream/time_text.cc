// SPDX-License-Identifier: Apache-2.0
// time_text.cc: a calendar date from nanoseconds; the range of int64 lies between the years 1677 and 2262.
#include "stream/time_text.h"

#include <chrono>

#include <fmt/format.h>

namespace lokilib::stream {
namespace {

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> time;
  uint32_t nanosecond;
};

Parts split(int64_t timestamp_ns) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(timestamp_ns)};
  const auto second = floor<std::chrono::seconds>(time);  // rounds down, also before 1970
  const auto day = floor<std::chrono::days>(second);
  // Modulo 2^64 twice, so that the ends of the range do not overflow on the way.
  const uint64_t nanosecond = static_cast<uint64_t>(timestamp_ns) -
                              static_cast<uint64_t>(second.time_since_epoch().count()) * 1'000'000'000;
  return {day, std::chrono::hh_mm_ss(second - day), static_cast<uint32_t>(nanosecond)};
}

std::string text_of(const Parts& parts, char separator) {
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(parts.date.year()),
                     static_cast<unsigned>(parts.date.month()), static_cast<unsigned>(parts.date.day()),
                     separator, parts.time.hours().count(), parts.time.minutes().count(),
                     parts.time.seconds().count());
}

}  // namespace

std::string rfc3339_seconds(int64_t timestamp_ns) {
  return text_of(split(timestamp_ns), 'T') + "Z";
}

std::string go_time_text(int64_t timestamp_ns) {
  const Parts parts = split(timestamp_ns);
  std::string text = text_of(parts, ' ');
  if (parts.nanosecond != 0) {
    text += fmt::format(".{:09}", parts.nanosecond);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + " +0000 UTC";
}

}  // namespace lokilib::stream
