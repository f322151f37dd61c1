// SPDX-License-Identifier: Apache-2.0
// target_flags.h: the options that say where a command works and for which time, the same for all commands.
#pragma once

#include <string>
#include <vector>

#include <lokilib/result.h>
#include <lokilib/time_range.h>

#include "target.h"

namespace CLI {
class App;
}

namespace lokilib::tool {

struct TargetFlags {
  TargetOptions target;

  /// --data, --addr, --org-id.
  void add_to(CLI::App& command);

  /// Takes a first word that names a target (a URL, or a directory where `expected` words were expected and
  /// one more was given) out of `words`. Errors: too few or too many words.
  Result<void> take_target(std::vector<std::string>& words, size_t expected, const char* usage);
};

struct TimeFlags {
  std::string from;
  std::string to;
  std::string since;

  /// --from, --to (RFC 3339 or nanoseconds) and --since (e.g. 90m).
  void add_to(CLI::App& command);
  /// `fallback_since_ns` before the end where nothing was given; 0: from the beginning of time.
  Result<TimeRange> range(int64_t now_ns, int64_t fallback_since_ns) const;
};

/// 1h30m, 250ms, 2d; also 1.5h. Nanoseconds.
Result<int64_t> parse_duration_flag(const std::string& text);
/// RFC 3339, or nanoseconds since 1970.
Result<int64_t> parse_time_flag(const std::string& text);

/// Prints "lokilib: ..." on stderr; returns 1, the exit status.
int fail(const Error& error);

}  // namespace lokilib::tool
