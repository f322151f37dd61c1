// SPDX-License-Identifier: Apache-2.0
// go_time_layout.cc: a layout is taken apart into literal texts and elements, from left to right, the longest
// element first; writing and reading walk over it in the same way.
#include "logql/pipeline/go_time_layout.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace lokilib::logql {
namespace {

enum class Element : uint8_t {
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

struct Chunk {
  std::string_view prefix;
  Element element = Element::None;
  std::string_view rest;
  ZoneForm zone;
  size_t digits = 0;     // of a fraction
  char separator = '.';  // of a fraction
};

struct Word {
  std::string_view text;
  Element element;
};

// Longer words stand before their beginnings.
constexpr Word kWords[] = {
    {"January", Element::LongMonth},
    {"Jan", Element::Month},
    {"Monday", Element::LongWeekday},
    {"Mon", Element::Weekday},
    {"MST", Element::ZoneName},
    {"002", Element::ZeroYearDay},
    {"01", Element::ZeroMonth},
    {"02", Element::ZeroDay},
    {"03", Element::ZeroHour12},
    {"04", Element::ZeroMinute},
    {"05", Element::ZeroSecond},
    {"06", Element::Year},
    {"15", Element::Hour},
    {"1", Element::NumMonth},
    {"2006", Element::LongYear},
    {"2", Element::Day},
    {"__2", Element::UnderYearDay},
    {"_2", Element::UnderDay},
    {"3", Element::Hour12},
    {"4", Element::Minute},
    {"5", Element::Second},
    {"PM", Element::UpperPm},
    {"pm", Element::LowerPm},
};

struct ZoneWord {
  std::string_view text;
  ZoneForm form;
};

constexpr ZoneWord kZoneWords[] = {
    {"-070000", {false, false, 3}}, {"-07:00:00", {false, true, 3}}, {"-0700", {false, false, 2}},
    {"-07:00", {false, true, 2}},   {"-07", {false, false, 1}},      {"Z070000", {true, false, 3}},
    {"Z07:00:00", {true, true, 3}}, {"Z0700", {true, false, 2}},     {"Z07:00", {true, true, 2}},
    {"Z07", {true, false, 1}},
};

bool is_digit(std::string_view text, size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool starts_with_lower_case(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z';
}

// Fills in what begins at `at`; false if it is plain text.
bool element_at(std::string_view layout, size_t at, Chunk& chunk) {
  const std::string_view here = layout.substr(at);
  const auto take = [&](Element element, size_t size) {
    chunk.prefix = layout.substr(0, at);
    chunk.element = element;
    chunk.rest = here.substr(size);
    return true;
  };
  if (here[0] == '-' || here[0] == 'Z') {
    for (const ZoneWord& word : kZoneWords) {
      if (here.substr(0, word.text.size()) != word.text) continue;
      chunk.zone = word.form;
      return take(Element::Zone, word.text.size());
    }
    return false;
  }
  if (here[0] == '.' || here[0] == ',') {
    if (here.size() < 2 || (here[1] != '0' && here[1] != '9')) return false;
    const size_t end = std::min(here.find_first_not_of(here[1], 1), here.size());
    if (is_digit(here, end)) return false;
    chunk.digits = end - 1;
    chunk.separator = here[0];
    return take(here[1] == '0' ? Element::FractionZeros : Element::FractionNines, end);
  }
  if (here.substr(0, 5) == "_2006") {  // a plain '_' and the year
    at += 1;
    chunk.prefix = layout.substr(0, at);
    chunk.element = Element::LongYear;
    chunk.rest = here.substr(5);
    return true;
  }
  for (const Word& word : kWords) {
    if (here.substr(0, word.text.size()) != word.text) continue;
    const bool name = word.element == Element::Month || word.element == Element::Weekday;
    if (name && starts_with_lower_case(here.substr(3))) return false;  // "Month", "Mondays"
    return take(word.element, word.text.size());
  }
  return false;
}

Chunk next_chunk(std::string_view layout) {
  Chunk chunk;
  for (size_t at = 0; at < layout.size(); ++at) {
    if (element_at(layout, at, chunk)) return chunk;
  }
  chunk.prefix = layout;
  return chunk;
}

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

void append_fraction(std::string& out, int32_t nanoseconds, const Chunk& chunk) {
  std::string digits = std::to_string(nanoseconds);
  digits.insert(0, 9 - digits.size(), '0');
  digits.resize(std::min<size_t>(chunk.digits, 9));
  if (chunk.element == Element::FractionNines) {
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

void append_clock(std::string& out, const CivilTime& civil, Element element) {
  const int hour12 = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  switch (element) {
    case Element::Hour:
      return append_int(out, civil.hour, 2);
    case Element::Hour12:
      return append_int(out, hour12, 0);
    case Element::ZeroHour12:
      return append_int(out, hour12, 2);
    case Element::Minute:
      return append_int(out, civil.minute, 0);
    case Element::ZeroMinute:
      return append_int(out, civil.minute, 2);
    case Element::Second:
      return append_int(out, civil.second, 0);
    case Element::ZeroSecond:
      return append_int(out, civil.second, 2);
    case Element::UpperPm:
      out += civil.hour >= 12 ? "PM" : "AM";
      return;
    case Element::LowerPm:
      out += civil.hour >= 12 ? "pm" : "am";
      return;
    default:
      return;
  }
}

void append_date(std::string& out, const CivilTime& civil, Element element) {
  const std::string_view month = kMonthNames[civil.month - 1];
  const std::string_view weekday = kWeekdayNames[civil.weekday];
  switch (element) {
    case Element::LongMonth:
      out += month;
      return;
    case Element::Month:
      out += month.substr(0, 3);
      return;
    case Element::NumMonth:
      return append_int(out, civil.month, 0);
    case Element::ZeroMonth:
      return append_int(out, civil.month, 2);
    case Element::LongWeekday:
      out += weekday;
      return;
    case Element::Weekday:
      out += weekday.substr(0, 3);
      return;
    case Element::Day:
      return append_int(out, civil.day, 0);
    case Element::UnderDay:
      return append_padded(out, civil.day, 2);
    case Element::ZeroDay:
      return append_int(out, civil.day, 2);
    case Element::UnderYearDay:
      return append_padded(out, civil.year_day, 3);
    case Element::ZeroYearDay:
      return append_int(out, civil.year_day, 3);
    case Element::LongYear:
      return append_year(out, civil.year, true);
    case Element::Year:
      return append_year(out, civil.year, false);
    default:
      return append_clock(out, civil, element);
  }
}

ZoneOffset offset_of(const GoTime& time) {
  return time.zone == nullptr ? ZoneOffset{"UTC", 0} : time.zone->lookup(time.seconds);
}

constexpr std::pair<char, char> kSignBounds{'+', '-'};

// Reads a text after a layout. Any problem sets ok_ to false, and nothing after it counts.
class TimeReader {
 public:
  TimeReader(std::string_view text, const TimeZone* zone) : text_(text), zone_(zone) {}

  std::optional<ParsedTime> read(std::string_view layout) {
    while (ok_) {
      const Chunk chunk = next_chunk(layout);
      skip_literal(chunk.prefix);
      if (chunk.element == Element::None) {
        ok_ = ok_ && text_.empty();
        break;
      }
      layout = chunk.rest;
      if (ok_) read_element(chunk, layout);
    }
    if (ok_) finish_date();
    if (!ok_) return std::nullopt;
    return place_in_zone();
  }

 private:
  // A run of blanks in the layout stands for any run of blanks, also an empty one at the text's end.
  void skip_literal(std::string_view literal) {
    while (ok_ && !literal.empty()) {
      if (literal[0] == ' ') {
        if (!text_.empty() && text_[0] != ' ') ok_ = false;
        literal.remove_prefix(std::min(literal.find_first_not_of(' '), literal.size()));
        text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size()));
      } else if (text_.empty() || text_[0] != literal[0]) {
        ok_ = false;
      } else {
        literal.remove_prefix(1);
        text_.remove_prefix(1);
      }
    }
  }

  // One or two digits; two of them if `fixed`.
  int read_number(bool fixed) {
    if (!is_digit(text_, 0) || (fixed && !is_digit(text_, 1))) {
      ok_ = false;
      return 0;
    }
    const size_t size = is_digit(text_, 1) ? 2 : 1;
    return read_digits(size);
  }

  int read_digits(size_t size) {
    int value = 0;
    for (size_t i = 0; i < size; ++i) {
      if (!is_digit(text_, i)) {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(size);
    return value;
  }

  int read_bounded(bool fixed, int low, int high) {
    const int value = read_number(fixed);
    if (value < low || value > high) ok_ = false;
    return value;
  }

  template <size_t N>
  int read_word(const char* const (&words)[N], size_t size) {
    for (size_t i = 0; i < N; ++i) {
      const std::string_view word = std::string_view(words[i]).substr(0, size);
      const bool equal = text_.size() >= word.size() &&
                         std::equal(word.begin(), word.end(), text_.begin(),
                                    [](char a, char b) { return a == b || (is_letter(b) && (a ^ b) == 32); });
      if (!equal) continue;
      text_.remove_prefix(word.size());
      return static_cast<int>(i);
    }
    ok_ = false;
    return 0;
  }

  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  void read_element(const Chunk& chunk, std::string_view layout) {
    switch (chunk.element) {
      case Element::Year:
        civil_.year = read_digits(2);
        civil_.year += civil_.year >= 69 ? 1900 : 2000;
        return;
      case Element::LongYear:
        civil_.year = read_digits(4);
        return;
      case Element::Month:
        month_ = 1 + read_word(kMonthNames, 3);
        return;
      case Element::LongMonth:
        month_ = 1 + read_word(kMonthNames, std::string_view::npos);
        return;
      case Element::NumMonth:
        month_ = read_bounded(false, 1, 12);
        return;
      case Element::ZeroMonth:
        month_ = read_bounded(true, 1, 12);
        return;
      case Element::Weekday:
        read_word(kWeekdayNames, 3);
        return;
      case Element::LongWeekday:
        read_word(kWeekdayNames, std::string_view::npos);
        return;
      case Element::UnderDay:
        skip_blanks(1);
        [[fallthrough]];
      case Element::Day:
        day_ = read_number(false);
        return;
      case Element::ZeroDay:
        day_ = read_number(true);
        return;
      case Element::UnderYearDay:
        skip_blanks(2);
        read_year_day(false);
        return;
      case Element::ZeroYearDay:
        read_year_day(true);
        return;
      case Element::Hour:
        civil_.hour = read_bounded(false, 0, 23);
        return;
      case Element::Hour12:
        civil_.hour = read_bounded(false, 0, 12);
        return;
      case Element::ZeroHour12:
        civil_.hour = read_bounded(true, 0, 12);
        return;
      case Element::Minute:
        civil_.minute = read_bounded(false, 0, 59);
        return;
      case Element::ZeroMinute:
        civil_.minute = read_bounded(true, 0, 59);
        return;
      case Element::Second:
        read_second(false, layout);
        return;
      case Element::ZeroSecond:
        read_second(true, layout);
        return;
      case Element::UpperPm:
        return read_half_day("AM", "PM");
      case Element::LowerPm:
        return read_half_day("am", "pm");
      case Element::Zone:
        return read_offset(chunk.zone);
      case Element::ZoneName:
        return read_zone_name();
      case Element::FractionZeros:
        return read_fraction(chunk.digits);
      case Element::FractionNines:
        if (is_fraction()) read_fraction(fraction_digits());
        return;
      case Element::None:
        return;
    }
  }

  void skip_blanks(size_t max) {
    for (size_t i = 0; i < max && !text_.empty() && text_[0] == ' '; ++i) text_.remove_prefix(1);
  }

  void read_year_day(bool fixed) {
    size_t size = 0;
    while (size < 3 && is_digit(text_, size)) ++size;
    if (size == 0 || (fixed && size != 3)) {
      ok_ = false;
      return;
    }
    year_day_ = read_digits(size);
  }

  // A second takes a fraction along, even where the layout has none.
  void read_second(bool fixed, std::string_view layout) {
    civil_.second = read_bounded(fixed, 0, 59);
    if (!ok_ || !is_fraction()) return;
    const Element next = next_chunk(layout).element;
    if (next == Element::FractionZeros || next == Element::FractionNines) return;
    read_fraction(fraction_digits());
  }

  bool is_fraction() const {
    return text_.size() >= 2 && (text_[0] == '.' || text_[0] == ',') && is_digit(text_, 1);
  }

  size_t fraction_digits() const {
    size_t count = 0;
    while (is_digit(text_, 1 + count)) ++count;
    return count;
  }

  // A separator and `digits` digits, of which the first nine count.
  void read_fraction(size_t digits) {
    if (text_.size() < digits + 1 || (text_[0] != '.' && text_[0] != ',')) {
      ok_ = false;
      return;
    }
    int32_t value = 0;
    for (size_t i = 1; i <= 9; ++i)
      value = value * 10 + (i <= digits && is_digit(text_, i) ? text_[i] - '0' : 0);
    for (size_t i = 1; i <= digits; ++i) ok_ = ok_ && is_digit(text_, i);
    text_.remove_prefix(digits + 1);
    nanoseconds_ = value;
  }

  void read_half_day(std::string_view am, std::string_view pm) {
    const std::string_view word = text_.substr(0, 2);
    if (word != am && word != pm) {
      ok_ = false;
      return;
    }
    text_.remove_prefix(2);
    (word == pm ? is_pm_ : is_am_) = true;
  }

  void read_offset(const ZoneForm& form) {
    if (form.z_for_utc && !text_.empty() && text_[0] == 'Z') {
      text_.remove_prefix(1);
      is_utc_ = true;
      return;
    }
    const char sign = text_.empty() ? '\0' : text_[0];
    if (sign != kSignBounds.first && sign != kSignBounds.second) ok_ = false;
    if (ok_) text_.remove_prefix(1);
    int32_t seconds = 0;
    // Go takes an offset of 24 hours or 60 minutes.
    constexpr int32_t kUnits[] = {3600, 60, 1};
    constexpr int kMax[] = {24, 60, 60};
    for (int part = 0; ok_ && part < form.parts; ++part) {
      if (part > 0 && form.colons) {
        if (text_.empty() || text_[0] != ':') ok_ = false;
        if (ok_) text_.remove_prefix(1);
      }
      if (ok_) seconds += read_bounded(true, 0, kMax[part]) * kUnits[part];
    }
    offset_ = sign == '-' ? -seconds : seconds;
  }

  void read_zone_name() {
    if (text_.substr(0, 3) == "UTC") {
      text_.remove_prefix(3);
      is_utc_ = true;
      return;
    }
    const size_t size = zone_name_size();
    if (size == 0) ok_ = false;
    zone_name_ = text_.substr(0, size);
    text_.remove_prefix(size);
  }

  // "CEST", "GMT+3", "+03", and the few abbreviations of five letters.
  size_t zone_name_size() const {
    if (text_.size() < 3) return 0;
    if (text_.substr(0, 4) == "ChST" || text_.substr(0, 4) == "MeST") return 4;
    if (text_.substr(0, 3) == "GMT") return 3 + signed_hours_size(3);
    if (text_[0] == '+' || text_[0] == '-') return signed_hours_size(0);
    size_t letters = 0;
    while (letters < 6 && letters < text_.size() && text_[letters] >= 'A' && text_[letters] <= 'Z') ++letters;
    if (letters == 5) return text_[4] == 'T' ? 5 : 0;
    if (letters == 4) return text_[3] == 'T' || text_.substr(0, 4) == "WITA" ? 4 : 0;
    return letters == 3 ? 3 : 0;
  }

  size_t signed_hours_size(size_t at) const {
    if (at >= text_.size() || (text_[at] != '+' && text_[at] != '-')) return 0;
    size_t end = at + 1;
    int hours = 0;
    while (is_digit(text_, end) && hours <= 23) hours = hours * 10 + (text_[end++] - '0');
    return end == at + 1 || hours > 23 ? 0 : end - at;
  }

  void finish_date() {
    if (is_pm_ && civil_.hour < 12) civil_.hour += 12;
    if (is_am_ && civil_.hour == 12) civil_.hour = 0;
    if (year_day_ >= 0) apply_year_day();
    civil_.month = month_ < 0 ? 1 : month_;
    civil_.day = day_ < 0 ? 1 : day_;
    if (!ok_ || civil_.day < 1 || civil_.day > days_in_month(civil_.year, civil_.month)) ok_ = false;
  }

  void apply_year_day() {
    int day = year_day_;
    if (day < 1 || day > (is_leap_year(civil_.year) ? 366 : 365)) ok_ = false;
    int month = 1;
    while (month < 12 && day > days_in_month(civil_.year, month)) day -= days_in_month(civil_.year, month++);
    if ((month_ >= 0 && month_ != month) || (day_ >= 0 && day_ != day)) ok_ = false;
    month_ = month;
    day_ = day;
  }

  ParsedTime place_in_zone() const {
    ParsedTime parsed;
    const int64_t utc = seconds_of_civil(civil_);
    parsed.time.nanoseconds = nanoseconds_;
    const auto own = [&](std::string name, int32_t offset) {
      parsed.own_zone = std::make_unique<const TimeZone>(TimeZone::fixed(std::move(name), offset));
      parsed.time.zone = parsed.own_zone.get();
    };
    if (is_utc_) {
      parsed.time.seconds = utc;
    } else if (offset_) {
      parsed.time.seconds = utc - *offset_;
      const ZoneOffset known = offset_of({parsed.time.seconds, 0, zone_});
      const bool same = known.offset == *offset_ && (zone_name_.empty() || known.name == zone_name_);
      parsed.time.zone = zone_;
      if (!same) own(std::string(zone_name_), *offset_);
    } else if (!zone_name_.empty()) {
      place_by_name(parsed, utc, own);
    } else {
      parsed.time.seconds = seconds_in_zone(civil_, zone_);
      parsed.time.zone = zone_;
    }
    return parsed;
  }

  // An abbreviation that the zone does not know has offset 0, but for GMT+3.
  template <typename Own>
  void place_by_name(ParsedTime& parsed, int64_t utc, Own own) const {
    const auto known = zone_ == nullptr ? std::nullopt : zone_->offset_of_name(zone_name_, utc);
    parsed.time.seconds = utc;
    if (known) {
      parsed.time.seconds -= *known;
      parsed.time.zone = zone_;
      return;
    }
    int32_t offset = 0;
    if (zone_name_.size() > 4 && zone_name_.substr(0, 3) == "GMT") {
      for (const char c : zone_name_.substr(4)) offset = offset * 10 + (c - '0');
      offset *= zone_name_[3] == '-' ? -3600 : 3600;
    }
    own(std::string(zone_name_), offset);
  }

  std::string_view text_;
  const TimeZone* zone_;
  bool ok_ = true;
  CivilTime civil_{0};
  int month_ = -1, day_ = -1, year_day_ = -1;
  int32_t nanoseconds_ = 0;
  bool is_am_ = false, is_pm_ = false, is_utc_ = false;
  std::optional<int32_t> offset_;
  std::string_view zone_name_;
};

}  // namespace

void append_time(std::string& out, const GoTime& time, std::string_view layout) {
  const CivilTime civil = to_civil(time);
  while (!layout.empty()) {
    const Chunk chunk = next_chunk(layout);
    out += chunk.prefix;
    layout = chunk.rest;
    if (chunk.element == Element::None) return;
    if (chunk.element == Element::Zone) {
      append_offset(out, offset_of(time).offset, chunk.zone);
    } else if (chunk.element == Element::ZoneName) {
      append_zone_name(out, offset_of(time));
    } else if (chunk.element == Element::FractionZeros || chunk.element == Element::FractionNines) {
      append_fraction(out, time.nanoseconds, chunk);
    } else {
      append_date(out, civil, chunk.element);
    }
  }
}

void append_time(std::string& out, const GoTime& time) {
  append_time(out, time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

std::optional<ParsedTime> parse_time(std::string_view layout, std::string_view text, const TimeZone* zone) {
  return TimeReader(text, zone).read(layout);
}

}  // namespace lokilib::logql
