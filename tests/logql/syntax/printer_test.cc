// SPDX-License-Identifier: Apache-2.0
// printer_test.cc: structure and canonical text of what parses as Loki prints it;
// recorded answers of the real Loki are compared in recorded_test.py.
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

void expect_prints(std::initializer_list<Case> cases) {
  for (const auto& [query, want] : cases) {
    const auto parsed = parse(query);
    if (!parsed) {
      ADD_FAILURE() << query << ": " << parsed.error().message;
      continue;
    }
    EXPECT_EQ(print(*parsed), want) << query;
  }
}

// A query is put where `S` is, to keep the tables short.
std::string with_selectors(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == 'S' ? std::string(R"(rate({a="b"}[5m]))") : std::string(1, c);
  return out;
}

void expect_structures(std::initializer_list<Case> cases) {
  for (const auto& [query, want] : cases) {
    const auto parsed = parse(with_selectors(query));
    ASSERT_TRUE(parsed) << query << ": " << parsed.error().message;
    EXPECT_EQ(print(*parsed), with_selectors(want)) << query;
  }
}

TEST(Precedence, OfOperationsIsThatOfPromQl) {
  expect_structures({{"S or S and S", "(S or (S and S))"},
                     {"S unless S or S", "((S unless S) or S)"},
                     {"S and S or S unless S", "((S and S) or (S unless S))"},
                     {"S * S / S % S", "(((S * S) / S) % S)"},
                     {"S == 5 == bool 3", "((S == 5) == bool 3)"},
                     {"S ^ S ^ S", "(S ^ (S ^ S))"},
                     {"S + S * S", "(S + (S * S))"},
                     {"S - -1", "(S - -1)"}});
}

TEST(Precedence, OfLiteralsIsFolded) {
  expect_prints({{"2^3^2", "512"},
                 {"-1^2", "1"},
                 {"2 * -3", "-6"},
                 {"2--3", "5"},
                 {"8/4/2", "1"},
                 {"1+2*3", "7"},
                 {"1 > 2", "0"},
                 {"1/0", "NaN"},
                 {"-5%3", "-2"},
                 {"0 * -1", "0"},
                 {"((1))", "1"},
                 {"- 1", "-1"}});
}

TEST(Precedence, OfLabelFiltersHasNoneForCommas) {
  const std::string head = "{a=\"b\"} | ";
  for (const auto& [query, want] : {
           Case{"x=1 and y=2 or z=3", "( ( x==1 , y==2 ) or z==3 )"},
           Case{"x=1 or y=2 and z=3", "( x==1 or ( y==2 , z==3 ) )"},
           Case{"x=1 , y=2 or z=3", "( x==1 , ( y==2 or z==3 ) )"},
           Case{"x=1 y=2 or z=3", "( x==1 , ( y==2 or z==3 ) )"},
           Case{"x=1 , y=2 or z=3 and w=4", "( x==1 , ( y==2 or ( z==3 , w==4 ) ) )"},
           Case{"x=1 or y=2 , z=3", "( x==1 or ( y==2 , z==3 ) )"},
           Case{"(x=1 or y=2) and z=\"3\"", "( ( x==1 or y==2 ) , z=\"3\" )"},
       }) {
    const auto parsed = parse(head + std::string(query));
    ASSERT_TRUE(parsed) << query << ": " << parsed.error().message;
    EXPECT_EQ(print(*parsed), head + std::string(want)) << query;
  }
}

TEST(Words, AreKeywordsOnlyWhereTheyMustBe) {
  expect_prints({{R"({sum="b"} | duration > 5s | bytes > 5s | rate="x" | ip="x")",
                  R"({sum="b"} | duration>5s | bytes>5s | rate="x" | ip="x")"},
                 {R"(SUM(COUNT_OVER_TIME({a="b"}[1m])))", R"(sum(count_over_time({a="b"}[1m])))"},
                 {R"({a="b"} | JSON)", R"({a="b"} | json)"},
                 {R"(sum  by(rate,sum)(rate ({a="b"}[1m])))", R"(sum by (rate,sum)(rate({a="b"}[1m])))"}});
}

