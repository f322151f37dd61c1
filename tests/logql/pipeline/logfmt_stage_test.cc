// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "logql/pipeline/pipeline_text.h"

namespace lokilib::test {
namespace {

struct Case {
  const char* name;
  std::string line;
  std::string stages;
  std::string expected;
};

class LogfmtStage : public testing::TestWithParam<Case> {};

TEST_P(LogfmtStage, GivesLabels) {
  EXPECT_EQ(through(GetParam().line, GetParam().stages), GetParam().expected);
}

constexpr const char* kOdd = R"(a=x b="q \"uo\" te" c= d="" e flag f=1=2 g="unterminated)";

INSTANTIATE_TEST_SUITE_P(
    , LogfmtStage,
    testing::Values(
        Case{"SkipsMistakesAndEmpty", kOdd, "| logfmt", R"({a="x", b="q \"uo\" te"})"},
        Case{"KeepEmpty", kOdd, "| logfmt --keep-empty",
             R"({a="x", b="q \"uo\" te", c="", d="", e="", flag=""})"},
        Case{
            "Strict", kOdd, "| logfmt --strict",
            R"({__error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 39 : unexpected '='", a="x", b="q \"uo\" te"})"},
        Case{"FirstWins", "a=1 a=2", "| logfmt", R"({a="1"})"},
        Case{"RenamedAwayDoesNotComeBack", "a=1", "| logfmt | label_format b=a | logfmt", R"({b="1"})"},
        Case{"DropDoesNotBringBack", "a=1", "| logfmt | drop a | logfmt", "{}"},
        Case{"StreamLabelGivesSuffix", "app=q", "| logfmt", R"({app_extracted="q"})"},
        Case{"SuffixAlsoWhereDropped", "app=q", "| drop app | logfmt", R"({-app, app_extracted="q"})"},
        Case{"Listed", "a=1 b=2", R"(| logfmt x="a", y="nope")", R"({x="1", y=""})"},
        Case{"ListedSwaps", "a=1 b=2", R"(| logfmt a="b", b="a")", R"({a="2", b="1"})"},
        Case{"ListedLastWins", "a=1 a=2", "| logfmt a", R"({a="2"})"},
        Case{"ListedSanitised", "a.b=1", R"(| logfmt x="a_b")", R"({x="1"})"},
        Case{"ListedStreamLabel", "app=q", "| logfmt app", R"({app_extracted="q"})"},
        Case{"ListedEmptiesEarlier", "a=1", R"(| logfmt | logfmt a="nope")", R"({a=""})"},
        Case{"ListedTwice", "a=1 b=2", R"(| logfmt x="a" | logfmt y="a")", R"({x="1", y="1"})"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(LogfmtStageQuirk, KeyOfAnEarlierParserIsNotLookedAtAgain) {
  OneLine entry{"a=1"};
  EXPECT_EQ(entry.through(R"(| logfmt | logfmt x="a")"), R"({a="1", x="1"})");
  entry.options = loki_quirks();
  EXPECT_EQ(entry.through(R"(| logfmt | logfmt x="a")"), R"({a="1", x=""})");
}

TEST(LogfmtStageErrors, NameTheStage) {
  const std::string prefix = "parse error : stage '";
  EXPECT_EQ(build_error(R"(| logfmt x="a b")"),
            prefix + R"(| logfmt x="a b"' : cannot parse expression [a b]: syntax error: unexpected KEY)");
  EXPECT_EQ(build_error(R"(| logfmt a, q="a.b")"),
            prefix + R"(| logfmt a="a",q="a.b"' : cannot parse expression [a.b]: unexpected char .)");
  EXPECT_EQ(
      build_error(R"(| logfmt x="")"),
      prefix +
          R"(| logfmt x=""' : cannot parse expression []: syntax error: unexpected $end, expecting STRING or KEY)");
}

TEST(LogfmtStageHints, ExtractOnlyNeededLabels) {
  OneLine entry{"a=1 b=2 app=y c=1=2"};
  entry.options.hints.needed = {"b", "app_extracted"};
  EXPECT_EQ(entry.through("| logfmt"), R"({app_extracted="y", b="2"})");
  EXPECT_EQ(
      entry.through("| logfmt --strict"),
      R"({__error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 18 : unexpected '='", app_extracted="y", b="2"})");
  entry.options.hints.needed = {"b"};
  entry.options.hints.stop_early = true;
  EXPECT_EQ(entry.through("| logfmt --strict"), R"({b="2"})");
}

}  // namespace
}  // namespace lokilib::test
