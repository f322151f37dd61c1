// SPDX-License-Identifier: Apache-2.0
// go_time_layout.cc: writes times by a layout. (go_time_parse.cc reads them.)
#include "logql/pipeline/go_time_layout.h"

#include <algorithm>
#include <cstdlib>

#include "logql/pipeline/go_time_element.h"

namespace lokilib::logql {
namespace {

void append_int(std::string& out, int64_t value, size_t width) {
  uint64_t digits = static_cast<uint64_t>(value);
  if (value < 0) {
    out += '-';
    digits = 0 - digits;
  }
  const std::string text = std::to_string(digits);
  if (text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

void append_padded(std::string& out, int value, size_t width) {
  const std::string text = std::to_string(value);
  if (text.size() < width) out.append(width - text.size(), ' ');
  out += text;
}

void append_offset(std::string& out, int32_t offset, const ZoneForm& form) {
  if (form.z_for_utc && offset == 0) {
    out += 'Z';
    return;
  }
  out += offset < 0 ? '-' : '+';
  const int32_t seconds = std::abs(offset);
  append_int(out, seconds / 3600, 2);
  if (form.parts > 1) {
    if (form.colons) out += ':';
    append_int(out, seconds / 60 % 60, 2);
  }
  if (form.parts > 2) {
    if (form.colons) out += ':';
    append_int(out, seconds % 60, 2);
  }
}

void append_zone_name(std::string& out, const ZoneOffset& zone) {
  if (!zone.name.empty()) {
    out += zone.name;
    return;
  }
  const int32_t minutes = std::abs(zone.offset) / 60;
  out += zone.offset < 0 ? '-' : '+';
  append_int(out, minutes / 60, 2);
  append_int(out, minutes % 60, 2);
}

void append_fraction(std::string& out, int32_t nanoseconds, const LayoutChunk& chunk) {
  std::string digits = std::to_string(nanoseconds);
  digits.insert(0, 9 - digits.size(), '0');
  digits.resize(std::min<size_t>(chunk.digits, 9));
  if (chunk.element == TimeElement::FractionNines) {
    digits.resize(digits.find_last_not_of('0') + 1);
    if (digits.empty()) return;
  }
  out += chunk.separator;
  out += digits;
}

void append_year(std::string& out, int64_t year, bool is_long) {
  if (is_long) {
    append_int(out, year, 4);
  } else {
    append_int(out, std::max<int64_t>(year, 0) % 100, 2);
  }
}

void append_clock(std::string& out, const CivilTime& civil, TimeElement element) {
  const int hour12 = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  switch (element) {
    case TimeElement::Hour:
      return append_int(out, civil.hour, 2);
    case TimeElement::Hour12:
      return append_int(out, hour12, 0);
    case TimeElement::ZeroHour12:
      return append_int(out, hour12, 2);
    case TimeElement::Minute:
      return append_int(out, civil.minute, 0);
    case TimeElement::ZeroMinute:
      return append_int(out, civil.minute, 2);
    case TimeElement::Second:
      return append_int(out, civil.second, 0);
    case TimeElement::ZeroSecond:
      return append_int(out, civil.second, 2);
    case TimeElement::UpperPm:
      out += civil.hour >= 12 ? "PM" : "AM";
      return;
    case TimeElement::LowerPm:
      out += civil.hour >= 12 ? "pm" : "am";
      return;
    default:
      return;
  }
}

void append_date(std::string& out, const CivilTime& civil, TimeElement element) {
  const std::string_view month = kMonthNames[civil.month - 1];
  const std::string_view weekday = kWeekdayNames[civil.weekday];
  switch (element) {
    case TimeElement::LongMonth:
      out += month;
      return;
    case TimeElement::Month:
      out += month.substr(0, 3);
      return;
    case TimeElement::NumMonth:
      return append_int(out, civil.month, 0);
    case TimeElement::ZeroMonth:
      return append_int(out, civil.month, 2);
    case TimeElement::LongWeekday:
      out += weekday;
      return;
    case TimeElement::Weekday:
      out += weekday.substr(0, 3);
      return;
    case TimeElement::Day:
      return append_int(out, civil.day, 0);
    case TimeElement::UnderDay:
      return append_padded(out, civil.day, 2);
    case TimeElement::ZeroDay:
      return append_int(out, civil.day, 2);
    case TimeElement::UnderYearDay:
      return append_padded(out, civil.year_day, 3);
    case TimeElement::ZeroYearDay:
      return append_int(out, civil.year_day, 3);
    case TimeElement::LongYear:
      return append_year(out, civil.year, true);
    case TimeElement::Year:
      return append_year(out, civil.year, false);
    default:
      return append_clock(out, civil, element);
  }
}

ZoneOffset offset_of(const GoTime& time) {
  return time.zone == nullptr ? ZoneOffset{"UTC", 0} : time.zone->lookup(time.seconds);
}

}  // namespace

void append_time(std::string& out, const GoTime& time, std::string_view layout) {
  const CivilTime civil = to_civil(time);
  while (!layout.empty()) {
    const LayoutChunk chunk = next_chunk(layout);
    out += chunk.prefix;
    layout = chunk.rest;
    if (chunk.element == TimeElement::None) return;
    if (chunk.element == TimeElement::Zone) {
      append_offset(out, offset_of(time).offset, chunk.zone);
    } else if (chunk.element == TimeElement::ZoneName) {
      append_zone_name(out, offset_of(time));
    } else if (chunk.element == TimeElement::FractionZeros || chunk.element == TimeElement::FractionNines) {
      append_fraction(out, time.nanoseconds, chunk);
    } else {
      append_date(out, civil, chunk.element);
    }
  }
}

void append_time(std::string& out, const GoTime& time) {
  append_time(out, time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

}  // namespace lokilib::logql
