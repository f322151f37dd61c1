// SPDX-License-Identifier: Apache-2.0
// pattern_test.cc: captures, filters and mistakes of patterns, as recorded from Loki 3.7.6.
#include "text/pattern.h"

#include <gtest/gtest.h>

namespace lokilib::text {
namespace {

std::string captures(std::string_view source, std::string_view line) {
  const auto pattern = Pattern::parse_for_captures(source);
  if (!pattern) return pattern.error().message;
  std::vector<std::string_view> values(pattern->names().size());
  pattern->capture(line, values);
  std::string result;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].data() == nullptr) continue;
    if (!result.empty()) result += ';';
    result.append(pattern->names()[i]).append("=").append(values[i]);
  }
  return result;
}

bool passes(std::string_view source, std::string_view line) {
  const auto pattern = Pattern::parse_for_filter(source);
  return pattern.has_value() && pattern->matches(line);
}

TEST(Pattern, Captures) {
  EXPECT_EQ(captures("<_> [<m>] <path> <st>", "<x> [GET] /p 200"), "m=GET;path=/p;st=200");
  EXPECT_EQ(captures("<a> <b> <c>", "foo bar"), "a=foo;b=bar");
  EXPECT_EQ(captures("<a> <b> <c>", "abc"), "a=abc");
  EXPECT_EQ(captures("<_> [<x>] <p> <st>", "foo bar"), "");
  EXPECT_EQ(captures("lit <a>", "no"), "");
  EXPECT_EQ(captures("lit <a>", "lit "), "a=");
  EXPECT_EQ(captures("<a> end", "x end more"), "a=x");
  EXPECT_EQ(captures("<a>", ""), "");
  EXPECT_EQ(captures("<9> <a>", "<9> x"), "a=x");
}

TEST(Pattern, NamesItsMistakesAsLokiDoes) {
  EXPECT_EQ(captures("lit", ""), "at least one capture is required");
  EXPECT_EQ(captures("<_>", ""), "at least one capture is required");
  EXPECT_EQ(captures("<a><b>", ""), "found consecutive capture '<a><b>': invalid expression");
  EXPECT_EQ(captures("<a> <a>", ""), "duplicate capture name (a): invalid expression");
  EXPECT_EQ(captures("", ""),
            "parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL");
  EXPECT_EQ(Pattern::parse_for_filter("<a>").error().message, "named captures are not allowed: found '<a>'");
  EXPECT_EQ(Pattern::parse_for_filter("<_><_>").error().message,
            "found consecutive capture '<_><_>': invalid expression");
}

TEST(Pattern, Filters) {
  EXPECT_TRUE(passes("bar <_>", "foo bar baz"));
  EXPECT_TRUE(passes("bar", "foo bar"));
  EXPECT_FALSE(passes("bar", "foo bar baz"));
  EXPECT_FALSE(passes("ab", "ab ab"));
  EXPECT_FALSE(passes("<_>bar", "bar"));
  EXPECT_TRUE(passes("<_>", "x"));
  EXPECT_TRUE(passes("", ""));
  EXPECT_FALSE(passes("", "x"));
  EXPECT_FALSE(passes("<_>", ""));
}

}  // namespace
}  // namespace lokilib::text
