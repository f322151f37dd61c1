// SPDX-License-Identifier: Apache-2.0
// go_time_parse.cc: reads times by a layout, as leniently and as strictly as Go does.
#include <algorithm>
#include <iterator>
#include <utility>

#include "logql/pipeline/go_time_element.h"
#include "logql/pipeline/go_time_layout.h"

namespace lokilib::logql {
namespace {

ZoneOffset offset_of(const GoTime& time) {
  return time.zone == nullptr ? ZoneOffset{"UTC", 0} : time.zone->lookup(time.seconds);
}

// Reads a text after a layout. Any problem sets ok_ to false, and nothing after it counts.
class TimeReader {
 public:
  TimeReader(std::string_view text, const TimeZone* zone) : text_(text), zone_(zone) {}

  std::optional<ParsedTime> read(std::string_view layout) {
    while (ok_) {
      const LayoutChunk chunk = next_chunk(layout);
      skip_literal(chunk.prefix);
      if (chunk.element == TimeElement::None) {
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

  void read_element(const LayoutChunk& chunk, std::string_view layout) {
    switch (chunk.element) {
      case TimeElement::Year:
        civil_.year = read_digits(2);
        civil_.year += civil_.year >= 69 ? 1900 : 2000;
        return;
      case TimeElement::LongYear:
        civil_.year = read_digits(4);
        return;
      case TimeElement::Month:
        month_ = 1 + read_word(kMonthNames, 3);
        return;
      case TimeElement::LongMonth:
        month_ = 1 + read_word(kMonthNames, std::string_view::npos);
        return;
      case TimeElement::NumMonth:
        month_ = read_bounded(false, 1, 12);
        return;
      case TimeElement::ZeroMonth:
        month_ = read_bounded(true, 1, 12);
        return;
      case TimeElement::Weekday:
        read_word(kWeekdayNames, 3);
        return;
      case TimeElement::LongWeekday:
        read_word(kWeekdayNames, std::string_view::npos);
        return;
      case TimeElement::UnderDay:
        skip_blanks(1);
        [[fallthrough]];
      case TimeElement::Day:
        day_ = read_number(false);
        return;
      case TimeElement::ZeroDay:
        day_ = read_number(true);
        return;
      case TimeElement::UnderYearDay:
        skip_blanks(2);
        read_year_day(false);
        return;
      case TimeElement::ZeroYearDay:
        read_year_day(true);
        return;
      case TimeElement::Hour:
        civil_.hour = read_bounded(false, 0, 23);
        return;
      case TimeElement::Hour12:
        civil_.hour = read_bounded(false, 0, 12);
        return;
      case TimeElement::ZeroHour12:
        civil_.hour = read_bounded(true, 0, 12);
        return;
      case TimeElement::Minute:
        civil_.minute = read_bounded(false, 0, 59);
        return;
      case TimeElement::ZeroMinute:
        civil_.minute = read_bounded(true, 0, 59);
        return;
      case TimeElement::Second:
        read_second(false, layout);
        return;
      case TimeElement::ZeroSecond:
        read_second(true, layout);
        return;
      case TimeElement::UpperPm:
        return read_half_day("AM", "PM");
      case TimeElement::LowerPm:
        return read_half_day("am", "pm");
      case TimeElement::Zone:
        return read_offset(chunk.zone);
      case TimeElement::ZoneName:
        return read_zone_name();
      case TimeElement::FractionZeros:
        return read_fraction(chunk.digits);
      case TimeElement::FractionNines:
        if (is_fraction()) read_fraction(fraction_digits());
        return;
      case TimeElement::None:
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
    const TimeElement next = next_chunk(layout).element;
    if (next == TimeElement::FractionZeros || next == TimeElement::FractionNines) return;
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
    if (sign != '+' && sign != '-') ok_ = false;
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

std::optional<ParsedTime> parse_time(std::string_view layout, std::string_view text, const TimeZone* zone) {
  return TimeReader(text, zone).read(layout);
}

}  // namespace lokilib::logql
