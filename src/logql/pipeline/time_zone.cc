// SPDX-License-Identifier: Apache-2.0
// time_zone.cc: reads TZif files (RFC 8536): only the 64-bit block and the TZ string behind it, which says
// what holds after the last transition. Every length is checked against the bytes before it is used.
#include "logql/pipeline/time_zone.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "logql/pipeline/go_time.h"

namespace lokilib::logql {
namespace {

constexpr char kZoneDirectory[] = "/usr/share/zoneinfo/";
constexpr size_t kFileBytesMax = size_t{64} << 10;
constexpr int32_t kSecondsPerDay = 86'400;

uint64_t read_big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

// The name becomes a path, so it may not leave the directory.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] == '/' || name.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  });
}

}  // namespace

// "CET-1CEST,M3.5.0,M10.5.0/3": the form of POSIX's TZ variable.
class TimeZone::RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  std::optional<Rule> read() {
    Rule rule;
    rule.standard.name = read_name();
    rule.standard.offset = -read_seconds();
    if (!ok_ || text_.empty()) return ok_ ? std::optional<Rule>(std::move(rule)) : std::nullopt;
    Period daylight{rule.standard.offset + 3600, true, read_name()};
    if (!text_.empty() && text_[0] != ',') daylight.offset = -read_seconds();
    rule.daylight = std::move(daylight);
    rule.daylight_begin = read_date();
    rule.daylight_end = read_date();
    return ok_ && text_.empty() ? std::optional<Rule>(std::move(rule)) : std::nullopt;
  }

 private:
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string read_name() {
    const bool quoted = take('<');
    size_t size = 0;
    while (size < text_.size() && (quoted ? text_[size] != '>' : is_letter(text_[size]))) ++size;
    std::string name(text_.substr(0, size));
    text_.remove_prefix(size);
    if (name.empty() || (quoted && !take('>'))) ok_ = false;
    return name;
  }

  int read_number(int max) {
    int value = 0;
    size_t size = 0;
    for (; size < text_.size() && text_[size] >= '0' && text_[size] <= '9'; ++size) {
      value = value * 10 + (text_[size] - '0');
      if (value > max) ok_ = false;
      if (!ok_) return 0;
    }
    if (size == 0) ok_ = false;
    text_.remove_prefix(size);
    return value;
  }

  // [+-]hh[:mm[:ss]]
  int32_t read_seconds() {
    const bool negative = take('-');
    if (!negative) take('+');
    int32_t seconds = read_number(167) * 3600;
    if (take(':')) seconds += read_number(59) * 60;
    if (take(':')) seconds += read_number(59);
    return negative ? -seconds : seconds;
  }

  YearlyDate read_date() {
    YearlyDate date;
    if (!take(',')) ok_ = false;
    if (take('M')) {
      date.month = read_number(12);
      ok_ = ok_ && take('.') && date.month >= 1;
      date.week = read_number(5);
      ok_ = ok_ && take('.') && date.week >= 1;
      date.day = read_number(6);
    } else {
      date.kind = take('J') ? YearlyDate::Kind::JulianDay : YearlyDate::Kind::DayOfYear;
      date.day = read_number(365);
    }
    if (take('/')) date.second_of_day = read_seconds();
    return date;
  }

  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view text_;
  bool ok_ = true;
};

class TimeZone::FileReader {
 public:
  explicit FileReader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<TimeZone> read() {
    if (!read_header()) return std::nullopt;
    skip(block_bytes(4));  // the 32-bit block of old readers
    if (!read_header()) return std::nullopt;
    TimeZone zone;
    const std::string_view times = take(transition_count_ * 8);
    const std::string_view periods = take(transition_count_);
    const std::string_view types = take(type_count_ * 6);
    const std::string_view names = take(name_bytes_);
    skip(leap_count_ * 12 + standard_count_ + utc_count_);
    if (!ok_ || type_count_ == 0) return std::nullopt;
    for (size_t i = 0; i < type_count_; ++i) {
      const std::string_view type = types.substr(i * 6, 6);
      const size_t name_begin = static_cast<uint8_t>(type[5]);
      if (name_begin >= names.size()) return std::nullopt;
      const std::string_view name = names.substr(name_begin);
      const auto offset = static_cast<int32_t>(read_big_endian(type.substr(0, 4)));
      if (offset < -2 * kSecondsPerDay || offset > 2 * kSecondsPerDay) return std::nullopt;
      zone.periods_.push_back({offset, type[4] != 0, std::string(name.substr(0, name.find('\0')))});
    }
    for (size_t i = 0; i < transition_count_; ++i) {
      const auto at = static_cast<int64_t>(read_big_endian(times.substr(i * 8, 8)));
      const size_t period = static_cast<uint8_t>(periods[i]);
      const bool sorted = i == 0 || zone.transitions_.back().at < at;
      if (period >= type_count_ || !sorted) return std::nullopt;
      zone.transitions_.push_back({at, period});
    }
    if (bytes_.size() >= 2 && bytes_.front() == '\n' && bytes_.back() == '\n') {
      zone.rule_ = RuleReader(bytes_.substr(1, bytes_.size() - 2)).read();
    }
    return zone;
  }

