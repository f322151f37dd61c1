// SPDX-License-Identifier: Apache-2.0
// matcher_test.cc: stream matchers, and that their short cuts do not change an answer.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <lokilib/matcher.h>

#include "model/regex.h"
#include "support/random.h"

namespace lokilib {
namespace {

using testing::ElementsAre;
using testing::Pointee;

TEST(Matcher, AnchorsRegexesAndLetsDotsMatchNewlines) {
  const Matcher matcher = *Matcher::create(MatchOp::Regex, "a", "x.y");
  EXPECT_TRUE(matcher.matches("x\ny"));
  EXPECT_FALSE(matcher.matches("ax.y"));
  EXPECT_FALSE(Matcher::create(MatchOp::NotRegex, "a", "x.y")->matches("x.y"));
}

TEST(Matcher, KnowsItsLiterals) {
  EXPECT_THAT(Matcher::create(MatchOp::Regex, "a", "b|c|a|b")->literal_values(),
              Pointee(ElementsAre("a", "b", "c")));
  EXPECT_THAT(Matcher::create(MatchOp::NotEqual, "a", "x|y")->literal_values(), Pointee(ElementsAre("x|y")));
  EXPECT_EQ(Matcher::create(MatchOp::Regex, "a", "b.*")->literal_values(), nullptr);
  EXPECT_EQ(Matcher::create(MatchOp::NotRegex, "a", "b.*")->required_prefix(), "b");
}

TEST(Matcher, PrintsAsInASelector) {
  EXPECT_EQ(Matcher::create(MatchOp::NotRegex, "app", "a\"b")->to_string(), R"(app!~"a\"b")");
}

TEST(Matcher, ReportsABadRegex) {
  EXPECT_EQ(Matcher::create(MatchOp::Regex, "a", "(").error().message,
            "error parsing regexp: missing closing ): `(`");
}

TEST(MatchesAll, TakesAMissingLabelForTheEmptyValue) {
  const LabelSet labels = *parse_labels(R"({a="1"})");
  EXPECT_TRUE(matches_all({*Matcher::create(MatchOp::Equal, "b", "")}, labels));
  EXPECT_FALSE(matches_all(
      {*Matcher::create(MatchOp::Equal, "a", "1"), *Matcher::create(MatchOp::Regex, "b", ".+")}, labels));
}

TEST(MatcherProperty, AnswersLikeTheRegexAlone) {
  test::for_each_seed(200, [](test::Random& random) {
    static const std::vector<std::string> kParts = {"a", "b", "|", "|", "ab", "[ab]", "?", "\xc3\xa9"};
    std::string source;
    for (size_t n = random.below(8); n > 0; --n) source += random.pick(kParts);
    const auto matcher = Matcher::create(MatchOp::Regex, "x", source);
    if (!matcher) return;
    const auto regex = *Regex::compile(source, {.anchored = true, .dot_matches_newline = true});
    for (int i = 0; i < 60; ++i) {
      const std::string value = random.text("aab\xc3\xa9", 4);
      ASSERT_EQ(matcher->matches(value), regex->matches(value)) << source << " on " << quote(value);
    }
  });
}

}  // namespace
}  // namespace lokilib
