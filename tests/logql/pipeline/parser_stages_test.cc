// SPDX-License-Identifier: Apache-2.0
// regexp, pattern and unpack.
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

class ParserStages : public testing::TestWithParam<Case> {};

TEST_P(ParserStages, GiveLabels) {
  EXPECT_EQ(through(GetParam().line, GetParam().stages), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    , ParserStages,
    testing::Values(
        Case{"RegexpGroups", "a=1 b=2", "| regexp `(?P<x>zz)?a=(?P<y>.)`", R"({x="", y="1"})"},
        Case{"RegexpWithoutMatch", "b=2", "| regexp `a=(?P<y>.)`", "{}"},
        Case{"RegexpStreamLabel", "y", "| regexp `(?P<app>.)`", R"({app_extracted="y"})"},
        Case{"Pattern", "<x> [GET] /p 200", R"(| pattern "<_> [<m>] <path> <st>")",
             R"({m="GET", path="/p", st="200"})"},
        Case{"PatternMissingLiteral", "foo bar", R"(| pattern "<a> <b> <c>")", R"({a="foo", b="bar"})"},
        Case{"PatternWithoutPrefix", "foo", R"(| pattern "x<a>")", "{}"},
        Case{"Unpack", R"({"k":"v","n":1,"a-b":"q","app":"y","_entry":"orig a=1"})", "| unpack",
             R"({a_b="q", app_extracted="y", k="v"} => orig a=1)"},
        Case{"UnpackWithoutEntry", R"({"k":"v"})", "| unpack", "{}"},
        Case{"UnpackPlainText", "text", "| unpack",
             R"({__error__="JSONParserErr", __error_details__="expecting json object(6), but it is not"})"},
        Case{"UnpackEmptyLine", "", "| unpack", "{}"},
        Case{"UnpackEarlierLabelStays", R"({"k":"v","_entry":"e"})", R"(| label_format k=app | unpack)",
             R"({-app, k="x"} => e)"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ParserStagesQuirk, LaterFiltersRejectLinesAtOnce) {
  OneLine entry{"a=1 b=2"};
  EXPECT_EQ(entry.through("| logfmt | label_format a=b | a=2"), R"({a="2"})");
  EXPECT_EQ(entry.through("| logfmt | drop a | a=\"\""), R"({b="2"})");
  entry.options = loki_quirks();
  EXPECT_EQ(entry.through("| logfmt | label_format a=b | a=2"), "dropped");
  EXPECT_EQ(entry.through("| logfmt | drop a | a=\"\""), "dropped");
  EXPECT_EQ(entry.through("| logfmt | label_format a=b | (a=2 or a=3)"), R"({a="2"})");
}

TEST(ParserStagesHints, LeaveParsersOutWhereNothingIsNeeded) {
  OneLine entry{R"({"k":"v","_entry":"e"})"};
  entry.options.hints.needed = std::vector<std::string>();
  EXPECT_EQ(entry.through("| json | logfmt | unpack"), "{} => e");
  entry.options.loki_quirks = true;
  EXPECT_EQ(entry.through("| json | logfmt | unpack"), "{}");
}

}  // namespace
}  // namespace lokilib::test
