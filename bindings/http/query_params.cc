// SPDX-License-Identifier: Apache-2.0
#include "query_params.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "rfc3339.h"

namespace lokilib::http {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return Error{ErrorCode::InvalidArgument, fmt::format(format, std::forward<Args>(args)...), {}, {}};
}

bool parse_int64(std::string_view text, int64_t& out) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return false;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool parse_double(std::string_view text, double& out) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

/// Digits behind at most one sign: if it did not fit into an int64, Go says so.
bool is_whole_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A Prometheus duration: whole numbers with units, each once, in descending order. Nanoseconds; -1 if it is
/// none.
int64_t parse_prometheus_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    int64_t ns;
  };
  constexpr Unit kUnits[] = {{"y", 365LL * 86'400 * kSecond},
                             {"w", 7LL * 86'400 * kSecond},
                             {"d", 86'400 * kSecond},
                             {"h", 3600 * kSecond},
                             {"m", 60 * kSecond},
                             {"s", kSecond},
                             {"ms", 1'000'000}};
  if (text == "0") return 0;
  if (text.empty()) return -1;
  int64_t total = 0;
  size_t next_unit = 0;
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    size_t letters = digits;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    int64_t number = 0;
    if (digits == 0 || digits > 18 || !parse_int64(text.substr(0, digits), number)) return -1;
    const std::string_view name = text.substr(digits, letters - digits);
    size_t unit = next_unit;
    while (unit < std::size(kUnits) && kUnits[unit].name != name) ++unit;
    if (unit == std::size(kUnits)) return -1;
    if (number > (std::numeric_limits<int64_t>::max() - total) / kUnits[unit].ns) return -1;
    total += number * kUnits[unit].ns;
    next_unit = unit + 1;
    text.remove_prefix(letters);
  }
  return total;
}

}  // namespace

int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

int64_t length_ns(const TimeRange& range) {
  int64_t length = 0;
  if (!__builtin_sub_overflow(range.end_ns, range.begin_ns, &length)) return length;
  return range.end_ns > range.begin_ns ? std::numeric_limits<int64_t>::max()
                                       : std::numeric_limits<int64_t>::min();
}

Result<int64_t> parse_time(std::string_view text) {
  double seconds = 0;
  if (text.find('.') != std::string_view::npos && parse_double(text, seconds)) {
    double whole = 0;
    const double fraction = std::round(std::modf(seconds, &whole) * 1000) / 1000;
    if (std::abs(whole) > 9.2e9) return invalid("time out of range: \"{}\"", text);
    return static_cast<int64_t>(whole) * kSecond + static_cast<int64_t>(fraction * 1e9);
  }
  int64_t number = 0;
  if (parse_int64(text, number)) {
    if (text.size() > 10) return number;
    constexpr int64_t kSecondsMax = std::numeric_limits<int64_t>::max() / kSecond;
    return std::clamp(number, -kSecondsMax, kSecondsMax) * kSecond;
  }
  if (const auto parsed = parse_rfc3339(text)) return *parsed;
  return invalid("strconv.ParseInt: parsing \"{}\": {}", text,
                 is_whole_number(text) ? "value out of range" : "invalid syntax");
}

Result<int64_t> parse_step(std::string_view text) {
  double seconds = 0;
  if (parse_double(text, seconds) && !std::isnan(seconds)) {
    if (std::abs(seconds) * 1e9 > 9.2e18) {
      return invalid("cannot parse \"{}\" to a valid duration. It overflows int64", text);
    }
    return static_cast<int64_t>(seconds * 1e9);
  }
  const int64_t duration = parse_prometheus_duration(text);
  if (duration < 0) return invalid("cannot parse \"{}\" to a valid duration", text);
  return duration;
}

Result<TimeRange> parse_time_range(const RequestParams& params, int64_t now_ns) {
  int64_t since_ns = 3600 * kSecond;
  if (const std::string& since = params.get("since"); !since.empty()) {
    since_ns = parse_prometheus_duration(since);
    if (since_ns < 0)
      return invalid("could not parse 'since' parameter: not a valid duration string: \"{}\"", since);
  }
  TimeRange range{.begin_ns = 0, .end_ns = now_ns};
  if (const std::string& end = params.get("end"); !end.empty()) {
    auto parsed = parse_time(end);
    if (!parsed) return invalid("could not parse 'end' parameter: {}", parsed.error().message);
    range.end_ns = *parsed;
  }
  range.begin_ns = saturating_add(std::min(range.end_ns, now_ns), -since_ns);
  if (const std::string& start = params.get("start"); !start.empty()) {
    auto parsed = parse_time(start);
    if (!parsed) return invalid("could not parse 'start' parameter: {}", parsed.error().message);
    range.begin_ns = *parsed;
  }
  return range;
}

Result<int64_t> parse_count(const RequestParams& params, std::string_view name, int64_t fallback) {
  const std::string& text = params.get(name);
  if (text.empty()) return fallback;
  int64_t number = 0;
  if (parse_int64(text, number)) return number;
  return invalid("strconv.Atoi: parsing \"{}\": {}", text,
                 is_whole_number(text) ? "value out of range" : "invalid syntax");
}

Result<uint64_t> parse_limit(const RequestParams& params) {
  LOKILIB_TRY_ASSIGN(const int64_t limit, parse_count(params, "limit", 100));
  // Loki keeps limits in 32 bits; a larger one wraps (recorded, 3.7.6).
  const auto wrapped = static_cast<int32_t>(static_cast<uint32_t>(limit));
  if (wrapped <= 0) return invalid("limit must be a positive value");
  return static_cast<uint64_t>(wrapped);
}

Result<Direction> parse_direction(const RequestParams& params) {
  const std::string& text = params.get("direction");
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower.empty() || lower == "backward") return Direction::Backward;
  if (lower == "forward") return Direction::Forward;
  return invalid("invalid direction '{}'", text);
}

Result<int64_t> parse_query_step(const RequestParams& params, const TimeRange& range) {
  if (const std::string& step = params.get("step"); !step.empty()) return parse_step(step);
  const int64_t seconds = length_ns(range) / (250 * kSecond);
  return std::max<int64_t>(seconds, 1) * kSecond;
}

Result<void> check_range_and_step(const TimeRange& range, int64_t step_ns) {
  if (range.end_ns < range.begin_ns)
    return invalid("end timestamp must not be before or equal to start time");
  if (step_ns <= 0) {
    return invalid("zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  if (length_ns(range) / step_ns > 11'000) {
    return invalid(
        "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step "
        "parameter");
  }
  return {};
}

}  // namespace lokilib::http
