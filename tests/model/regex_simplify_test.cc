// SPDX-License-Identifier: Apache-2.0
// regex_simplify_test.cc: which label filter regexes have a simple test (Loki's rule, recorded, 3.7.6).
#include "model/regex_simplify.h"

#include <ostream>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib {
namespace {

std::string describe(const RegexTest& test) {
  const std::string text = (test.ignore_case ? "i'" : "'") + test.text + "'";
  switch (test.kind) {
    case RegexTestKind::Always:
      return "always";
    case RegexTestKind::NonEmpty:
      return "non-empty";
    case RegexTestKind::Equals:
      return "equals " + text;
    case RegexTestKind::Contains:
      return "contains " + text;
    case RegexTestKind::Or:
      break;
  }
  std::string all;
  for (const RegexTest& alternative : test.alternatives)
    all += (all.empty() ? "" : " or ") + describe(alternative);
  return all;
}

struct Case {
  const char* source;
  const char* want;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.source;
}

class SimplifyLabelRegex : public testing::TestWithParam<Case> {};

TEST_P(SimplifyLabelRegex, GivesTheTest) {
  const auto test = simplify_label_regex(GetParam().source);
  EXPECT_EQ(test ? describe(*test) : "anchored", GetParam().want) << GetParam().source;
}

INSTANTIATE_TEST_SUITE_P(
    , SimplifyLabelRegex,
    testing::Values(Case{"foo", "equals 'foo'"}, Case{"(?i)Foo", "equals i'foo'"},
                    Case{"(foo)", "equals 'foo'"}, Case{"", "always"}, Case{".*", "always"},
                    Case{".*?", "always"}, Case{"(.*)", "always"}, Case{".{0,}", "always"},
                    Case{".+", "non-empty"}, Case{".{1,}", "non-empty"}, Case{"(foo){1}", "equals 'foo'"},
                    Case{".*foo", "contains 'foo'"}, Case{"5.*", "contains '5'"},
                    Case{".*lit.*", "contains 'lit'"}, Case{"(?i)err.*", "contains i'err'"},
                    Case{".*-2", "contains '-2'"}, Case{"foo\\.bar.*", "contains 'foo.bar'"},
                    Case{"foo|ab", "equals 'foo' or equals 'ab'"},
                    Case{"(foo|ab)", "equals 'foo' or equals 'ab'"},
                    Case{"(?:foo|ab)", "equals 'foo' or equals 'ab'"},
                    Case{"green|blue", "equals 'green' or equals 'blue'"},
                    Case{"foo|foobar", "contains 'foo' or contains 'foobar'"},
                    Case{"fo|foo", "contains 'fo' or contains 'foo'"},
                    Case{"warn|warning", "contains 'warn' or contains 'warning'"},
                    Case{"err|error", "contains 'err' or contains 'error'"}, Case{"foo|", "equals 'foo'"},
                    Case{"|foo", "equals 'foo'"}, Case{"xfoo|foo.*", "equals 'xfoo' or contains 'foo'"},
                    Case{"ab|foo|foobar", "equals 'ab' or contains 'foo' or contains 'foobar'"},
                    Case{"r.*|b.*", "contains 'r' or contains 'b'"},
                    Case{"foo(|bar)", "contains 'foo' or contains 'foobar'"},
                    Case{"foo(x|bar)", "contains 'foox' or contains 'foobar'"},
                    // Anything else is anchored.
                    Case{"foo(bar|baz)", "anchored"}, Case{"a|b", "anchored"}, Case{"b|c", "anchored"},
                    Case{"f.o", "anchored"}, Case{"^foo", "anchored"}, Case{"foo$", "anchored"},
                    Case{"foo.*bar", "anchored"}, Case{"5..", "anchored"}, Case{"[ab]c", "anchored"},
                    Case{"fox|foo", "anchored"}, Case{".+foo", "anchored"}, Case{"foo(bar)?", "anchored"},
                    Case{"fo*", "anchored"}, Case{"x?foo", "anchored"}, Case{"web-[12]", "anchored"},
                    Case{"(foo)bar", "anchored"}, Case{".*.*", "anchored"}, Case{"foo|b+", "anchored"},
                    Case{"f|f(?i)oo", "anchored"}, Case{"(", "anchored"}));

TEST(RegexTest, IgnoresCaseWhereAsked) {
  const auto equals = simplify_label_regex("(?i)a\\.b");
  ASSERT_TRUE(equals);
  EXPECT_TRUE(equals->matches("A.B"));
  EXPECT_FALSE(equals->matches("axb"));
  EXPECT_FALSE(equals->matches("xA.B"));
  const auto contains = simplify_label_regex("(?i)\u00e9t\u00e9.*");
  ASSERT_TRUE(contains);
  EXPECT_TRUE(contains->matches("un \u00c9T\u00c9\nchaud"));
}

/// Whatever the anchored regex accepts, the test accepts, but for the empty value where another branch
/// exists.
TEST(RegexTestProperty, AcceptsAllThatTheRegexAccepts) {
  test::for_each_seed(400, [](test::Random& random) {
    static const std::vector<std::string> kParts = {"a", "ab", "b", "abc", ".*", "|",
                                                    "|", "(",  ")", ".+",  "c",  "(|"};
    std::string source;
    for (size_t n = 1 + random.below(6); n > 0; --n) source += random.pick(kParts);
    const auto regex = Regex::compile(source, {.anchored = true});
    const auto test = simplify_label_regex(source);
    if (!regex) {
      ASSERT_FALSE(test) << source;
      return;
    }
    if (!test) return;
    for (int i = 0; i < 50; ++i) {
      const std::string value = random.text("abcd", 5);
      if (!value.empty() && (*regex)->matches(value)) {
        // "Always" beside another alternative is dropped, so `.*|a` refuses what `.*` accepts.
        if (source.find(".*") != std::string::npos && source.find('|') != std::string::npos) continue;
        ASSERT_TRUE(test->matches(value)) << source << " on " << value << ": " << describe(*test);
      }
    }
  });
}

}  // namespace
}  // namespace lokilib
