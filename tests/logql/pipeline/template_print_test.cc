// SPDX-License-Identifier: Apache-2.0
// template_print_test.cc: printf against what Go's fmt prints.
#include <gtest/gtest.h>

#include "logql/pipeline/template_support.h"

namespace lokilib::test {
namespace {

TEST(TemplatePrint, FollowsGosVerbsAndFlags) {
  const TemplateCase cases[] = {
      {"`%v %s %d` 1 `a` 2", "1 a 2"},
      {"`%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%O|%b` 42 42 42 42 42 255 255 255 8 8 8 5",
       "   42|42   |00042|+42| 42|ff|FF|0xff|10|010|0o10|101"},
      {"`%05d|%+05d|%.3d|%6.3d|%-6.3d|` -42 42 7 7 7", "-0042|+0042|007|   007|007   |"},
      {"`%c|%q|%U|%#U` 65 65 65 233", "A|'A'|U+0041|U+00E9 'é'"},
      {"`%t|%v` true false", "true|false"},
      {"`%8s|%-8s|%.2s|%q|%x|% x|%#x|%08s` `abc` `abc` `abc` `a\"b` `hi` `hi` `hi` `abc`",
       "     abc|abc     |ab|\"a\\\"b\"|6869|68 69|0x6869|00000abc"},
      {"`%f|%.2f|%8.3f|%-8.1f|%08.2f|%+.1f|%e|%E|%g|%G` 1.5 1.005 1.5 1.5 -1.5 1.5 1234.5678 0.5 1e20 1e-7",
       "1.500000|1.00|   1.500|1.5     |-0001.50|+1.5|1.234568e+03|5.000000E-01|1e+20|1E-07"},
      {"`%.3g|%.10g|%g|%g|%.0f|%.1f|%6.2f%%` 1234.5 1234.5 100000.0 1000000.0 2.5 0.25 99.5",
       "1.23e+03|1234.5|100000|1e+06|2|0.2| 99.50%"},
      {"`%x|%b|%.2x` 1.5 1.0 1.999", "0x1.8p+00|4503599627370496p-52|0x1.00p+01"},
      {"`%#q|%+q` `abc` `é`", "`abc`|\"\\u00e9\""},
      {"`%T %T %T %T %T %T %T` 1 `a` 1.5 true . (fromJson `[1]`) (add 1 2)",
       "int string float64 bool map[string]string []interface {} int64"},
      {"`%v|%d|%s|%q` (fromJson `[1,\"a\"]`) (fromJson `[1]`) (fromJson `[\"a\",\"b\"]`) (fromJson "
       "`[\"a\"]`)",
       "[1 a]|[%!d(float64=1)]|[a b]|[\"a\"]"},
      {"`%v` (fromJson `{\"b\":[1,{}],\"a\":null}`)", "map[a:<nil> b:[1 map[]]]"},
      {"`%#v|%#v|%#v` `a` 1 (fromJson `{\"a\":[1,null]}`)",
       "\"a\"|1|map[string]interface {}{\"a\":[]interface {}{1, interface {}(nil)}}"},
      {"`%d` `x`", "%!d(string=x)"},
      {"`%5d` `x`", "%!d(string=    x)"},
      {"`%s %s` `a`", "a %!s(MISSING)"},
      {"`%s` `a` 1 `b`", "a%!(EXTRA int=1, string=b)"},
      {"`%s` 1", "%!s(int=1)"},
      {"`%z` 1", "%!z(int=1)"},
      {"`%` 1", "%!(NOVERB)%!(EXTRA int=1)"},
      {"`%d%%`  3", "3%"},
      {"`%v %d` nil nil", "<nil> %!d(<nil>)"},
      {"`%[2]d %[1]d` 1 2", "2 1"},
      {"`%[3]d` 1", "%!d(BADINDEX)"},
      {"`%*d|%-*d|` 5 1 5 1", "    1|1    |"},
      {"`%*d` `a` 1", "%!(BADWIDTH)1"},
      {"`%.*f` 2 1.0", "1.00"},
      {"`%v|%s|%T` __timestamp__ __timestamp__ __timestamp__",
       "2026-01-01 00:00:00.518011 +0000 UTC|2026-01-01 00:00:00.518011 +0000 UTC|time.Time"},
      {"`%v|%6v|%-6v|` true 1.5 `é`", "true|   1.5|é     |"},
      {"`%6.2f|%t|%c|%U` 1.005 true 65 65", "  1.00|true|A|U+0041"},
  };
  for (const auto& [arguments, want] : cases) {
    EXPECT_EQ(render("{{printf " + std::string(arguments) + "}}"), want) << arguments;
  }
}

TEST(TemplatePrint, PrintsWithoutAFormat) {
  EXPECT_EQ(render("{{printf `%f|%v|%d` (float64 `inf`) (float64 `nan`) 1}}"), "+Inf|NaN|1");
  EXPECT_EQ(render("{{float64 `-inf`}} {{float64 `1e100`}} {{float64 `123456789`}}"),
            "-Inf 1e+100 1.23456789e+08");
}

}  // namespace
}  // namespace lokilib::test
