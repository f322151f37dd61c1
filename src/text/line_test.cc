// SPDX-License-Identifier: Apache-2.0
// line_test.cc: where a test has a literal, a page is searched for it as one text; only lines with a hit are
// looked at.
#include "text/line_test.h"

#include <algorithm>

namespace lokilib::text {
namespace {

bool bit(const uint64_t* words, size_t i) {
  return (words[i / 64] >> (i % 64) & 1) != 0;
}
void set_bit(uint64_t* words, size_t i) {
  words[i / 64] |= uint64_t{1} << (i % 64);
}

// Below one line in this many alive, single lines are searched instead of the page.
constexpr size_t kSparse = 16;

}  // namespace

size_t PageLines::line_of(size_t position, size_t from) const {
  size_t step = 1;
  size_t low = from;
  while (low + step < ends.size() && ends[low + step - 1] <= position) {
    low += step;
    step *= 2;
  }
  const auto first = ends.begin() + static_cast<std::ptrdiff_t>(low);
  const auto last = ends.begin() + static_cast<std::ptrdiff_t>(std::min(low + step, ends.size()));
  return static_cast<size_t>(std::upper_bound(first, last, position) - ends.begin());
}

LineTest LineTest::always() {
  return LineTest(Kind::Always);
}

LineTest LineTest::contains(std::string text) {
  LineTest test(text.empty() ? Kind::Always : Kind::Contains);
  if (!text.empty()) test.finder_.emplace(std::move(text));
  return test;
}

LineTest LineTest::contains_ignoring_case(std::string text) {
  LineTest test(text.empty() ? Kind::Always : Kind::ContainsIgnoringCase);
  if (!text.empty()) test.folded_finder_.emplace(std::move(text));
  return test;
}

LineTest LineTest::regex(std::shared_ptr<const Regex> regex, std::string needed) {
  LineTest test(Kind::Regex);
  test.regex_ = std::move(regex);
  if (!needed.empty()) test.finder_.emplace(std::move(needed));
  return test;
}

LineTest LineTest::pattern(Pattern pattern) {
  LineTest test(Kind::Pattern);
  if (const std::string_view literal = pattern.longest_literal(); !literal.empty()) {
    test.finder_.emplace(std::string(literal));
  }
  test.pattern_ = std::move(pattern);
  return test;
}

LineTest LineTest::ip(IpFilter filter) {
  LineTest test(Kind::Ip);
  if (std::string literal = filter.required_literal(); !literal.empty())
    test.finder_.emplace(std::move(literal));
  test.ip_ = filter;
  return test;
}

bool LineTest::verify(std::string_view line) const {
  switch (kind_) {
    case Kind::Always:
    case Kind::Contains:
    case Kind::ContainsIgnoringCase:
      return true;
    case Kind::Regex:
      return regex_->matches(line);
    case Kind::Pattern:
      return pattern_->matches(line);
    case Kind::Ip:
      return ip_->matches(line);
  }
  return false;
}

bool LineTest::matches(std::string_view line) const {
  if (finder_ && !finder_->contains(line)) return false;
  if (folded_finder_ && !folded_finder_->contains(line)) return false;
  return verify(line);
}

template <typename AnyFinder>
void LineTest::mark_found(const AnyFinder& finder, const PageLines& lines, const uint64_t* alive,
                          uint64_t* hits) const {
  const size_t needle_size = finder.needle().size();
  size_t line = 0;
  size_t at = finder.find(lines.page, 0);
  while (at != AnyFinder::npos) {
    line = lines.line_of(at, line);
    if (line == lines.ends.size()) return;
    const size_t end = lines.ends[line];
    if (at + needle_size > end) {  // begins in one line and ends in another
      at = finder.find(lines.page, at + 1);
      continue;
    }
    if (bit(alive, line) && !bit(hits, line) && verify(lines.at(line))) set_bit(hits, line);
    at = finder.find(lines.page, end);
  }
}

void LineTest::mark(const PageLines& lines, const uint64_t* alive, uint64_t* hits) const {
  const size_t count = lines.ends.size();
  const size_t word_count = (count + 63) / 64;
  if (kind_ == Kind::Always) {
    for (size_t i = 0; i < word_count; ++i) hits[i] |= alive[i];
    return;
  }
  if (finder_ || folded_finder_) {
    size_t alive_count = 0;
    for (size_t i = 0; i < word_count; ++i)
      alive_count += static_cast<size_t>(__builtin_popcountll(alive[i]));
    if (alive_count * kSparse >= count) {
      if (finder_) {
        mark_found(*finder_, lines, alive, hits);
      } else {
        mark_found(*folded_finder_, lines, alive, hits);
      }
      return;
    }
  }
  for (size_t i = 0; i < word_count; ++i) {
    for (uint64_t left = alive[i] & ~hits[i]; left != 0; left &= left - 1) {
      const size_t line = i * 64 + static_cast<size_t>(__builtin_ctzll(left));
      if (matches(lines.at(line))) set_bit(hits, line);
    }
  }
}

int LineTest::cost() const {
  switch (kind_) {
    case Kind::Always:
      return 0;
    case Kind::Contains:
      return 1;
    case Kind::ContainsIgnoringCase:
      return 2;
    case Kind::Pattern:
      return finder_ ? 3 : 6;
    case Kind::Regex:
      return finder_ ? 4 : 8;
    case Kind::Ip:
      return finder_ ? 5 : 7;
  }
  return 9;
}

const std::string& LineTest::required_literal() const {
  static const std::string kNone;
  return finder_ ? finder_->needle() : kNone;
}

}  // namespace lokilib::text
