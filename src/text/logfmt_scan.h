// SPDX-License-Identifier: Apache-2.0
// logfmt_scan.h: one pair after the other of a logfmt line, raw. A mistake is a step too: the scan goes on at
// the next blank behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <lokilib/arena.h>

namespace lokilib::text {

enum class LogfmtStep : uint8_t { Pair, Fault, End };

struct LogfmtPair {
  std::string_view key;         ///< as it stands in the line, not empty
  std::string_view value;       ///< unescaped; "" for bare words
  bool has_high_bytes = false;  ///< of the value: bytes above 0x7f
};

class LogfmtScanner {
 public:
  LogfmtScanner(std::string_view line, Arena& arena) : line_(line), arena_(arena) {}

  /// The next pair; `pair` is set for LogfmtStep::Pair only.
  LogfmtStep next(LogfmtPair& pair);

  /// After LogfmtStep::Fault: `logfmt syntax error at pos 3 : unexpected '='`, in the arena.
  std::string_view fault_text() const;

 private:
  LogfmtStep scan_value(LogfmtPair& pair);
  LogfmtStep scan_quoted_value(LogfmtPair& pair);
  LogfmtStep fault(size_t at, const char* cause);
  LogfmtStep fault_and_skip(size_t at, const char* cause);

  std::string_view line_;
  Arena& arena_;
  size_t at_ = 0;
  size_t fault_at_ = 0;
  const char* fault_cause_ = "";
};

/// The value with spaces in place of U+FFFD and invalid bytes, or "" instead if `empties`.
std::string_view logfmt_value_slow(std::string_view value, bool empties, Arena& arena);
inline std::string_view logfmt_value(const LogfmtPair& pair, bool empties, Arena& arena) {
  return pair.has_high_bytes ? logfmt_value_slow(pair.value, empties, arena) : pair.value;
}

}  // namespace lokilib::text
