// SPDX-License-Identifier: Apache-2.0
#include "line_time.h"

#include <chrono>
#include <cstddef>

namespace lokilib::tool {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr size_t kSearchedBytes = 160;

/// Reads fixed-width parts one after the other; once one is missing, nothing more is read.
class PartReader {
 public:
  explicit PartReader(std::string_view text) : text_(text) {}

  int64_t number(size_t digits) {
    int64_t value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (i >= text_.size() || text_[i] < '0' || text_[i] > '9') return miss();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }
  void character(std::string_view one_of) {
    if (text_.empty() || one_of.find(text_.front()) == std::string_view::npos) {
      miss();
    } else {
      text_.remove_prefix(1);
    }
  }
  int64_t month_name() {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const size_t at = text_.size() < 3 ? std::string_view::npos : kMonths.find(text_.substr(0, 3));
    if (at == std::string_view::npos || at % 3 != 0) return miss();
    text_.remove_prefix(3);
    return static_cast<int64_t>(at / 3 + 1);
  }
  /// .123456789 or ,123 if it is there.
  int64_t fraction_ns() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || text_[1] < '0' || text_[1] > '9')
      return 0;
    text_.remove_prefix(1);
    int64_t value = 0;
    for (int64_t scale = kSecond / 10; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; scale /= 10) {
      value += (text_[0] - '0') * scale;
      text_.remove_prefix(1);
    }
    return value;
  }
  /// Z, +hh:mm or +hhmm if it is there; seconds east of UTC.
  int64_t zone_seconds() {
    while (!text_.empty() && text_[0] == ' ' && text_.size() > 1 && (text_[1] == '+' || text_[1] == '-')) {
      text_.remove_prefix(1);
    }
    if (text_.empty() || (text_[0] != '+' && text_[0] != '-')) return 0;
    PartReader zone(text_.substr(1));
    const int64_t hours = zone.number(2);
    if (!zone.text_.empty() && zone.text_[0] == ':') zone.character(":");
    const int64_t minutes = zone.number(2);
    if (!zone.ok_) return 0;
    return (text_[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  bool ok() const { return ok_; }

 private:
  int64_t miss() {
    ok_ = false;
    text_ = {};
    return 0;
  }

  std::string_view text_;
  bool ok_ = true;
};

struct Parts {
  int64_t year, month, day, hour, minute, second, fraction_ns, zone_s;
};

std::optional<int64_t> assemble(const Parts& p) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(p.year)),
                                         std::chrono::month(static_cast<unsigned>(p.month)),
                                         std::chrono::day(static_cast<unsigned>(p.day)));
  if (!date.ok() || p.year < 1970 || p.year > 2200) return std::nullopt;
  if (p.hour > 23 || p.minute > 59 || p.second > 60) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * 86'400 + p.hour * 3600 + p.minute * 60 + p.second - p.zone_s;
  return seconds * kSecond + p.fraction_ns;
}

std::optional<int64_t> read_iso(std::string_view text) {
  PartReader in(text);
  Parts p{};
  p.year = in.number(4);
  in.character("-");
  p.month = in.number(2);
  in.character("-");
  p.day = in.number(2);
  in.character("T ");
  p.hour = in.number(2);
  in.character(":");
  p.minute = in.number(2);
  in.character(":");
  p.second = in.number(2);
  if (!in.ok()) return std::nullopt;
  p.fraction_ns = in.fraction_ns();
  p.zone_s = in.zone_seconds();
  return assemble(p);
}

std::optional<int64_t> read_common_log(std::string_view text) {
  PartReader in(text);
  Parts p{};
  p.day = in.number(2);
  in.character("/");
  p.month = in.month_name();
  in.character("/");
  p.year = in.number(4);
  in.character(":");
  p.hour = in.number(2);
  in.character(":");
  p.minute = in.number(2);
  in.character(":");
  p.second = in.number(2);
  if (!in.ok()) return std::nullopt;
  p.zone_s = in.zone_seconds();
  return assemble(p);
}

}  // namespace

std::optional<int64_t> find_line_time(std::string_view line) {
  for (size_t i = 0; i < line.size() && i < kSearchedBytes; ++i) {
    if (line[i] < '0' || line[i] > '9' || (i > 0 && line[i - 1] >= '0' && line[i - 1] <= '9')) continue;
    if (const auto time = read_iso(line.substr(i))) return time;
    if (const auto time = read_common_log(line.substr(i))) return time;
  }
  return std::nullopt;
}

}  // namespace lokilib::tool
