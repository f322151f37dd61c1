// SPDX-License-Identifier: Apache-2.0
#include "target_flags.h"

#include <charconv>
#include <cstdio>
#include <ctime>
#include <limits>

#include <CLI/CLI.hpp>

namespace lokilib::tool {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

Error bad_flag(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

}  // namespace

void TargetFlags::add_to(CLI::App& command) {
  command.add_option("--data", target.directory, "Data directory, opened in this process")
      ->capture_default_str();
  command.add_option("--addr", target.url, "URL of a server, instead of a directory")->envname("LOKI_ADDR");
  command.add_option("--org-id", target.tenant, "Tenant")->envname("LOKI_ORG_ID");
}

Result<void> TargetFlags::take_target(std::vector<std::string>& words, size_t expected, const char* usage) {
  if (words.size() == expected + 1) {
    (is_url(words[0]) ? target.url : target.directory) = words[0];
    if (!is_url(words[0])) target.url.clear();
    words.erase(words.begin());
  }
  if (words.size() != expected) return bad_flag(std::string("usage: ") + usage);
  return {};
}

void TimeFlags::add_to(CLI::App& command) {
  command.add_option("--from", from, "Begin: RFC 3339 or nanoseconds since 1970");
  command.add_option("--to", to, "End (not included); now, unless given");
  command.add_option("--since", since, "Begin this long before the end, e.g. 90m or 2d");
}

Result<TimeRange> TimeFlags::range(int64_t now_ns, int64_t fallback_since_ns) const {
  TimeRange range{std::numeric_limits<int64_t>::min(), now_ns + 1};
  if (!to.empty()) {
    LOKILIB_TRY_ASSIGN(range.end_ns, parse_time_flag(to));
  }
  if (!from.empty()) {
    LOKILIB_TRY_ASSIGN(range.begin_ns, parse_time_flag(from));
  } else if (!since.empty()) {
    LOKILIB_TRY_ASSIGN(const int64_t length_ns, parse_duration_flag(since));
    range.begin_ns = range.end_ns - length_ns;
  } else if (fallback_since_ns > 0) {
    range.begin_ns = range.end_ns - fallback_since_ns;
  }
  if (range.end_ns < range.begin_ns) return bad_flag("--to is before --from");
  return range;
}

Result<int64_t> parse_duration_flag(const std::string& text) {
  double total = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    double number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc())
      return bad_flag("'" + text + "' is not a duration: write e.g. 90m, 1h30m or 2d");
    at = next;
    std::string unit;
    while (at != end && *at >= 'a' && *at <= 'z') unit.push_back(*at++);
    const double scale = unit == "ns"   ? 1
                         : unit == "us" ? 1e3
                         : unit == "ms" ? 1e6
                         : unit == "s"  ? 1e9
                         : unit == "m"  ? 60e9
                         : unit == "h"  ? 3600e9
                         : unit == "d"  ? 86'400e9
                         : unit == "w"  ? 7 * 86'400e9
                                        : 0;
    if (scale == 0)
      return bad_flag("'" + text + "': unknown unit '" + unit + "' (known: ns us ms s m h d w)");
    total += number * scale;
  }
  if (text.empty() || total > 9.2e18) return bad_flag("'" + text + "' is not a duration");
  return static_cast<int64_t>(total);
}

Result<int64_t> parse_time_flag(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    return text.size() <= 10 ? number * kSecond : number;
  }
  std::tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) rest = strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (rest == nullptr)
    return bad_flag("'" + text + "' is not a time: write RFC 3339, e.g. 2026-01-31T12:00:00Z");
  int64_t time_ns = timegm(&parts) * kSecond;
  if (*rest == '.') {
    int64_t scale = kSecond / 10;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, scale /= 10) time_ns += (*rest - '0') * scale;
  }
  int hours = 0;
  int minutes = 0;
  char sign = 0;
  if (std::sscanf(rest, "%c%2d:%2d", &sign, &hours, &minutes) == 3 && (sign == '+' || sign == '-')) {
    time_ns -= (sign == '+' ? 1 : -1) * (hours * 3600LL + minutes * 60LL) * kSecond;
  } else if (*rest != '\0' && !(*rest == 'Z' && rest[1] == '\0')) {
    return bad_flag("'" + text + "' is not a time: '" + rest + "' is left over");
  }
  return time_ns;
}

int fail(const Error& error) {
  std::fprintf(stderr, "lokilib: %s\n", error.to_string().c_str());
  return 1;
}

}  // namespace lokilib::tool
