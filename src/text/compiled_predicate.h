// SPDX-License-Identifier: Apache-2.0
// compiled_predicate.h: a LinePredicate ready to run, over lines one by one or over a page of lines at once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/line_predicate.h>
#include <lokilib/result.h>

namespace lokilib::text {

struct PredicateOptions {
  /// Loki's way: `ip()` in a positive `or` chain of several alternatives is searched as plain text.
  bool loki_quirks = false;
};

/// Immutable. Threads: any number at once.
class CompiledPredicate {
 public:
  /// Errors: `InvalidQuery` with Loki's cause text, without the stage in front,
  /// e.g. "error parsing regexp: missing closing ): `(`" or "ip: invalid operation".
  static Result<std::shared_ptr<const CompiledPredicate>> compile(const LinePredicate& predicate,
                                                                  const PredicateOptions& options = {});
  ~CompiledPredicate();
  CompiledPredicate(const CompiledPredicate&) = delete;
  CompiledPredicate& operator=(const CompiledPredicate&) = delete;

  bool matches(std::string_view line) const;
  /// Whether every line passes, so that there is nothing to run.
  bool always_matches() const;
  /// Texts that every line that passes holds, for skip data; may be empty, is never complete.
  std::vector<std::string> required_literals() const;

  /// Narrows `rows` (numbers into `lines`, ascending) to those whose line passes; returns how many are left.
  size_t filter_rows(std::span<const std::string_view> lines, std::span<uint16_t> rows) const;

  /// Lines that stand one behind the other without separators: line i is [ends[i-1], ends[i]) of `page` (from
  /// 0 for the first). Clears the bit of each line that does not pass in `words` (bit `first_bit` + i); never
  /// sets one. Searches the whole page at once where it can, so that absent needles cost a scan and nothing
  /// per line.
  void filter_page(std::string_view page, std::span<const uint32_t> ends, uint64_t* words,
                   size_t first_bit) const;

 private:
  struct Impl;
  explicit CompiledPredicate(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib::text
