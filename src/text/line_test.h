// SPDX-License-Identifier: Apache-2.0
// line_test.h: one yes-or-no question to a line (does it hold this text, does this regex match), for single
// lines and for whole pages. A line filter is one or more of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/regex.h"
#include "text/find.h"
#include "text/ip_filter.h"
#include "text/pattern.h"

namespace lokilib::text {

/// Lines one behind the other: line i is [ends[i-1], ends[i]).
struct PageLines {
  std::string_view page;
  std::span<const uint32_t> ends;

  size_t begin(size_t line) const { return line == 0 ? 0 : ends[line - 1]; }
  std::string_view at(size_t line) const { return page.substr(begin(line), ends[line] - begin(line)); }
  /// The line that holds the byte at `position`, looked for from line `from` on: near ones are found quickly.
  size_t line_of(size_t position, size_t from) const;
};

/// Immutable. Threads: any number at once.
class LineTest {
 public:
  static LineTest always();
  static LineTest contains(std::string text);
  static LineTest contains_ignoring_case(std::string text);
  /// `needed` is a text that every match holds, "" if unknown.
  static LineTest regex(std::shared_ptr<const Regex> regex, std::string needed);
  static LineTest pattern(Pattern pattern);
  static LineTest ip(IpFilter filter);

  bool matches(std::string_view line) const;

  /// Sets bit i of `hits` for lines that match and whose bit of `alive` is set; other bits are left alone,
  /// but a line whose bit of `hits` is set already may be passed over.
  void mark(const PageLines& lines, const uint64_t* alive, uint64_t* hits) const;

  bool is_always() const { return kind_ == Kind::Always; }
  /// Rough order of what a line costs; smaller first.
  int cost() const;
  /// A text that every line that matches holds; "" if unknown.
  const std::string& required_literal() const;

 private:
  enum class Kind : uint8_t { Always, Contains, ContainsIgnoringCase, Regex, Pattern, Ip };

  explicit LineTest(Kind kind) : kind_(kind) {}

  // For a line that holds the literal that the test searches for, if it has one.
  bool verify(std::string_view line) const;
  template <typename AnyFinder>
  void mark_found(const AnyFinder& finder, const PageLines& lines, const uint64_t* alive,
                  uint64_t* hits) const;

  Kind kind_;
  std::optional<Finder> finder_;  // what is searched: the text itself, or the literal that any match holds
  std::optional<CaseInsensitiveFinder> folded_finder_;
  std::shared_ptr<const Regex> regex_;
  std::optional<Pattern> pattern_;
  std::optional<IpFilter> ip_;
};

}  // namespace lokilib::text
