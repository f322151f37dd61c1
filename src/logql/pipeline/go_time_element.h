// SPDX-License-Identifier: Apache-2.0
// go_time_element.h: a time layout taken apart into literal texts and elements, from left to right. Writing
// and reading times walk over it in the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lokilib::logql {

enum class TimeElement : uint8_t {
  None,
  LongMonth,
  Month,
  NumMonth,
  ZeroMonth,
  LongWeekday,
  Weekday,
  Day,
  UnderDay,
  ZeroDay,
  UnderYearDay,
  ZeroYearDay,
  Hour,
  Hour12,
  ZeroHour12,
  Minute,
  ZeroMinute,
  Second,
  ZeroSecond,
  LongYear,
  Year,
  UpperPm,
  LowerPm,
  ZoneName,
  Zone,  // a numeric offset, see ZoneForm
  FractionZeros,
  FractionNines,
};

// How an offset is written: Z for UTC or not, with colons or not, and how far it goes.
struct ZoneForm {
  bool z_for_utc = false;
  bool colons = false;
  int parts = 2;  // 1: hours, 2: and minutes, 3: and seconds
};

/// A literal text, the element behind it (None: the layout ends), and what is left of the layout.
struct LayoutChunk {
  std::string_view prefix;
  TimeElement element = TimeElement::None;
  std::string_view rest;
  ZoneForm zone;
  size_t digits = 0;     // of a fraction
  char separator = '.';  // of a fraction
};

/// The longest element counts where several begin.
LayoutChunk next_chunk(std::string_view layout);

inline bool is_digit(std::string_view text, size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

}  // namespace lokilib::logql
