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

class JsonStage : public testing::TestWithParam<Case> {};

TEST_P(JsonStage, GivesLabels) {
  EXPECT_EQ(through(GetParam().line, GetParam().stages), GetParam().expected);
}

constexpr const char* kNoObject =
    R"({__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol"})";

INSTANTIATE_TEST_SUITE_P(
    , JsonStage,
    testing::Values(
        Case{"Flattens", R"({"a":{"b":"1"},"a_b":"2"})", "| json", R"({a_b="1"})"},
        Case{"FirstWins", R"({"a":"1","a":"2"})", "| json", R"({a="1"})"},
        Case{"StreamLabelGivesSuffix", R"({"app":"y"})", "| json", R"({app_extracted="y"})"},
        Case{"EmptyValueIsALabel", R"({"e":""})", "| json", R"({e=""})"},
        Case{"NotAnObject", "plain", "| json", kNoObject},
        Case{
            "KeepsWhatCameBefore", R"({"a":"x", broken)", "| json",
            R"({__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol", a="x"})"},
        Case{"Paths", R"({"a":[{"b":1},{"b":2}],"m":{"n":[3,4]}})",
             "| json x=`a[1].b`, y=`m.n[0]`, v=`a[0]`, w=`a[9]`", R"({v="{\"b\":1}", w="", x="2", y="3"})"},
        Case{"PathToStreamLabel", R"({"b":"1"})", R"(| json app="b")", R"({app_extracted="1"})"},
        Case{"MissingPathDoesNotHide", R"({"b":"1"})", R"(| json app="c", n="b")", R"({n="1"})"},
        Case{"PathOverwrites", R"({"a":"1","b":"2"})", R"(| json | json a="b")", R"({a="2", b="2"})"},
        Case{"PathsOfPlainText", "plain", R"(| json a="b")", R"({__error__="JSONParserErr"})"},
        Case{"PathIntoBrokenObject", R"({"u":{"id":17,"r":["x","y)", R"(| json i="u.id", r="u.r[0]")",
             R"({i="17", r="x"})"},
        Case{
            "PathToBrokenObject", R"({"a":1,"u":{"id":17)", R"(| json u, a)",
            R"({__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol", a="1", u=""})"},
        Case{"PathsOfNothing", "", R"(| json a="b")", "{}"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(JsonStageErrors, NameTheStage) {
  EXPECT_EQ(
      build_error(R"(| json x="a..b")"),
      R"(parse error : stage '| json x="a..b"' : cannot parse expression [a..b]: syntax error: unexpected DOT, expecting FIELD)");
}

TEST(JsonStageMetadata, GivesSuffixWhileItIsThere) {
  const OneLine entry{R"({"level":"error"})", {{"level", "warn"}}};
  EXPECT_EQ(entry.through("| json"), R"({level="warn", level_extracted="error"})");
  EXPECT_EQ(entry.through("| drop level | json"), R"({level="error"})");
  const OneLine nested{R"({"a":{"b":"1"}})", {{"a_b", "2"}}};
  EXPECT_EQ(nested.through("| json"), R"({a_b="2", a_b_extracted="1"})");
}

TEST(JsonStageHints, ExtractOnlyNeededLabels) {
  OneLine entry{R"({"a":"1","b":{"c":"2"},"app":"y","d":"4")"};
  entry.options.hints.needed = {"b_c"};
  EXPECT_EQ(
      entry.through("| json"),
      R"({__error__="JSONParserErr", __error_details__="Value is array, but can't find closing ']' symbol", b_c="2"})");
  entry.options.hints.stop_early = true;
  EXPECT_EQ(entry.through("| json"), R"({b_c="2"})");
  entry.options.hints.needed = {"app_extracted"};
  EXPECT_EQ(
      entry.through("| json"),
      R"({__error__="JSONParserErr", __error_details__="Value is array, but can't find closing ']' symbol", app_extracted="y"})");
  entry.options.hints.needed = std::vector<std::string>();
  EXPECT_EQ(entry.through("| json"), "{}");
}

}  // namespace
}  // namespace lokilib::test