 private:
  std::string_view take(size_t size) {
    if (size > bytes_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  void skip(size_t size) { take(size); }

  bool read_header() {
    const std::string_view header = take(44);
    if (!ok_ || header.substr(0, 4) != "TZif" || header[4] < '2') return false;
    size_t* const counts[] = {&utc_count_,        &standard_count_, &leap_count_,
                              &transition_count_, &type_count_,     &name_bytes_};
    for (size_t i = 0; i < 6; ++i) *counts[i] = read_big_endian(header.substr(20 + i * 4, 4));
    return std::all_of(std::begin(counts), std::end(counts),
                       [](const size_t* count) { return *count <= kFileBytesMax; });
  }

  size_t block_bytes(size_t time_bytes) const {
    return transition_count_ * (time_bytes + 1) + type_count_ * 6 + name_bytes_ +
           leap_count_ * (time_bytes + 4) + standard_count_ + utc_count_;
  }

  std::string_view bytes_;
  bool ok_ = true;
  size_t utc_count_ = 0, standard_count_ = 0, leap_count_ = 0;
  size_t transition_count_ = 0, type_count_ = 0, name_bytes_ = 0;
};

TimeZone TimeZone::fixed(std::string name, int32_t offset) {
  TimeZone zone;
  zone.periods_.push_back({offset, false, std::move(name)});
  return zone;
}

std::optional<TimeZone> TimeZone::parse(std::string_view bytes) {
  return FileReader(bytes).read();
}

std::shared_ptr<const TimeZone> TimeZone::load(std::string_view name) {
  if (!is_zone_name(name)) return nullptr;
  std::ifstream file(kZoneDirectory + std::string(name), std::ios::binary);
  std::string bytes(kFileBytesMax, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  auto zone = parse(bytes);
  return zone ? std::make_shared<const TimeZone>(std::move(*zone)) : nullptr;
}

ZoneOffset TimeZone::lookup(int64_t seconds) const {
  const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), seconds,
                                      [](int64_t at, const Transition& t) { return at < t.at; });
  if (after == transitions_.begin()) {
    // Before the first transition: the first period that is no daylight saving time.
    const auto first =
        std::find_if(periods_.begin(), periods_.end(), [](const Period& period) { return !period.is_dst; });
    const Period& period = first == periods_.end() ? periods_.front() : *first;
    const int64_t end = transitions_.empty() ? INT64_MAX : after->at;
    if (transitions_.empty() && rule_) return lookup_rule(seconds, INT64_MIN);
    return {period.name, period.offset, INT64_MIN, end};
  }
  const Transition& last = *std::prev(after);
  if (after == transitions_.end() && rule_) return lookup_rule(seconds, last.at);
  const Period& period = periods_[last.period];
  return {period.name, period.offset, last.at, after == transitions_.end() ? INT64_MAX : after->at};
}

std::optional<int32_t> TimeZone::offset_of_name(std::string_view name, int64_t seconds) const {
  for (const Period& period : periods_) {
    if (period.name != name) continue;
    const ZoneOffset found = lookup(seconds - period.offset);
    if (found.name == period.name) return found.offset;
  }
  for (const Period& period : periods_) {
    if (period.name == name) return period.offset;
  }
  return std::nullopt;
}

// Seconds from the year's begin in UTC to the date, whose clock shows time at `offset`.
int64_t TimeZone::second_of_year(const YearlyDate& date, int64_t year, int32_t offset) {
  int64_t day = date.day;
  if (date.kind == YearlyDate::Kind::JulianDay) {
    day = date.day - 1;
    if (is_leap_year(year) && date.day >= 60) ++day;
  } else if (date.kind == YearlyDate::Kind::MonthWeekDay) {
    CivilTime first;
    first.year = year;
    first.month = date.month;
    const int64_t month_begin = seconds_of_civil(first);
    const CivilTime civil = to_civil({month_begin, 0, nullptr});
    int day_of_month = 1 + (date.day - civil.weekday + 7) % 7 + (date.week - 1) * 7;
    while (day_of_month > days_in_month(year, date.month)) day_of_month -= 7;
    day = civil.year_day - 1 + day_of_month - 1;
  }
  return day * kSecondsPerDay + date.second_of_day - offset;
}

ZoneOffset TimeZone::lookup_rule(int64_t seconds, int64_t begin) const {
  const Period& standard = rule_->standard;
  if (!rule_->daylight) return {standard.name, standard.offset, begin, INT64_MAX};
  const Period& daylight = *rule_->daylight;
  CivilTime year_begin;
  year_begin.year = to_civil({seconds, 0, nullptr}).year;
  const int64_t year_seconds = seconds_of_civil(year_begin);
  const int64_t year_end =
      year_seconds + (is_leap_year(year_begin.year) ? 366 : 365) * int64_t{kSecondsPerDay};
  int64_t first = year_seconds + second_of_year(rule_->daylight_begin, year_begin.year, standard.offset);
  int64_t second = year_seconds + second_of_year(rule_->daylight_end, year_begin.year, daylight.offset);
  const Period* outside = &standard;
  const Period* inside = &daylight;
  if (second < first) {  // south of the equator
    std::swap(first, second);
    std::swap(outside, inside);
  }
  // A period that goes on into the next year is only said to last for this one.
  if (seconds < first) return {outside->name, outside->offset, year_seconds, first};
  if (seconds >= second) return {outside->name, outside->offset, second, year_end};
  return {inside->name, inside->offset, first, second};
}

}  // namespace lokilib::logql
