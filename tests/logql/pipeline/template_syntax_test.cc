// SPDX-License-Identifier: Apache-2.0
// template_syntax_test.cc: what templates parse and how they run; errors with Go's texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logql/pipeline/template_support.h"

namespace lokilib::test {
namespace {

using logql::Template;
using testing::ElementsAre;
using testing::StartsWith;

void expect_all(std::initializer_list<TemplateCase> cases) {
  for (const auto& [source, want] : cases) EXPECT_EQ(render(source), want) << source;
}

TEST(TemplateSyntax, RunsTextFieldsAndActions) {
  expect_all({
      {"", ""},
      {"plain } text {", "plain } text {"},
      {"{{.level}}", "info"},
      {"{{.missing}}|{{ .n }}", "|7"},
      {"a {{- .n -}} b", "a7b"},
      {"a {{.n -}} \n\t b", "a 7b"},
      {"a{{/* no */}}b{{- /* trims */ -}} c", "abc"},
      {"{{.level | upper | printf \"%s!\"}}", "INFO!"},
      {"{{\"a\\tb\"}}{{`c\\d`}}{{'x'}}{{'\\n'}}", "a\tbc\\d12010"},
      {"{{1_000}} {{0x1F}} {{0b11}} {{0o17}} {{017}} {{1.50}} {{1e3}} {{-2}} {{.5}}",
       "1000 31 3 15 15 1.5 1000 -2 0.5"},
      {"{{true}}{{false}}", "truefalse"},
      {"{{1000000.0}} {{1e21}} {{0.00001}}", "1e+06 1e+21 1e-05"},
      {"{{(print .n .level)}}", "7info"},
      {"{{.}}", "map[empty: level:info msg:request done n:7 neg:-3.7 size:2KiB]"},
      {"{{$}}", "map[empty: level:info msg:request done n:7 neg:-3.7 size:2KiB]"},
      {"{{$.level}}", "info"},
      {"{{\n.level\n}}", "info"},
  });
}

TEST(TemplateSyntax, BranchesAndLoops) {
  expect_all({
      {"{{if .level}}a{{end}}{{if .empty}}b{{else}}c{{end}}", "ac"},
      {"{{if .x}}1{{else if eq .level \"info\"}}2{{else}}3{{end}}", "2"},
      {"{{if 0}}a{{else if 0.0}}b{{else if fromJson \"[]\"}}c{{else if (fromJson \"\")}}d{{else}}e{{end}}",
       "e"},
      {"{{with .level}}<{{.}}>{{end}}{{with .x}}y{{else}}z{{end}}", "<info>z"},
      {"{{with .x}}1{{else with .n}}{{.}}{{end}}", "7"},
      {"{{with $x := .n}}{{$x}}{{$.level}}{{end}}", "7info"},
      {"{{range fromJson \"[1,2,3]\"}}{{.}},{{end}}", "1,2,3,"},
      {"{{range $i, $e := fromJson `[\"a\",\"b\"]`}}{{$i}}{{$e}};{{end}}", "0a;1b;"},
      {"{{range $k, $v := fromJson `{\"b\":1,\"a\":null}`}}{{$k}}={{$v}};{{end}}", "a=<no value>;b=1;"},
      {"{{range fromJson \"[]\"}}x{{else}}none{{end}}", "none"},
      {"{{range 3}}{{.}}{{end}}", "012"},
      {"{{range $i := 2}}{{$i}}{{end}}", "01"},
      {"{{range $i := fromJson `[1,2,3,4]`}}{{if eq $i 3.0}}{{break}}{{end}}{{$i}}{{end}}", "12"},
      {"{{range $i := fromJson `[1,2,3]`}}{{if eq $i 2.0}}{{continue}}{{end}}{{$i}}{{end}}", "13"},
      {"{{range $k, $v := .}}{{$k}} {{end}}", "empty level msg n neg size "},
      {"{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"},
      {"{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21"},
      {"{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .n}}{{template \"t\"}}", "<7><<no value>>"},
      {"{{define \"t\"}}{{.level}}{{$.n}}{{end}}{{template \"t\" .}}", "info7"},
      {"{{block \"b\" .n}}[{{.}}]{{end}}", "[7]"},
      {"{{(fromJson `{\"a\":{\"b\":5}}`).a.b}}", "5"},
      {"{{(fromJson `{}`).a}}|{{(fromJson `bad`).a}}", "<no value>|<no value>"},
      {"{{__timestamp__.Year}} {{__timestamp__.Month}} {{(__timestamp__).Format \"15:04\"}}",
       "2026 January 00:00"},
  });
}

TEST(TemplateSyntax, RefusesWithGosTexts) {
  expect_all({
      {"{{", "template: line:1: unclosed action"},
      {"{{.x", "template: line:1: unclosed action"},
      {"\n\n{{.x", "template: line:3: unclosed action"},
      {"{{.x\n\n", "template: line:3: unclosed action started at line:1"},
      {"{{.x | nosuch}}", "template: line:1: function \"nosuch\" not defined"},
      {"{{end}}", "template: line:1: unexpected {{end}}"},
      {"{{else}}", "template: line:1: unexpected {{else}}"},
      {"{{if}}x{{end}}", "template: line:1: missing value for if"},
      {"{{range}}", "template: line:1: missing value for range"},
      {"{{}}", "template: line:1: missing value for command"},
      {"{{if .x}}", "template: line:1: unexpected EOF"},
      {"{{ $x }}", "template: line:1: undefined variable \"$x\""},
      {"{{ break }}", "template: line:1: {{break}} outside {{range}}"},
      {"{{ continue }}", "template: line:1: {{continue}} outside {{range}}"},
      {"{{ 'ab' }}", "template: line:1: malformed character constant: 'ab'"},
      {"{{ 'a", "template: line:1: unterminated character constant"},
      {"{{ \"a }}", "template: line:1: unterminated quoted string"},
      {"{{ `a }}", "template: line:1: unterminated raw quoted string"},
      {"{{ \"\\q\" }}", "template: line:1: invalid syntax"},
      {"{{ (.x }}", "template: line:1: unclosed left paren"},
      {"{{ .x) }}", "template: line:1: unexpected right paren"},
      {"{{/* a", "template: line:1: unclosed comment"},
      {"{{/* a */ b}}", "template: line:1: comment ends before closing delimiter"},
      {"{{.x | 1}}", "template: line:1: non executable command in pipeline stage 2"},
      {"{{.x!}}", "template: line:1: bad character U+0021 '!'"},
      {"{{ ! }}", "template: line:1: unexpected \"!\" in command"},
      {"{{ \x01 }}", "template: line:1: unrecognized character in action: U+0001"},
      {"{{ 3a }}", "template: line:1: bad number syntax: \"3a\""},
      {"{{ 1.x }}", "template: line:1: bad number syntax: \"1.x\""},
      {"{{ 99999999999999999999 }}", "template: line:1: integer overflow: \"99999999999999999999\""},
      {"{{ \"a\".b }}", "template: line:1: unexpected . after term \"\\\"a\\\"\""},
      {"{{range $a, $b, $c := .}}{{end}}", "template: line:1: too many declarations in range"},
      {"{{$a, $b := .}}", "template: line:1: too many declarations in command"},
      {"{{template .x}}", "template: line:1: unexpected \".x\" in template clause"},
      {"{{if .x}}{{define \"a\"}}{{end}}{{end}}", "template: line:1: unexpected <define> in command"},
      {"{{define \"a\"}}x{{end}}{{define \"a\"}}y{{end}}",
       "template: line:1: template: multiple definition of template \"a\""},
      {"{{range .}}{{else if .x}}{{end}}", "template: line:1: unexpected <if> in input"},
  });
  EXPECT_THAT(render("{{ add1 1 }}"), StartsWith("template: line:1: function \"add1\" not defined"));
}

TEST(TemplateSyntax, FailsAtRunTimeWithGosTexts) {
  const std::string at2 = "template: line:1:2: executing \"line\" at ";
  EXPECT_EQ(render("{{ .level.b }}"),
            "template: line:1:9: executing \"line\" at <.level.b>: can't evaluate field b in type string");
  EXPECT_EQ(render("{{div 1 0}}"),
            at2 + "<div 1 0>: error calling div: runtime error: integer divide by zero");
  EXPECT_EQ(render("{{eq .n 7}}"),
            at2 + "<eq .n 7>: error calling eq: incompatible types for comparison: string and int");
  EXPECT_EQ(render("{{lt .n 7}}"),
            at2 + "<lt .n 7>: error calling lt: incompatible types for comparison: string and int");
  EXPECT_EQ(render("{{upper 1}}"), "template: line:1:8: executing \"line\" at <1>: expected string; found 1");
  EXPECT_EQ(
      render("{{upper (len .n)}}"),
      "template: line:1:13: executing \"line\" at <.n>: wrong type for value; expected string; got int");
  EXPECT_EQ(render("{{upper}}"), at2 + "<upper>: wrong number of args for upper: want 1 got 0");
  EXPECT_EQ(render("{{printf}}"), at2 + "<printf>: wrong number of args for printf: want at least 1 got 0");
  EXPECT_EQ(render("{{nil}}"), at2 + "<nil>: nil is not a command");
  EXPECT_EQ(render("{{.level 1}}"), at2 + "<.level>: level is not a method but has arguments");
  EXPECT_EQ(render("{{1 | .level}}"),
            "template: line:1:6: executing \"line\" at <.level>: level is not a method but has arguments");
  EXPECT_EQ(render("{{\"a\" 1}}"), at2 + "<\"a\">: can't give argument to non-function \"a\"");
  EXPECT_EQ(render("{{template \"x\"}}"),
            "template: line:1:11: executing \"line\" at <{{template \"x\"}}>: template \"x\" not defined");
  EXPECT_EQ(render("{{define \"t\"}}{{div 1 0}}{{end}}\n {{template \"t\"}}"),
            "template: line:1:16: executing \"t\" at <div 1 0>: error calling div: runtime error: integer "
            "divide by zero");
  EXPECT_EQ(render("{{ range $i, $c := .level }}{{$i}}{{end}}"),
            "template: line:1:19: executing \"line\" at <.level>: range can't iterate over info");
  EXPECT_EQ(
      render("{{range $i, $c := 3}}{{end}}"),
      "template: line:1:18: executing \"line\" at <3>: can't use 3 to iterate over more than one variable");
  EXPECT_EQ(render("{{$x = 1}}"), "template: line:1:7: executing \"line\" at <1>: undefined variable: $x");
  EXPECT_EQ(render("a\nb {{div 1 0}}"),
            "template: line:2:4: executing \"line\" at <div 1 0>: error calling div: runtime error: integer "
            "divide by zero");
  EXPECT_EQ(render("{{(fromJson `{\"a\":\"x\"}`).a.b}}"),
            "template: line:1:12: executing \"line\" at <`{\"a\":\"x\"}`>: can't evaluate field b in type "
            "interface {}");
  EXPECT_EQ(render("{{9223372036854775808}}"),
            at2 + "<9223372036854775808>: 9223372036854775808 overflows int");
}

TEST(TemplateSyntax, BoundsWhatATemplateMayTake) {
  EXPECT_THAT(render("{{range 2000000}}{{end}}"), testing::HasSubstr("template takes too much time"));
  EXPECT_THAT(render("{{range 10000}}{{range 10000}}x{{end}}{{end}}"), testing::HasSubstr("too much time"));
  EXPECT_THAT(render("{{repeat 100000000 \"x\"}}"), testing::HasSubstr("too large"));
  EXPECT_THAT(render("{{range 100}}{{repeat 10000000 \"x\"}}{{end}}"), testing::HasSubstr("too"));
  EXPECT_THAT(render("{{indent 1000000000 .msg}}"), testing::HasSubstr("too large"));
  EXPECT_THAT(render("{{alignLeft 1000000000 .msg}}"), testing::HasSubstr("too large"));
  EXPECT_THAT(render("{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}"),
              testing::HasSubstr("exceeded maximum template depth"));
  EXPECT_THAT(render("{{" + std::string(200, '(') + "1" + std::string(200, ')') + "}}"),
              testing::HasSubstr("max expression depth exceeded"));
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += "{{if .n}}";
  EXPECT_THAT(render(nested), testing::HasSubstr("max expression depth exceeded"));
  std::string chain = "{{if .x}}";
  for (int i = 0; i < 200; ++i) chain += "{{else if .x}}";
  EXPECT_THAT(render(chain + "{{end}}"), testing::HasSubstr("max expression depth exceeded"));
  EXPECT_THAT(render(std::string(200'000, 'x')), testing::HasSubstr("longer than"));
}

TEST(TemplateSyntax, KnowsASingleField) {
  const auto field = [](std::string_view source) {
    return std::string(Template::parse("line", source)->single_field());
  };
  EXPECT_EQ(field("{{.level}}"), "level");
  EXPECT_EQ(field("  {{- .level -}}  "), "level");
  EXPECT_EQ(field("{{.level}} "), "");
  EXPECT_EQ(field("{{.level.x}}"), "");
  EXPECT_EQ(field("{{.level | upper}}"), "");
  EXPECT_EQ(field("{{$x := .level}}"), "");
  EXPECT_EQ(field(""), "");
}

TEST(TemplateSyntax, KnowsTheLabelsThatItReads) {
  struct Case {
    const char* source;
    std::vector<std::string> names;
    bool all;
  };
  const Case cases[] = {
      {"x", {}, false},
      {"{{.b}}{{.a | upper}}{{.b}}", {"a", "b"}, false},
      {"{{if .a}}{{.b}}{{else}}{{$.c}}{{end}}", {"a", "b", "c"}, false},
      {"{{with .a}}{{.}}{{.b}}{{$.c}}{{else}}{{.d}}{{end}}", {"a", "c", "d"}, false},
      {"{{range fromJson .a}}{{.b}}{{end}}", {"a"}, false},
      {"{{.}}", {}, true},
      {"{{$}}", {}, true},
      {"{{range $k, $v := .}}{{end}}", {}, true},
      {"{{$x := .}}{{$x.a}}", {}, true},
      {"{{$x := .a}}{{$x}}", {"a"}, false},
      {"{{index . \"a-b\"}}", {"a-b"}, false},
      {"{{(fromJson __line__).x}}", {}, false},
      {"{{define \"t\"}}{{.a}}{{$.b}}{{end}}{{template \"t\" .}}", {"a", "b"}, false},
      {"{{define \"t\"}}{{.a}}{{end}}{{template \"t\" .c}}", {"c"}, false},
      {"{{define \"t\"}}{{.a}}{{template \"t\" .}}{{end}}{{template \"t\" .}}", {"a"}, false},
  };
  for (const Case& c : cases) {
    const auto parsed = Template::parse("line", c.source);
    ASSERT_TRUE(parsed) << c.source;
    EXPECT_EQ(parsed->labels_read(), c.names) << c.source;
    EXPECT_EQ(parsed->reads_all_labels(), c.all) << c.source;
  }
}

}  // namespace
}  // namespace lokilib::test