TEST(Text, OfNumbersDurationsAndSizesIsRead) {
  expect_prints({
      {"1_000", "1000"},
      {"0x1p4", "16"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1E-3", "0.001"},
      {"1e20", "1e+20"},
      {"123456789", "1.23456789e+08"},
      {"0.1+0.2", "0.30000000000000004"},
      {R"({a="b"} | x > 1d12h)", R"({a="b"} | x>36h0m0s)"},
      {R"({a="b"} | x > 1.5h)", R"({a="b"} | x>1h30m0s)"},
      {R"({a="b"} | x > 90m30.5s)", R"({a="b"} | x>1h30m30.5s)"},
      {R"({a="b"} | x > -5m)", R"({a="b"} | x>-5m0s)"},
      {R"({a="b"} | x > 100us)", R"({a="b"} | x>100µs)"},
      {R"({a="b"} | x > 5m)", R"({a="b"} | x>5m0s)"},
      {R"({a="b"} | x > 5M)", R"({a="b"} | x>5.0MB)"},
      {R"({a="b"} | x > 5KiB)", R"({a="b"} | x>5.1kB)"},
      {R"({a="b"} | x > 1MiB)", R"({a="b"} | x>1.0MB)"},
      {R"({a="b"} | x > 5B)", R"({a="b"} | x>5B)"},
      {R"({a="b"} | x > 5000TB)", R"({a="b"} | x>5000TB)"},
      {R"(rate({a="b"}[90m]))", R"(rate({a="b"}[1h30m]))"},
      {R"(rate({a="b"}[1500ms]))", R"(rate({a="b"}[1s500ms]))"},
      {R"(rate({a="b"}[36h]))", R"(rate({a="b"}[1d12h]))"},
      {R"(rate({a="b"}[7d]))", R"(rate({a="b"}[1w]))"},
      {R"(rate({a="b"}[0s]))", R"(rate({a="b"}[0s]))"},
  });
}

TEST(Text, OfStringsIsQuotedAsGoDoes) {
  expect_prints({
      {R"({a="\u00e9\x41\102\t\""})", R"({a="éAB\t\""})"},
      {"{a=`b\nc\\d`}", R"({a="b\nc\\d"})"},
      {"{a=\"b\"} # comment\n|= \"#\" // more\n/* and\nmore */ | json", R"({a="b"} |= "#" | json)"},
  });
}

TEST(Text, OfStagesIsCanonical) {
  expect_prints({
      {R"({a="b"}|="a" or "b" or ip("::1"))", R"({a="b"} |= "a" or "b" or ip("::1"))"},
      {R"({a="b"}!="a" or "b")", R"({a="b"} != "a" != "b")"},
      {R"({a="b"}|logfmt --keep-empty --strict a,b="c")",
       R"({a="b"} | logfmt --strict --keep-empty a="a",b="c")"},
      {R"({a="b"}|x=~"foo"|y=~"f.o"|z!~"f.o")", R"({a="b"} | x=~"foo" | y=~`f.o` | z!~"f.o")"},
      {"{a=\"b\"}|y=~\"f`.o\"", "{a=\"b\"} | y=~\"f`.o\""},
      {R"({a="b"}|x==5|y=5|z!=5)", R"({a="b"} | x==5 | y==5 | z!=5)"},
      {R"({a="b"}|x=ip("::1")|x!=ip("::1"))", R"({a="b"} | x=ip("::1") | x!=ip("::1"))"},
      {R"({a="b"}|drop a,b="c"|keep d=~"e")", R"({a="b"} | drop a,b="c" | keep d=~"e")"},
      {R"({a="b"}|drop a != "x")", R"({a="b"} | drop a!="x")"},
      {R"({a="b"}|json a!="x")", R"({a="b"} | json a="a" != "x")"},
      {R"({a="b"}|label_format a=b,c="{{.d}}")", R"({a="b"} | label_format a=b,c="{{.d}}")"},
  });
}

TEST(Text, OfLogRangesPutsTheRangeLast) {
  expect_prints({
      {R"(sum_over_time({a="b"}[5m] offset 5m | json | unwrap x | y>1))",
       R"(sum_over_time({a="b"} | json | unwrap x | y>1[5m] offset 5m0s))"},
      {R"(sum_over_time(({a="b"} | unwrap bytes(x))[5m]))",
       R"(sum_over_time({a="b"} | unwrap bytes(x)[5m]))"},
      {R"(rate((({a="b"} |= "x")[5m] offset -1m)))", R"(rate({a="b"} |= "x"[5m] offset -1m0s))"},
      {R"(quantile_over_time(.99, {a="b"} | unwrap duration_seconds(x) [5m]) without (y))",
       R"(quantile_over_time(0.99,{a="b"} | unwrap duration_seconds(x)[5m]) without (y))"},
      {R"(variants(rate({a="b"}[5m]), sum(rate({a="b"}[5m]))) of ({a="b"}[5m]))",
       R"(variants(rate({a="b"}[5m]), sum(rate({a="b"}[5m]))) of ({a="b"}[5m]))"},
  });
}

TEST(Text, OfModifiersKeepsWhatTheyMean) {
  expect_structures({
      {"S / on(x) S", "(S / on (x)  S)"},
      {"S + on() S", "(S + on ()  S)"},
      {"S / ignoring(x,z) group_left(y) S", "(S / ignoring (x,z) group_left (y) S)"},
      {"S > bool on(x) group_right S", "(S > bool on (x) group_right S)"},
      {"S + ignoring() S", "(S + S)"},
      {"S + ignoring() group_left() S", "(S + ignoring () group_left S)"},
      // Without the brackets, the operand would be taken for labels.
      {"S + on(x) group_left() (S + S)", "(S + on (x) group_left () (S + S))"},
      {"sum by () (S)", "sum(S)"},
      {"sum without () (S)", "sum without ()(S)"},
      {"topk(2, S) by (a)", "topk by (a)(2,S)"},
      {"label_replace(S, \"a\", \"$1\", \"b\", \"(.*)\")", "label_replace(S,\"a\",\"$1\",\"b\",\"(.*)\")"},
      {"vector(1.5)", "vector(1.500000)"},
  });
}

TEST(PrettyText, SplitsNodesLongerThanALine) {
  const auto parsed = parse(R"(sum(rate({a="b"} |= "foo" | json | logfmt | line_format "{{.x}}" | unwrap )"
                            R"(duration(foo) | __error__="" [5m] offset 1h)) by (a,b))");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(print_pretty(*parsed), R"(sum by (a, b)(
  rate(
    {a="b"} |= "foo" | json | logfmt | line_format "{{.x}}"
      | unwrap duration(foo)
      | __error__="" [5m] offset 1h
  )
))");
}

TEST(PrettyText, KeepsAlternativesAndBracketsThatMatter) {
  const std::string a(60, 'a');
  const std::string b(60, 'b');
  const auto filters = parse("{x=\"y\"} |= \"" + a + "\" or \"" + b + "\" |= \"c\" | decolorize");
  ASSERT_TRUE(filters);
  EXPECT_EQ(print_pretty(*filters),
            "{x=\"y\"}\n  |= \"" + a + "\" or \"" + b + "\"\n  |= \"c\"\n| decolorize");
  const auto brackets = parse("(rate({x=\"" + a + "\"}[5m]) + rate({x=\"" + b + "\"}[5m])) * 2");
  ASSERT_TRUE(brackets);
  EXPECT_EQ(print_pretty(*brackets),
            "  (\n      rate({x=\"" + a + "\"}[5m])\n    +\n      rate({x=\"" + b + "\"}[5m])\n  )\n*\n  2");
}

}  // namespace
}  // namespace lokilib::logql
