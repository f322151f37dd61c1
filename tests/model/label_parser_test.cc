// SPDX-License-Identifier: Apache-2.0
// label_parser_test.cc: the text form of label sets and its errors (recorded, 3.7.6).
#include <ostream>

#include <gtest/gtest.h>

#include <lokilib/labels.h>

#include "support/random.h"

namespace lokilib {
namespace {

struct Case {
  std::string text;
  std::string want;  // the label set, or the error
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.text;
}

class ParseLabels : public testing::TestWithParam<Case> {};

TEST_P(ParseLabels, GivesTheLabels) {
  const auto labels = parse_labels(GetParam().text);
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_EQ(labels->to_string(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , ParseLabels,
    testing::Values(Case{"", "{}"}, Case{"{}", "{}"}, Case{R"({b="2", a="1"})", R"({a="1", b="2"})"},
                    Case{R"({a="1",})", R"({a="1"})"}, Case{" { a = '1' } ", R"({a="1"})"},
                    Case{R"({a="", b="x"})", R"({b="x"})"}, Case{"{a=`x\\n\"`}", R"({a="x\\n\""})"},
                    Case{R"({a="\n\x41\u00e9\"\\\101"})", "{a=\"\\nA\u00e9\\\"\\\\A\"}"},
                    Case{R"(up{a="1"})", R"({__name__="up", a="1"})"}, Case{"up", R"({__name__="up"})"},
                    Case{"{a=\"1\", # why\n b=\"2\"}", R"({a="1", b="2"})"}));

class ParseLabelErrors : public testing::TestWithParam<Case> {};

TEST_P(ParseLabelErrors, SayWhereAndWhat) {
  const auto labels = parse_labels(GetParam().text);
  ASSERT_FALSE(labels) << labels->to_string();
  EXPECT_EQ(labels.error().code, ErrorCode::InvalidLabels);
  EXPECT_EQ(labels.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , ParseLabelErrors,
    testing::Values(
        Case{R"({bad-name="v"})", "1:5: parse error: unexpected character inside braces: '-'"},
        Case{R"({bad.name="v"})", "1:5: parse error: unexpected character inside braces: '.'"},
        Case{R"({bad name="v"})",
             R"(1:6: parse error: unexpected identifier "name" in label set, expected "=")"},
        Case{"{\u00e9=\"v\"}", "1:2: parse error: unexpected character inside braces: '\u00e9'"},
        Case{"{", "1:2: parse error: unexpected end of input inside braces"},
        Case{R"(job="x")", R"(1:4: parse error: unexpected "=")"},
        Case{"{job=x}", R"(1:6: parse error: unexpected identifier "x" in label set, expected string)"},
        Case{R"({job="x")", "1:9: parse error: unexpected end of input inside braces"},
        Case{R"({job="x" g="y"})",
             R"(1:10: parse error: unexpected identifier "g" in label set, expected "," or "}")"},
        Case{R"({a!="x"})", R"(1:3: parse error: unexpected <op:!=> in label set, expected "=")"},
        Case{R"({,})", R"(1:2: parse error: unexpected "," in label set, expected identifier or "}")"},
        Case{R"({a="x})", "1:4: parse error: unterminated quoted string"},
        Case{R"({a="\q"})", "1:4: parse error: unknown escape sequence U+0071 'q'"},
        Case{"{a=\"1\",\n b=c}",
             R"(2:4: parse error: unexpected identifier "c" in label set, expected string)"},
        Case{R"({a="1"} x)", R"(1:9: parse error: unexpected identifier "x")"},
        Case{R"({a="1", a="2"})", R"(stream '{a="1", a="2"}' has duplicate label name: 'a')"}));

TEST(Quote, EscapesAsGoDoes) {
  EXPECT_EQ(quote("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quote(std::string_view("\a\b\f\n\r\t\v\0\x7f", 9)), R"("\a\b\f\n\r\t\v\x00\x7f")");
  EXPECT_EQ(quote("\u00e9\u4e16\U0001F600"), "\"\u00e9\u4e16\U0001F600\"");
  EXPECT_EQ(quote("\u00a0\u200b\u2028\ue000\U000e0001"), R"("\u00a0\u200b\u2028\ue000\U000e0001")");
  EXPECT_EQ(quote("\xff\xed\xa0\x80"), R"("\xff\xed\xa0\x80")");
  EXPECT_EQ(quote("\ufffd"), "\"\ufffd\"");
}

TEST(LabelSet, RefusesBadAndRepeatedNames) {
  EXPECT_EQ(LabelSet::create({{"a-b", "1"}}).error().code, ErrorCode::InvalidLabels);
  EXPECT_EQ(LabelSet::create({{"a", "1"}, {"a", "1"}}).error().code, ErrorCode::InvalidLabels);
}

TEST(LabelSetProperty, ParsesWhatItPrints) {
  test::for_each_seed(300, [](test::Random& random) {
    std::vector<Label> labels;
    for (const char* name : {"a", "b_1", "_c"})
      labels.push_back({name, random.text("a\"\\\n`{}=,\t'\x01", 6)});
    const LabelSet set = *LabelSet::create(labels);
    const auto parsed = parse_labels(set.to_string());
    ASSERT_TRUE(parsed) << set.to_string() << ": " << parsed.error().message;
    ASSERT_EQ(*parsed, set);
  });
}

}  // namespace
}  // namespace lokilib
