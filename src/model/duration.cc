// SPDX-License-Identifier: Apache-2.0
// duration.cc: both parsers keep the order of checks of the originals, as the order decides which error
// shows.
#include "model/duration.h"

#include <iterator>

#include <lokilib/labels.h>

#include "base/make_error.h"

namespace lokilib {
namespace {

constexpr uint64_t kMicrosecond = 1'000;
constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
constexpr uint64_t kDay = 24 * kHour;
constexpr uint64_t kMagnitudeMax = uint64_t{1} << 63;  // of the lowest int64

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Go's time package quotes by itself: bytes outside of printable ASCII become \xNN.
std::string quote_for_time(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || byte < 0x20) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

uint64_t go_unit(std::string_view unit) {
  if (unit == "s") return kSecond;
  if (unit == "ms") return kMillisecond;
  if (unit == "m") return kMinute;
  if (unit == "h") return kHour;
  if (unit == "us" || unit == "\u00b5s" || unit == "\u03bcs") return kMicrosecond;
  if (unit == "ns") return 1;
  return 0;
}

enum class DurationFault : uint8_t { None, Invalid, MissingUnit, UnknownUnit };

struct ParsedDuration {
  DurationFault fault = DurationFault::None;
  int64_t value = 0;
  std::string_view unit;  // of UnknownUnit
};

// Digits at the start of `text`, taken off it. False where they overflow.
bool take_integer(std::string_view& text, uint64_t& value) {
  value = 0;
  size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (value > kMagnitudeMax / 10) return false;
    value = value * 10 + static_cast<uint64_t>(text[i] - '0');
    if (value > kMagnitudeMax) return false;
  }
  text.remove_prefix(i);
  return true;
}

// Digits behind a point; those past 63 bits are passed over.
void take_fraction(std::string_view& text, uint64_t& value, double& scale) {
  value = 0;
  scale = 1;
  bool full = false;
  size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (full) continue;
    if (value > (kMagnitudeMax - 1) / 10) {
      full = true;
      continue;
    }
    const uint64_t next = value * 10 + static_cast<uint64_t>(text[i] - '0');
    if (next > kMagnitudeMax) {
      full = true;
      continue;
    }
    value = next;
    scale *= 10;
  }
  text.remove_prefix(i);
}

// One number with its unit, taken off `text`.
DurationFault take_pair(std::string_view& text, uint64_t& magnitude, std::string_view& unit_text) {
  if (text[0] != '.' && !is_digit(text[0])) return DurationFault::Invalid;
  const size_t size = text.size();
  if (!take_integer(text, magnitude)) return DurationFault::Invalid;
  bool has_digits = text.size() != size;
  uint64_t fraction = 0;
  double scale = 1;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    const size_t before = text.size();
    take_fraction(text, fraction, scale);
    has_digits |= text.size() != before;
  }
  if (!has_digits) return DurationFault::Invalid;
  size_t i = 0;
  while (i < text.size() && text[i] != '.' && !is_digit(text[i])) ++i;
  if (i == 0) return DurationFault::MissingUnit;
  unit_text = text.substr(0, i);
  text.remove_prefix(i);
  const uint64_t unit = go_unit(unit_text);
  if (unit == 0) return DurationFault::UnknownUnit;
  if (magnitude > kMagnitudeMax / unit) return DurationFault::Invalid;
  magnitude *= unit;
  if (fraction > 0) {
    magnitude += static_cast<uint64_t>(static_cast<double>(fraction) * (static_cast<double>(unit) / scale));
    if (magnitude > kMagnitudeMax) return DurationFault::Invalid;
  }
  return DurationFault::None;
}

ParsedDuration parse_go(std::string_view text) {
  ParsedDuration parsed;
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return parsed;
  if (text.empty()) parsed.fault = DurationFault::Invalid;
  uint64_t total = 0;
  while (!text.empty()) {
    uint64_t magnitude = 0;
    parsed.fault = take_pair(text, magnitude, parsed.unit);
    if (parsed.fault != DurationFault::None) return parsed;
    total += magnitude;
    if (total > kMagnitudeMax) parsed.fault = DurationFault::Invalid;
    if (parsed.fault != DurationFault::None) return parsed;
  }
  if (!negative && total > kMagnitudeMax - 1) parsed.fault = DurationFault::Invalid;
  parsed.value = static_cast<int64_t>(negative ? ~total + 1 : total);
  return parsed;
}

struct PrometheusUnit {
  std::string_view name;
  uint64_t size_ns = 0;
};
constexpr PrometheusUnit kPrometheusUnits[] = {
    {"y", 365 * kDay}, {"w", 7 * kDay}, {"d", kDay},          {"h", kHour},
    {"m", kMinute},    {"s", kSecond},  {"ms", kMillisecond},
};

Error invalid_prometheus_duration(std::string_view text) {
  return make_error(ErrorCode::InvalidQuery, "not a valid duration string: {}", quote(text));
}

