// SPDX-License-Identifier: Apache-2.0
// compiled_predicate_test.cc: line filters over lines, rows and pages.
#include "text/compiled_predicate.h"

#include <gtest/gtest.h>

#include "model/regex.h"
#include "support/random.h"
#include "text/ip_filter.h"
#include "text/pattern.h"

namespace lokilib::text {
namespace {

using test::for_each_seed;
using test::Random;

LinePredicate one(LineFilterOp op, std::vector<LineFilterOperand> alternatives) {
  return LinePredicate{{LineFilter{op, std::move(alternatives)}}};
}

bool passes(const LinePredicate& predicate, std::string_view line, const PredicateOptions& options = {}) {
  const auto compiled = CompiledPredicate::compile(predicate, options);
  EXPECT_TRUE(compiled.has_value());
  return compiled.has_value() && (*compiled)->matches(line);
}

TEST(CompiledPredicate, TreatsEmptyTextsAsLokiDoes) {
  EXPECT_TRUE(passes(one(LineFilterOp::Contains, {{""}}), "x"));
  EXPECT_TRUE(passes(one(LineFilterOp::Regex, {{""}}), "x"));
  EXPECT_FALSE(passes(one(LineFilterOp::NotContains, {{""}}), "x"));
  EXPECT_FALSE(passes(one(LineFilterOp::NotRegex, {{""}}), "x"));
  EXPECT_FALSE(passes(one(LineFilterOp::Contains, {{"FOO"}, {""}}), "x"));
  EXPECT_FALSE(passes(one(LineFilterOp::Contains, {{""}, {"FOO"}}), "x"));
  EXPECT_FALSE(passes(one(LineFilterOp::Regex, {{".+"}}), ""));
  EXPECT_FALSE(passes(one(LineFilterOp::NotContains, {{"a"}, {""}}), "x"));
}

TEST(CompiledPredicate, SearchesAddresses) {
  const LinePredicate chain = one(LineFilterOp::Contains, {{"zzz"}, {"10.0.0.0/8", true}});
  EXPECT_TRUE(passes(chain, "at 10.1.1.1 x"));
  EXPECT_FALSE(passes(chain, "at 10.1.1.1 x", {.loki_quirks = true}));
  EXPECT_TRUE(passes(chain, "net 10.0.0.0/8", {.loki_quirks = true}));
  EXPECT_FALSE(passes(one(LineFilterOp::NotContains, {{"10.0.0.0/8", true}}), "at 10.1.1.1 x"));
}

TEST(CompiledPredicate, NamesItsMistakesAsLokiDoes) {
  const auto error = [](LineFilterOp op, LineFilterOperand operand) {
    const auto compiled = CompiledPredicate::compile(one(op, {std::move(operand)}));
    return compiled.has_value() ? std::string() : compiled.error().message;
  };
  EXPECT_EQ(error(LineFilterOp::Regex, {"("}), "error parsing regexp: missing closing ): `(`");
  EXPECT_EQ(error(LineFilterOp::Pattern, {"<a>"}), "named captures are not allowed: found '<a>'");
  EXPECT_EQ(error(LineFilterOp::Contains, {"foo", true}), "ip: invalid pattern: \"foo\"");
  EXPECT_EQ(error(LineFilterOp::NotRegex, {"1.1.1.1", true}), "ip: invalid operation");
  EXPECT_EQ(error(LineFilterOp::Pattern, {"1.1.1.1", true}), "ip: invalid operation");
}

TEST(CompiledPredicate, IgnoresCaseBeyondAscii) {
  const LinePredicate predicate = one(LineFilterOp::Regex, {{"(?i)ask"}});
  EXPECT_TRUE(passes(predicate, "x ASK"));
  EXPECT_TRUE(passes(predicate, "as\u212a"));
  EXPECT_TRUE(passes(predicate, "a\u017fk"));
  EXPECT_FALSE(passes(predicate, "as\u212b"));
}

TEST(CompiledPredicate, TellsWhatEveryLineHolds) {
  LinePredicate predicate = one(LineFilterOp::Contains, {{"abc"}});
  predicate.filters.push_back({LineFilterOp::NotContains, {{"x"}}});
  predicate.filters.push_back({LineFilterOp::Contains, {{"y"}, {"z"}}});
  const auto compiled = CompiledPredicate::compile(predicate);
  ASSERT_TRUE(compiled.has_value());
  EXPECT_EQ((*compiled)->required_literals(), std::vector<std::string>{"abc"});
}

// What the filters mean, said plainly.
bool naive_alternative(LineFilterOp op, const LineFilterOperand& operand, std::string_view line) {
  if (operand.is_ip) return IpFilter::parse(operand.text)->matches(line);
  if (op == LineFilterOp::Contains || op == LineFilterOp::NotContains) {
    return line.find(operand.text) != std::string_view::npos;
  }
  if (op == LineFilterOp::Regex || op == LineFilterOp::NotRegex) {
    return (*Regex::compile(operand.text, {}))->matches(line);
  }
  return Pattern::parse_for_filter(operand.text)->matches(line);
}

bool naive(const LinePredicate& predicate, std::string_view line) {
  for (const LineFilter& filter : predicate.filters) {
    const bool negated = filter.op == LineFilterOp::NotContains || filter.op == LineFilterOp::NotRegex ||
                         filter.op == LineFilterOp::NotPattern;
    bool any = false;
    for (const LineFilterOperand& operand : filter.alternatives)
      any |= naive_alternative(filter.op, operand, line);
    if (any == negated) return false;
  }
  return true;
}

LinePredicate random_predicate(Random& random) {
  static const std::vector<std::string> regexes = {
      "ab",    "(?i)Ab", "a|b1",     "(?i)ab|k", "a.b",     "^a",   "b$",      ".*ab.*", "a+b",
      "[ab]1", "\\.",    "(?i)s\\.", "1.1\\.1",  "(a|ab)b", "b?a1", "(?i:a)b", "ab.*"};
  static const std::vector<std::string> patterns = {"a<_>", "<_>b<_>", "ab", "<_>a", "<_> <_>"};
  static const std::vector<std::string> addresses = {"1.1.1.1", "1.1.0.0/16", "1.1.1.1-1.1.1.11", "::/0"};
  LinePredicate predicate;
  const size_t count = 1 + random.below(3);
  for (size_t i = 0; i < count; ++i) {
    LineFilter filter;
    filter.op = static_cast<LineFilterOp>(random.below(6));
    const size_t alternatives = 1 + random.below(3);
    for (size_t k = 0; k < alternatives; ++k) {
      if (filter.op == LineFilterOp::Regex || filter.op == LineFilterOp::NotRegex) {
        filter.alternatives.push_back({random.pick(regexes), false});
      } else if (filter.op == LineFilterOp::Pattern || filter.op == LineFilterOp::NotPattern) {
        filter.alternatives.push_back({random.pick(patterns), false});
      } else if (random.one_in(4)) {
        filter.alternatives.push_back({random.pick(addresses), true});
      } else {
        filter.alternatives.push_back({"x" + random.text("ab1. ", 3), false});
        filter.alternatives.back().text.erase(0, random.below(2));
        if (filter.alternatives.back().text.empty()) filter.alternatives.back().text = "a";
      }
    }
    predicate.filters.push_back(std::move(filter));
  }
  return predicate;
}

TEST(CompiledPredicateProperty, PagesRowsAndLinesAgreeWithTheMeaning) {
  for_each_seed(400, [](Random& random) {
    const LinePredicate predicate = random_predicate(random);
    const auto compiled = CompiledPredicate::compile(predicate);
    ASSERT_TRUE(compiled.has_value()) << compiled.error().message;
    std::string page;
    std::vector<uint32_t> ends;
    const size_t count = random.below(200);
    for (size_t i = 0; i < count; ++i) {
      page += random.text("abABkxs1. \xff\xe2\x84\xaa\xc5\xbf", 14);
      if (random.one_in(5)) page += "1.1.1." + std::to_string(random.below(20));
      if (random.one_in(9)) page += "a\u212a";
      ends.push_back(static_cast<uint32_t>(page.size()));
    }
    const size_t first_bit = random.below(130);
    std::vector<uint64_t> words((first_bit + count) / 64 + 2);
    const uint64_t sparse = random.one_in(3) ? 40 : 2;
    for (size_t i = 0; i < words.size() * 64; ++i) {
      if (!random.one_in(sparse) == (sparse == 2)) words[i / 64] |= uint64_t{1} << (i % 64);
    }
    const std::vector<uint64_t> before = words;
    (*compiled)->filter_page(page, ends, words.data(), first_bit);
    std::vector<std::string_view> lines;
    std::vector<uint16_t> rows;
    std::vector<uint16_t> want_rows;
    for (size_t i = 0; i < words.size() * 64; ++i) {
      const bool was = (before[i / 64] >> (i % 64) & 1) != 0;
      const bool is = (words[i / 64] >> (i % 64) & 1) != 0;
      if (i < first_bit || i >= first_bit + count) {
        ASSERT_EQ(is, was) << i;
        continue;
      }
      const size_t line = i - first_bit;
      const size_t begin = line == 0 ? 0 : ends[line - 1];
      lines.push_back(std::string_view(page).substr(begin, ends[line] - begin));
      const bool want = naive(predicate, lines.back());
      ASSERT_EQ((*compiled)->matches(lines.back()), want) << lines.back();
      ASSERT_EQ(is, was && want) << line << " of " << count << ": " << lines.back();
      rows.push_back(static_cast<uint16_t>(line));
      if (want) want_rows.push_back(static_cast<uint16_t>(line));
    }
    rows.resize((*compiled)->filter_rows(lines, rows));
    ASSERT_EQ(rows, want_rows);
  });
}

}  // namespace
}  // namespace lokilib::text
