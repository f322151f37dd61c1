// SPDX-License-Identifier: Apache-2.0
// checks_test.cc: what has the right syntax and no meaning, with Loki's texts and in Loki's order.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <lokilib/logql.h>

namespace lokilib::logql {
namespace {

constexpr std::string_view kMatchesAll =
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. "
    "For "
    "instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";

struct Case {
  std::string_view query;
  std::string_view want;  // behind "parse error : "
};

void expect_errors(std::initializer_list<Case> cases) {
  for (const auto& [query, want] : cases) {
    const auto parsed = parse(query);
    if (parsed) {
      ADD_FAILURE() << query << " parses to " << print(*parsed);
      continue;
    }
    EXPECT_EQ(parsed.error().message, "parse error : " + std::string(want)) << query;
  }
}

TEST(SelectorCheck, WantsAMatcherThatRefusesTheEmptyValue) {
  expect_errors({{"{}", kMatchesAll},
                 {R"({a=~".*"})", kMatchesAll},
                 {R"({a=""})", kMatchesAll},
                 {R"({a!="b"})", kMatchesAll},
                 {R"({a=~"x|"})", kMatchesAll},
                 {R"({a!~"x"})", kMatchesAll},
                 {"sum(rate({}[5m]))", kMatchesAll},
                 {R"(rate({a="b"}[5m]) + rate({}[5m]))", kMatchesAll}});
  for (const std::string_view query : {R"({a=~".+"})", R"({a!=""})", R"({a="",b="c"})", R"({a="b",a="c"})"}) {
    EXPECT_TRUE(parse(query)) << query;
  }
}

TEST(RegexCheck, NamesWhatIsWrong) {
  expect_errors({
      {R"({a=~"("})", "error parsing regexp: missing closing ): `(`"},
      {R"({a="b"} | x =~ "(")", "error parsing regexp: missing closing ): `(`"},
      {R"({a="b"} | drop x =~ "(")", "error parsing regexp: missing closing ): `(`"},
      {R"({a="b"} | regexp "(")", "invalid regexp parser: error parsing regexp: missing closing ): `(`"},
      {R"q({a="b"} | regexp "(x)")q", "invalid regexp parser: at least one named capture must be supplied"},
      {R"q({a="b"} | regexp "(?P<x>a)(?P<x>b)")q",
       "invalid regexp parser: duplicate extracted label name 'x'"},
      {R"(label_replace(rate({a="b"}[5m]), "a", "b", "c", "("))",
       "invalid regex in label_replace: error parsing regexp: missing closing ): `^(?:()$`"},
  });
}

TEST(PatternCheck, WantsNamedCapturesApart) {
  expect_errors({
      {R"({a="b"} | pattern "")",
       "invalid pattern parser: parse error at line 1, col 1: syntax error: unexpected $end, expecting "
       "IDENTIFIER "
       "or LITERAL"},
      {R"({a="b"} | pattern "<_>")", "invalid pattern parser: at least one capture is required"},
      {R"({a="b"} | pattern "<1a> <a b>")", "invalid pattern parser: at least one capture is required"},
      {R"({a="b"} | pattern "<a><b>")",
       "invalid pattern parser: found consecutive capture '<a><b>': invalid expression"},
      {R"({a="b"} | pattern "<a> <a>")",
       "invalid pattern parser: duplicate capture name (a): invalid expression"},
  });
  EXPECT_TRUE(parse(R"({a="b"} | pattern "<<a> <_> <b>>")"));
}

TEST(RangeAggregationCheck, KnowsWhatEachFunctionTakes) {
  expect_errors({
      {R"(rate({a="b"}[5m]) by (x))", "grouping not allowed for rate aggregation"},
      {R"(count_over_time({a="b"} | unwrap x [5m]) by (y))",
       "grouping not allowed for count_over_time aggregation"},
      {R"(bytes_over_time({a="b"} | unwrap x [5m]))", "invalid aggregation bytes_over_time with unwrap"},
      {R"(rate_counter({a="b"}[5m]))", "invalid aggregation rate_counter without unwrap"},
      {R"(quantile_over_time({a="b"} | unwrap x [5m]))",
       "parameter required for operation quantile_over_time"},
      {R"(quantile_over_time(0.5, {a="b"}[5m]))", "invalid aggregation quantile_over_time without unwrap"},
      {R"(rate(.50, {a="b"}[5m]))", "parameter .50 not supported for operation rate"},
  });
  for (const std::string_view query :
       {R"(rate({a="b"} | unwrap x [5m]))", R"(absent_over_time({a="b"} | unwrap x [5m]))",
        R"(absent_over_time({a="b"}[5m]))", R"(avg_over_time({a="b"} | unwrap x [5m]) by (y))",
        R"(first_over_time({a="b"} | unwrap x [5m]) without (y))"}) {
    EXPECT_TRUE(parse(query)) << query;
  }
}

TEST(VectorAggregationCheck, KnowsWhatEachFunctionTakes) {
  expect_errors({
      {R"(topk(rate({a="b"}[5m])))", "parameter required for operation topk"},
      {R"(topk(1.5, rate({a="b"}[5m])))", "invalid parameter topk(1.5,"},
      {R"(topk(0, rate({a="b"}[5m])))", "invalid parameter (must be greater than 0) topk(0"},
      {R"(sum(3, rate({a="b"}[5m])))", "unsupported parameter for operation sum(3,"},
      {R"(approx_topk(2, rate({a="b"}[5m])) by (x))", "grouping not allowed for approx_topk aggregation"},
      {R"(sort(rate({a="b"}[5m])) by (x))", "sort and sort_desc doesn't allow grouping by "},
      {R"(sort_desc without (x) (rate({a="b"}[5m])))", "sort and sort_desc doesn't allow grouping by "},
  });
  EXPECT_TRUE(parse(R"(sort(rate({a="b"}[5m])) by ())"));
}

TEST(OperandCheck, RefusesLogQueriesAndLiteralsInSetOperations) {
  expect_errors({
      {R"({a="b"} + 1)", "unexpected type for left leg of binary operation (+): *syntax.MatchersExpr"},
      {R"(1 + {a="b"} |= "x")",
       "unexpected type for right leg of binary operation (+): *syntax.PipelineExpr"},
      {R"({a="b"} | drop a>5)", "unexpected type for left leg of binary operation (>): *syntax.PipelineExpr"},
      {"1 and 2", "unexpected literal for left leg of logical/set binary operation (and): 1.000000"},
      {R"(rate({a="b"}[5m]) or 2)",
       "unexpected literal for right leg of logical/set binary operation (or): 2.000000"},
  });
}

TEST(CheckOrder, PutsSyntaxBeforeMeaningButBadRegexesBeforeAll) {
  expect_errors({{R"({a=~"("} |)", "error parsing regexp: missing closing ): `(`"},
                 {R"(({} + 1) + {a="b"})",
                  "unexpected type for right leg of binary operation (+): *syntax.MatchersExpr"},
                 {R"(topk(0, rate({}[5m])))", "invalid parameter (must be greater than 0) topk(0"}});
  const auto parsed = parse("topk(0, rate({}[5m])");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "parse error at line 1, col 21: syntax error: unexpected $end");
}

TEST(ParseMatchers, TakesSelectorsOnly) {
  const auto matchers = parse_matchers(R"({a="b", c!~"d"})", false);
  ASSERT_TRUE(matchers);
  EXPECT_EQ(print(*matchers), R"({a="b", c!~"d"})");
  const auto piped = parse_matchers(R"({a="b"} |= "x")", false);
  ASSERT_FALSE(piped);
  EXPECT_EQ(piped.error().message, "only label matchers are supported");
  const auto metric = parse_matchers("1", false);
  ASSERT_FALSE(metric);
  EXPECT_EQ(metric.error().message, "only label matchers are supported");
  const auto all = parse_matchers("{}", false);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().message, "parse error : " + std::string(kMatchesAll));
  EXPECT_TRUE(parse_matchers("{ }", true));
  EXPECT_TRUE(parse_matchers(R"({a=~".*"})", true));
}

}  // namespace
}  // namespace lokilib::logql
