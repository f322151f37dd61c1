// SPDX-License-Identifier: Apache-2.0
// parse_error_test.cc: error texts of the lexer and the parser, and limits. All texts are Loki's (3.7.6), but
// for those of limits that Loki does not have.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <lokilib/logql.h>

namespace lokilib::logql {
namespace {

struct Case {
  std::string_view query;
  std::string_view want;
};

void expect_errors(std::initializer_list<Case> cases) {
  for (const auto& [query, want] : cases) {
    const auto parsed = parse(query);
    if (parsed) {
      ADD_FAILURE() << query << " parses to " << print(*parsed);
      continue;
    }
    EXPECT_EQ(parsed.error().code, ErrorCode::InvalidQuery);
    EXPECT_EQ(parsed.error().message, want) << query;
  }
}

TEST(ParseError, TellsWhereAndWhatWasExpectedIfFourTokensAtMostWere) {
  expect_errors({
      {"", "parse error : syntax error: unexpected $end"},
      {" ", "parse error at line 1, col 2: syntax error: unexpected $end"},
      {"{", "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }"},
      {R"({a="b")", "parse error at line 1, col 7: syntax error: unexpected $end, expecting } or ,"},
      {R"({a="b",})", "parse error at line 1, col 8: syntax error: unexpected }, expecting IDENTIFIER"},
      {R"({a="b" c="d"})",
       "parse error at line 1, col 8: syntax error: unexpected IDENTIFIER, expecting } or ,"},
      {"{a=b}", "parse error at line 1, col 4: syntax error: unexpected IDENTIFIER, expecting STRING"},
      {R"({a>"b"})",
       "parse error at line 1, col 3: syntax error: unexpected >, expecting = or =~ or !~ or !="},
      {R"({a.b="c"})",
       "parse error at line 1, col 3: syntax error: unexpected ., expecting = or =~ or !~ or !="},
      {"foo", "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER"},
      {R"({a="b"} |)", "parse error at line 1, col 10: syntax error: unexpected $end"},
      {R"({a="b"} | foo)", "parse error at line 1, col 14: syntax error: unexpected $end"},
      {R"({a="b"} |= 5)",
       "parse error at line 1, col 12: syntax error: unexpected NUMBER, expecting STRING or ip"},
      {R"({a="b"} |= "a" or)",
       "parse error at line 1, col 18: syntax error: unexpected $end, expecting STRING or ip"},
      {R"({a="b"} | x == "y")", "parse error at line 1, col 16: syntax error: unexpected STRING"},
      {R"({a="b"} | x > "5")", "parse error at line 1, col 15: syntax error: unexpected STRING"},
      {R"({a="b"} | a="b" or)",
       "parse error at line 1, col 19: syntax error: unexpected $end, expecting IDENTIFIER or ("},
      {R"({a="b"} | label_format a)",
       "parse error at line 1, col 25: syntax error: unexpected $end, expecting ="},
      {R"({a="b"} | label_format a=)",
       "parse error at line 1, col 26: syntax error: unexpected $end, expecting IDENTIFIER or STRING"},
      {R"({a="b"} | line_format)",
       "parse error at line 1, col 22: syntax error: unexpected $end, expecting STRING"},
      {R"({a="b"} | drop)",
       "parse error at line 1, col 15: syntax error: unexpected $end, expecting IDENTIFIER"},
      {R"({a="b"} | unwrap x)", "parse error at line 1, col 11: syntax error: unexpected unwrap"},
      {R"({a="b"} | logfmt a --strict)",
       "parse error at line 0, col 20: syntax error: unexpected FUNCTION_FLAG"},
      {R"(rate({a="b"}))", "parse error at line 1, col 13: syntax error: unexpected )"},
      {R"(rate({a="b"}[5m])", "parse error at line 1, col 17: syntax error: unexpected $end, expecting )"},
      {"count_over_time(",
       "parse error at line 1, col 17: syntax error: unexpected $end, expecting NUMBER or { or ("},
      {R"(sum({a="b"}))", "parse error at line 1, col 12: syntax error: unexpected )"},
      {R"(sum by host (rate({a="b"}[1m])))",
       "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER"},
      {R"(rate({a="b"}[5m]) by)",
       "parse error at line 1, col 21: syntax error: unexpected $end, expecting ("},
      {"1 +", "parse error at line 1, col 4: syntax error: unexpected $end"},
      {R"({a="b"} [5m])", "parse error at line 0, col 9: syntax error: unexpected RANGE"},
      {R"(count_over_time({a="b"}[5m] offset 5))",
       "parse error at line 1, col 36: syntax error: unexpected NUMBER, expecting DURATION"},
      {R"(|= "x")", "parse error at line 0, col 1: syntax error: unexpected |="},
      {"{by=\"x\"}", "parse error at line 1, col 2: syntax error: unexpected by, expecting IDENTIFIER or }"},
      {"{a=\"b\"}\n| json\n| 5", "parse error at line 3, col 3: syntax error: unexpected NUMBER"},
      {"{a=\"\xC3\xBC\"} }", "parse error at line 1, col 9: syntax error: unexpected }"},
      {R"(sum_over_time({a="b"} | unwrap x | json [5m]))",
       "parse error at line 1, col 36: syntax error: unexpected json, expecting IDENTIFIER or ("},
      {R"(sum_over_time({a="b"} | unwrap foo(x) [5m]))",
       "parse error at line 1, col 35: syntax error: unexpected (, expecting RANGE or |"},
      {R"(quantile_over_time(0.5, 0.6, {a="b"} | unwrap x [5m]))",
       "parse error at line 1, col 25: syntax error: unexpected NUMBER, expecting { or ("},
      {R"(rate({a="b"} |= "x" [5m] |= "y" [5m]))",
       "parse error at line 0, col 26: syntax error: unexpected |=, expecting )"},
  });
}

TEST(ParseError, UnderstandsNoWordsOfOtherDialects) {
  for (const std::string_view query :
       {R"(rate({a="b"}[5m] @ 5))", R"(increase({a="b"}[5m]))", R"(absent({a="b"}[5m]))", R"({"a"="b"})",
        R"(count_values("x", rate({a="b"}[5m])))", R"({a="b" or c="d"})", R"({a="b"} | distinct a)",
        R"(max_over_time(rate({a="b"}[5m])[1h:5m]))", R"({a="b"} offset 5m)", R"(-rate({a="b"}[5m]))", "-(1)",
        R"(sum(rate({a="b"}[5m])) by (x,))", "\"x\"", "vector(-1)", "NaN", "vector(Inf)"}) {
    EXPECT_FALSE(parse(query)) << query;
  }
}

TEST(LexerError, IsThatOfGoForNumbersAndStrings) {
  expect_errors({
      {R"({a="b"} |= "x)", "parse error at line 1, col 12: literal not terminated"},
      {"{a=\"b\n\"}", "parse error at line 1, col 4: literal not terminated"},
      {"{a=`b}", "parse error at line 1, col 4: literal not terminated"},
      {R"({a="\d"})", "parse error at line 1, col 4: invalid char escape"},
      {R"({a="\x"})", "parse error at line 1, col 4: invalid char escape"},
      {R"({a="\'"})", "parse error at line 1, col 4: invalid char escape"},
      {R"({a="\ud800"})", "parse error at line 1, col 4: invalid syntax"},
      {"1 /* x", "parse error at line 1, col 3: comment not terminated"},
      {"08", "parse error at line 1, col 1: invalid digit '8' in octal literal"},
      {"1e", "parse error at line 1, col 1: exponent has no digits"},
      {"5EB", "parse error at line 1, col 1: exponent has no digits"},
      {"5PB", "parse error at line 1, col 1: 'P' exponent requires hexadecimal mantissa"},
      {"0x", "parse error at line 1, col 1: hexadecimal literal has no digits"},
      {"0x1.8", "parse error at line 1, col 1: hexadecimal mantissa requires a 'p' exponent"},
      {"1__0", "parse error at line 1, col 1: '_' must separate successive digits"},
      {"0x10",
       "parse error : unable to parse literal as a float: strconv.ParseFloat: parsing \"0x10\": invalid "
       "syntax"},
      {R"({a="b"} | x > 5kb)", "parse error at line 1, col 18: syntax error: unexpected $end"},
      {"1 -0", "parse error at line 0, col 3: syntax error: unexpected DURATION"},
  });
}

TEST(LexerError, OfRangesIsAboutPrometheusDurations) {
  for (const auto& [text, want] :
       {Case{"5", "not a valid duration string: \"5\""}, Case{"abc", "not a valid duration string: \"abc\""},
        Case{" 5m ", "not a valid duration string: \" 5m \""},
        Case{"1m1h", "not a valid duration string: \"1m1h\""},
        Case{"1.5h", "unknown unit \".\" in duration \"1.5h\""},
        Case{"1h:5m", "unknown unit \"h:\" in duration \"1h:5m\""},
        Case{"1d 2h", "unknown unit \"d \" in duration \"1d 2h\""}, Case{"", "empty duration string"},
        Case{"300y", "duration out of range"}}) {
    const auto parsed = parse("rate({a=\"b\"}[" + std::string(text) + "])");
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().message, "parse error at line 0, col 13: " + std::string(want));
  }
  expect_errors({{R"(rate({a="b"}[5m))", "parse error at line 0, col 13: missing closing ']' in duration"}});
}

TEST(LexerError, RefusesBytesThatAreNoText) {
  const auto nul = parse(std::string_view("{a=\"b\0\"}", 8));
  ASSERT_FALSE(nul);
  EXPECT_NE(nul.error().message.find("invalid character NUL"), std::string::npos) << nul.error().message;
  const auto bad = parse("{a=\"\xFF\"}");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("invalid UTF-8 encoding"), std::string::npos) << bad.error().message;
}

TEST(ParseLimits, RefuseTextOfMoreThan128KiB) {
  const std::string head = "{a=\"b\"} |= \"";
  const auto at_limit = parse(head + std::string(131072 - head.size() - 1, 'x') + "\"");
  ASSERT_FALSE(at_limit);
  EXPECT_EQ(at_limit.error().message, "parse error : input size too long (131072 > 131072)");
  EXPECT_TRUE(parse(head + std::string(131072 - head.size() - 2, 'x') + "\""));
}

TEST(ParseLimits, BracketsNestAsDeepAsTheTextIsLong) {
  const auto parsed = parse(std::string(60'000, '(') + "1" + std::string(60'000, ')'));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(print(*parsed), "1");
}

TEST(ParseLimits, OperationsNest500Deep) {
  const auto chain = [](size_t count) {
    std::string text = R"(rate({a="b"}[5m]))";
    for (size_t i = 1; i < count; ++i) text += " + vector(1)";
    return text;
  };
  ASSERT_TRUE(parse(chain(500)));
  EXPECT_FALSE(print_pretty(*parse(chain(500))).empty());
  const auto refused = parse(chain(501));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "parse error : query is nested more than 500 deep");
}

TEST(ParseLimits, LabelFiltersNest2000Deep) {
  for (const char* separator : {" or ", ", ", " "}) {
    const auto chain = [&](size_t count) {
      std::string text = R"({a="b"} | x=1)";
      for (size_t i = 1; i < count; ++i) text += separator + std::string("x=1");
      return text;
    };
    ASSERT_TRUE(parse(chain(2000)));
    EXPECT_GT(print(*parse(chain(2000))).size(), 2000U);
    const auto refused = parse(chain(2001));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "parse error : label filters are nested more than 2000 deep");
  }
}

}  // namespace
}  // namespace lokilib::logql