// Digits and up to 9 decimals without trailing zeros: 1.5, 0.000000001.
void append_decimal(std::string& out, uint64_t value, uint64_t unit) {
  out += std::to_string(value / unit);
  uint64_t rest = value % unit;
  if (rest == 0) return;
  out.push_back('.');
  for (uint64_t place = unit / 10; rest != 0; place /= 10) {
    out.push_back(static_cast<char>('0' + rest / place));
    rest %= place;
  }
}

}  // namespace

Result<int64_t> parse_go_duration(std::string_view text) {
  const ParsedDuration parsed = parse_go(text);
  switch (parsed.fault) {
    case DurationFault::None:
      return parsed.value;
    case DurationFault::MissingUnit:
      return make_error(ErrorCode::InvalidQuery, "time: missing unit in duration {}", quote_for_time(text));
    case DurationFault::UnknownUnit:
      return make_error(ErrorCode::InvalidQuery, "time: unknown unit {} in duration {}",
                        quote_for_time(parsed.unit), quote_for_time(text));
    case DurationFault::Invalid:
      break;
  }
  return make_error(ErrorCode::InvalidQuery, "time: invalid duration {}", quote_for_time(text));
}

std::optional<int64_t> try_parse_go_duration(std::string_view text) {
  const ParsedDuration parsed = parse_go(text);
  if (parsed.fault != DurationFault::None) return std::nullopt;
  return parsed.value;
}

Result<int64_t> parse_prometheus_duration(std::string_view text) {
  if (text == "0") return int64_t{0};
  if (text.empty()) return make_error(ErrorCode::InvalidQuery, "empty duration string");
  std::string_view rest = text;
  uint64_t total = 0;
  size_t units_used = 0;  // units before this one may not come any more
  while (!rest.empty()) {
    size_t digits = 0;
    uint64_t count = 0;
    bool overflow = false;
    for (; digits < rest.size() && is_digit(rest[digits]); ++digits) {
      overflow |= __builtin_mul_overflow(count, uint64_t{10}, &count);
      overflow |= __builtin_add_overflow(count, static_cast<uint64_t>(rest[digits] - '0'), &count);
    }
    if (digits == 0 || overflow) return invalid_prometheus_duration(text);
    rest.remove_prefix(digits);
    size_t letters = 0;
    while (letters < rest.size() && !is_digit(rest[letters])) ++letters;
    if (letters == 0) return invalid_prometheus_duration(text);
    const std::string_view name = rest.substr(0, letters);
    rest.remove_prefix(letters);
    size_t unit = 0;
    while (unit < std::size(kPrometheusUnits) && kPrometheusUnits[unit].name != name) ++unit;
    if (unit == std::size(kPrometheusUnits)) {
      return make_error(ErrorCode::InvalidQuery, "unknown unit {} in duration {}", quote(name), quote(text));
    }
    if (unit < units_used) return invalid_prometheus_duration(text);
    units_used = unit + 1;
    const uint64_t size_ns = kPrometheusUnits[unit].size_ns;
    if (count > kMagnitudeMax / size_ns) return make_error(ErrorCode::InvalidQuery, "duration out of range");
    total += count * size_ns;
    if (total > kMagnitudeMax - 1) return make_error(ErrorCode::InvalidQuery, "duration out of range");
  }
  return static_cast<int64_t>(total);
}

std::string format_go_duration(int64_t duration_ns) {
  if (duration_ns == 0) return "0s";
  std::string out;
  uint64_t magnitude = static_cast<uint64_t>(duration_ns);
  if (duration_ns < 0) {
    out.push_back('-');
    magnitude = ~magnitude + 1;
  }
  if (magnitude < kSecond) {
    const uint64_t unit = magnitude < kMicrosecond   ? 1
                          : magnitude < kMillisecond ? kMicrosecond
                                                     : kMillisecond;
    append_decimal(out, magnitude, unit);
    out += unit == 1 ? "ns" : unit == kMicrosecond ? "\u00b5s" : "ms";
    return out;
  }
  if (magnitude >= kHour) out += std::to_string(magnitude / kHour) + "h";
  if (magnitude >= kMinute) out += std::to_string(magnitude % kHour / kMinute) + "m";
  append_decimal(out, magnitude % kMinute, kSecond);
  out.push_back('s');
  return out;
}

std::string format_prometheus_duration(int64_t duration_ns) {
  int64_t signed_rest = duration_ns / static_cast<int64_t>(kMillisecond);
  if (signed_rest == 0) return "0s";
  std::string out;
  if (signed_rest < 0) {
    out.push_back('-');
    signed_rest = -signed_rest;
  }
  auto rest = static_cast<uint64_t>(signed_rest);
  for (const PrometheusUnit& unit : kPrometheusUnits) {
    const uint64_t size = unit.size_ns / kMillisecond;
    const bool only_exact = unit.name == "y" || unit.name == "w";
    if (rest < size || (only_exact && rest % size != 0)) continue;
    out += std::to_string(rest / size);
    out += unit.name;
    rest %= size;
  }
  return out;
}

}  // namespace lokilib
