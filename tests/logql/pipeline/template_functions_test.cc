// SPDX-License-Identifier: Apache-2.0
// template_functions_test.cc: every function that a template has, by a table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logql/pipeline/template_support.h"

namespace lokilib::test {
namespace {

void expect_all(std::initializer_list<TemplateCase> cases) {
  for (const auto& [source, want] : cases) EXPECT_EQ(render(source), want) << source;
}

std::string problem(std::string_view source) {
  const std::string text = render(source);
  const size_t at = text.find(": error calling ");
  return at == std::string::npos ? "none: " + text : text.substr(text.find(": ", at + 2) + 2);
}

TEST(TemplateFunctions, Builtins) {
  expect_all({
      {"{{and .level .msg}} {{and .empty .msg}}|{{and 1}}", "request done |1"},
      {"{{or .empty .level}} {{or .empty \"\"}}|", "info |"},
      {"{{or .level (div 1 0)}}", "info"},
      {"{{and .empty (div 1 0)}}", ""},
      {"{{.level | and .n}} {{.level | or .n}}", "info 7"},
      {"{{not .empty}} {{not 1}}", "true false"},
      {"{{len .msg}} {{len (fromJson `[1,2]`)}} {{len .}}", "12 2 6"},
      {"{{index .level 0}} {{index (fromJson `[[1,2]]`) 0 1}} {{index . \"n\"}} {{index . \"x\"}}|",
       "105 2 7 |"},
      {"{{index (fromJson `{\"a\":{\"b\":3}}`) \"a\" \"b\"}}", "3"},
      {"{{slice .level 1}} {{slice .level 1 3}} {{slice .level}} {{slice (fromJson `[1,2,3]`) 1 2}}",
       "nfo nf info [2]"},
      {"{{print 1 2 \"a\" 3 4}}", "1 2a3 4"},
      {"{{print .level .n}} {{print 1 2}}", "info7 1 2"},
      {"{{print (fromJson \"null\")}} {{print nil}}", "<nil> <nil>"},
      {"{{println 1 \"a\"}}", "1 a\n"},
      {"{{html \"<a href=\\\"x\\\">'&\"}}", "&lt;a href=&#34;x&#34;&gt;&#39;&amp;"},
      {"{{html 1 2}}", "1 2"},
      {"{{js \"it's <b> = \\\\ \\n é\"}}", "it\\'s \\u003Cb\\u003E \\u003D \\\\ \\u000A é"},
      {"{{urlquery \"a b&c\"}}", "a+b%26c"},
      {"{{eq 1 1}} {{eq .level \"a\" \"info\"}} {{eq 1.5 1.5}} {{eq true true}} {{eq nil nil}} {{eq .x nil}}",
       "true true true true true false"},
      {"{{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1.5 0.5}} {{ge \"b\" \"a\"}}", "true true true true true"},
      {"{{eq (index .level 0) 105}} {{lt (index .level 0) 106}}", "true true"},
      {"{{eq __timestamp__ __timestamp__}}", "true"},
  });
  EXPECT_EQ(problem("{{index .level 9}}"), "index out of range: 9");
  EXPECT_EQ(problem("{{index .level 4}}"), "reflect: string index out of range");
  EXPECT_EQ(problem("{{index .level \"a\"}}"), "cannot index slice/array with type string");
  EXPECT_EQ(problem("{{index 1 1}}"), "can't index item of type int");
  EXPECT_EQ(problem("{{index nil 1}}"), "index of untyped nil");
  EXPECT_EQ(problem("{{slice .level 3 1}}"), "invalid slice index: 3 > 1");
  EXPECT_EQ(problem("{{slice .level 0 1 2}}"), "cannot 3-index slice a string");
  EXPECT_EQ(problem("{{len 3}}"), "len of type int");
  EXPECT_EQ(problem("{{eq 1}}"), "missing argument for comparison");
  EXPECT_EQ(problem("{{lt true false}}"), "invalid type for comparison");
  EXPECT_EQ(problem("{{eq (fromJson `[]`) (fromJson `[]`)}}"), "non-comparable type []: []interface {}");
  EXPECT_EQ(problem("{{call .level}}"), "non-function of type string");
}

TEST(TemplateFunctions, Strings) {
  expect_all({
      {"{{ToLower \"AÉ\"}} {{ToUpper \"aéß\"}} {{lower \"ABC\"}} {{upper \"naïve\"}}", "aé AÉß abc NAÏVE"},
      {"{{title \"hello wORLD foo-bar it's äöü\"}}", "Hello WORLD Foo-Bar It'S Äöü"},
      {"{{Replace \"aaa\" \"a\" \"b\" 2}} {{Replace \"aaa\" \"a\" \"b\" -1}} {{Replace \"ab\" \"\" \"-\" "
       "-1}}",
       "bba bbb -a-b-"},
      {"{{replace \"a\" \"b\" \"banana\"}} {{replace \"\" \"-\" \"é\"}}", "bbnbnb -é-"},
      {"{{Trim \"xxaxx\" \"x\"}} {{TrimLeft \"xxaxx\" \"x\"}} {{TrimRight \"xxaxx\" \"xé\"}}", "a axx xxa"},
      {"{{TrimPrefix \"abc\" \"ab\"}} {{TrimSuffix \"abc\" \"bc\"}} {{TrimSpace \" \\t a b \\u00a0\"}}|",
       "c a a b|"},
      {"{{trim \" a \"}}|{{trimAll \"-\" \"--a-\"}}|{{trimPrefix \"a\" \"ab\"}}|{{trimSuffix \"b\" \"ab\"}}",
       "a|a|b|a"},
      {"{{trimAll \"é\" \"éaé\"}}", "a"},
      {"{{trunc 3 .msg}} {{trunc -3 .msg}} {{trunc 99 .n}} {{trunc -99 .n}} {{trunc 0 .n}}|",
       "req one 7 7 |"},
      {"{{substr 1 3 .level}} {{substr -1 2 .level}} {{substr 1 -1 .level}} {{substr 2 99 .level}} {{substr "
       "4 9 .level}}|",
       "nf in nfo fo |"},
      {"{{contains \"quest\" .msg}} {{contains \"x\" .msg}}", "true false"},
      {"{{hasPrefix \"re\" .msg}} {{hasSuffix \"ne\" .msg}} {{hasPrefix \"ne\" .msg}}", "true true false"},
      {"{{indent 2 \"a\\nb\"}}|{{nindent 1 \"a\"}}", "  a\n  b|\n a"},
      {"{{repeat 3 \"ab\"}}{{repeat 0 \"x\"}}", "ababab"},
      {"{{alignLeft 5 \"日本\"}}|{{alignLeft 1 \"日本\"}}|{{alignLeft -1 \"ab\"}}", "日本   |日|ab"},
      {"{{alignRight 5 \"日本\"}}|{{alignRight 1 \"日本\"}}|{{alignRight 0 \"ab\"}}", "   日本|本|"},
      {"{{.missing | ToUpper}}|", "|"},
  });
  EXPECT_EQ(problem("{{substr 5 6 .level}}"), "runtime error: slice bounds out of range [5:4]");
  EXPECT_EQ(problem("{{substr 3 1 .level}}"), "runtime error: slice bounds out of range [3:1]");
  EXPECT_EQ(problem("{{substr -1 9 .level}}"), "runtime error: slice bounds out of range [:9] with length 4");
  EXPECT_EQ(problem("{{substr -1 -1 .level}}"), "runtime error: slice bounds out of range [:-1]");
  EXPECT_EQ(problem("{{repeat -1 .level}}"), "strings: negative Repeat count");
  EXPECT_EQ(problem("{{indent -1 .level}}"), "strings: negative Repeat count");
}

TEST(TemplateFunctions, Regexes) {
  expect_all({
      {"{{regexReplaceAll \"([a-z]+)\" .msg \"<$1>\"}}", "<request> <done>"},
      {"{{regexReplaceAll `(?P<x>\\d)` \"a1b2\" `[${x}$x$$$9]`}}", "a[11$]b[22$]"},
      {"{{regexReplaceAll \"a\" \"aba\" \"$\"}}", "$b$"},
      {"{{regexReplaceAll \"(a)\" \"a\" \"$1x|${1}x\"}}", "|ax"},
      {"{{regexReplaceAll \"x*\" \"baxc\" \"-\"}}", "-b-a-c-"},
      {"{{regexReplaceAll \"b\" \"\\xffb\" \"c\" | len}}", "2"},
      {"{{regexReplaceAll .level \"my info\" \"x\"}}", "my x"},
      {"{{regexReplaceAllLiteral \"[a-z]+\" .msg \"$1\"}}", "$1 $1"},
      {"{{count \"e\" .msg}} {{.msg | count \"e|o\"}} {{count \"\" \"abc\"}} {{count \"x*\" \"axxb\"}}",
       "3 4 4 3"},
  });
  EXPECT_EQ(problem("{{regexReplaceAll \"(\" .msg \"x\"}}"), "error parsing regexp: missing closing ): `(`");
  EXPECT_EQ(problem("{{count .bad \"x\" | count \"[\"}}").substr(0, 4), "none");
}

TEST(TemplateFunctions, Numbers) {
  expect_all({
      {"{{int \"3\"}} {{int \"0x10\"}} {{int \"010\"}} {{int \"08\"}} {{int \"-3.7\"}} {{int \"12abc\"}} "
       "{{int \"\"}}",
       "3 16 8 0 -3 0 0"},
      {"{{int 3.99}} {{int true}} {{int \".5\"}} {{int \"-\"}} {{int \"1e3\"}} {{int (fromJson \"[]\")}} "
       "{{int nil}}",
       "3 1 0 0 0 0 0"},
      {"{{float64 \"1e3\"}} {{float64 \"x\"}} {{float64 2}}", "1000 0 2"},
      {"{{add 1 2 3}} {{add}} {{add \"a\" 1}} {{add .n 1.9}}", "6 0 1 8"},
      {"{{sub 3 5}} {{mul 2 3 4}} {{mul 5}} {{div 7 2}} {{div -7 2}} {{mod 7 3}} {{mod -7 3}}",
       "-2 24 5 3 -3 1 -1"},
      {"{{5 | sub 3}} {{10 | div 3}}", "-2 0"},
      {"{{add 9223372036854775807 1}} {{div -9223372036854775808 -1}}",
       "-9223372036854775808 -9223372036854775808"},
      {"{{addf 0.1 0.2}} {{subf 0.3 0.1}} {{mulf 0.1 3}} {{divf 1 3}} {{divf 404 3}} {{divf 200 3}}",
       "0.3 0.2 0.3 0.3333333333333333 134.66666666666666 66.66666666666667"},
      {"{{divf 2 3}} {{divf -1 8}} {{divf 1e300 1e-10}} {{addf 1e300 1e-300}} {{mulf 1e200 1e200}} {{mulf "
       "1e-200 1e-200}}",
       "0.6666666666666667 -0.125 +Inf 1e+300 +Inf 0"},
      {"{{addf}} {{subf 1}} {{subf 1 2 3}} {{divf 10 2 5}} {{divf 1e-20 1}} {{addf 5 -5}}", "0 1 -4 1 0 0"},
      {"{{max 1 3 2}} {{min 3 1 2}} {{maxf 1 2.5}} {{minf .neg 1}}", "3 1 2.5 -3.7"},
      {"{{ceil 1.1}} {{ceil -1.5}} {{floor -1.5}} {{floor \"2.9\"}}", "2 -1 -2 2"},
      {"{{round 2.567 2}} {{round -3.7 0}} {{round -2.5 0}} {{round 1.005 2}} {{round 2.4 0 0.3}} {{round "
       "1234 -2}}",
       "2.57 -4 -3 1 3 1200"},
  });
  EXPECT_EQ(problem("{{mod 1 0}}"), "runtime error: integer divide by zero");
  EXPECT_EQ(problem("{{divf 1 0}}"), "decimal division by 0");
  EXPECT_EQ(problem("{{addf \"NaN\" 1}}"), "Cannot create a Decimal from NaN");
  EXPECT_THAT(render("{{trunc (add 1 1) \"abc\"}}"),
              testing::HasSubstr("wrong type for value; expected int; got int64"));
}

TEST(TemplateFunctions, EncodingsAndUnits) {
  expect_all({
      {"{{b64enc \"\"}}|{{b64enc \"a\"}} {{b64enc \"ab\"}} {{b64enc \"abc\"}} {{b64enc \"abcd\"}}",
       "|YQ== YWI= YWJj YWJjZA=="},
      {"{{b64dec \"YQ==\"}} {{b64dec \"YWI=\"}} {{b64dec \"YWJj\"}} {{b64dec \"YW\\nJj\"}}", "a ab abc abc"},
      {"{{b64dec \"!!!\"}}|{{b64dec \"YQ\"}}|{{b64dec \"YWJjY\"}}|{{b64dec \"YWJj=\"}}",
       "illegal base64 data at input byte 0|illegal base64 data at input byte 0|illegal base64 data at input "
       "byte 4|"
       "illegal base64 data at input byte 4"},
      {"{{urlencode \"a b/é~\"}} {{urldecode \"a%20b+c\"}} {{.msg | urlencode | urldecode}}",
       "a+b%2F%C3%A9~ a b c request done"},
      {"{{bytes .size}} {{bytes \"1.5KB\"}} {{bytes \"10\"}} {{bytes \"1MiB\"}}",
       "2048 1500 10 1.048576e+06"},
      {"{{duration \"1m30s\"}} {{duration_seconds \"300us\"}} {{duration_seconds \"42ns\"}}",
       "90 0.0003 4.2e-08"},
      {"{{fromJson `{\"a\":[1,true,null,\"x\",1.5]}`}} {{fromJson `bad`}} {{fromJson `\"s\"`}} {{fromJson "
       "`1e999`}}",
       "map[a:[1 true <nil> x 1.5]] <no value> s <no value>"},
      {"{{fromJson `{\"a\":1,\"a\":2}`}} {{fromJson `[1,]`}} {{fromJson `01`}} {{fromJson "
       "`[\"\\u00e9\\ud83d\\ude00\\ud800\"]`}}",
       "map[a:2] <no value> <no value> [é😀\uFFFD]"},
      {"{{default \"d\" .empty}} {{default \"d\" .n}} {{.missing | default 5}} {{default 1 0}} {{default 2}} "
       "{{default 3 false}}",
       "d 7 5 1 2 3"},
  });
  EXPECT_EQ(problem("{{urldecode \"%zz\"}}"), "invalid URL escape \"%zz\"");
  EXPECT_EQ(problem("{{urldecode \"a%2\"}}"), "invalid URL escape \"%2\"");
  EXPECT_EQ(problem("{{duration \"x\"}}"), "time: invalid duration \"x\"");
  EXPECT_EQ(problem("{{bytes \"5xx\"}}"), "unhandled size name: xx");
  std::string deep = "{{fromJson `" + std::string(2000, '[') + std::string(2000, ']') + "`}}";
  EXPECT_EQ(render(deep), "<no value>");
}

TEST(TemplateFunctions, LineAndTimes) {
  expect_all({
      {"{{__line__}}", "level=info n=7"},
      {"{{__timestamp__}}", "2026-01-01 00:00:00.518011 +0000 UTC"},
      {"{{now}}", "2023-11-14 22:13:20 +0000 UTC"},
      {"{{__timestamp__ | unixEpoch}} {{__timestamp__ | unixEpochMillis}} {{__timestamp__ | unixEpochNanos}}",
       "1767225600 1767225600518 1767225600518011000"},
      {"{{date \"15:04\" __timestamp__}} {{date \"2006\" 0}} {{date \"2006\" \"x\"}} {{date \"2006\" 1.5}}",
       "00:00 1970 2023 2023"},
      {"{{unixToTime \"19373\" | date \"2006-01-02\"}} {{unixToTime \"1767225600\" | unixEpoch}}",
       "2023-01-16 1767225600"},
      {"{{unixToTime \"1767225600123\" | date \"05.000\"}} {{unixToTime \"1767225600123456\" | date "
       "\"05.000000\"}}",
       "00.123 00.123456"},
      {"{{unixToTime \"1767225600123456789\"}}", "2026-01-01 00:00:00.123456789 +0000 UTC"},
      {"{{toDate \"2006-01-02\" \"2025-07-01\" | unixEpoch}} {{toDate \"2006\" \"x\"}}",
       "1751328000 0001-01-01 00:00:00 +0000 UTC"},
      {"{{toDateInZone \"2006-01-02\" \"Nowhere/Bad\" \"2025-07-01\" | unixEpoch}}", "1751328000"},
      {"{{toDateInZone \"2006-01-02\" \"../../etc/passwd\" \"2025-07-01\" | unixEpoch}}", "1751328000"},
      {"{{__timestamp__.Unix}} {{__timestamp__.Weekday}} {{__timestamp__.IsZero}} {{__timestamp__.YearDay}}",
       "1767225600 Thursday false 1"},
      {"{{__timestamp__.After now}} {{(now).Before __timestamp__}}", "true true"},
  });
  EXPECT_EQ(problem("{{unixToTime \"12\"}}"), "unable to parse time '12': %!w(<nil>)");
  EXPECT_EQ(problem("{{unixToTime \"x\"}}"),
            "unable to parse time 'x': strconv.ParseInt: parsing \"x\": invalid syntax");
}

}  // namespace
}  // namespace lokilib::test
