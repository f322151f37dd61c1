// SPDX-License-Identifier: Apache-2.0
// template_property_test.cc: random templates end, say the same twice, and read no label that they do not
// name.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "logql/pipeline/big_decimal.h"
#include "logql/pipeline/go_time_layout.h"
#include "logql/pipeline/template_support.h"
#include "support/random.h"

namespace lokilib::test {
namespace {

class RandomTemplate {
 public:
  explicit RandomTemplate(Random& random) : random_(random) {}

  std::string list(int depth) {
    std::string out;
    for (uint64_t i = 0, count = random_.below(4); i <= count; ++i) out += node(depth);
    return out;
  }

 private:
  std::string pick(std::initializer_list<const char*> words) {
    return words.begin()[random_.below(words.size())];
  }

  std::string node(int depth) {
    switch (random_.below(depth > 3 ? 4 : 9)) {
      case 0:
        return pick({"text", " ", "\n", "}}"});
      case 4:
        return "{{if " + pipe(depth) + "}}" + list(depth + 1) + "{{else}}" + list(depth + 1) + "{{end}}";
      case 5:
        return "{{with " + pipe(depth) + "}}" + list(depth + 1) + "{{end}}";
      case 6:
        return "{{range $i, $e := " + pipe(depth) + "}}{{$i}}" + list(depth + 1) + "{{end}}";
      case 7:
        return "{{range " + pipe(depth) + "}}" + list(depth + 1) + pick({"", "{{break}}", "{{continue}}"}) +
               "{{end}}";
      case 8:
        return "{{$v := " + pipe(depth) + "}}{{$v}}";
      default:
        return "{{" + pick({"", "- "}) + pipe(depth) + pick({"", " -"}) + "}}";
    }
  }

  std::string pipe(int depth) {
    std::string out = command(depth);
    while (random_.one_in(3)) out += " | " + function(depth);
    return out;
  }

  std::string command(int depth) { return random_.one_in(2) ? operand(depth) : function(depth); }

  std::string function(int depth) {
    std::string out = pick({"upper",
                            "lower",
                            "title",
                            "trunc",
                            "substr",
                            "repeat",
                            "printf",
                            "print",
                            "len",
                            "index",
                            "slice",
                            "eq",
                            "lt",
                            "and",
                            "or",
                            "not",
                            "add",
                            "sub",
                            "mul",
                            "div",
                            "mod",
                            "addf",
                            "divf",
                            "round",
                            "int",
                            "float64",
                            "fromJson",
                            "default",
                            "date",
                            "toDate",
                            "unixToTime",
                            "html",
                            "js",
                            "urlencode",
                            "urldecode",
                            "b64enc",
                            "b64dec",
                            "bytes",
                            "duration",
                            "alignLeft",
                            "alignRight",
                            "indent",
                            "regexReplaceAll",
                            "count",
                            "Replace",
                            "trimAll",
                            "max",
                            "minf",
                            "unixEpoch",
                            "toDateInZone",
                            "replace",
                            "call",
                            "ge",
                            "ne"});
    for (uint64_t i = 0, count = random_.below(4); i < count; ++i) out += " " + operand(depth + 1);
    return out;
  }

  std::string operand(int depth) {
    if (depth < 4 && random_.one_in(6)) return "(" + pipe(depth + 1) + ")" + pick({"", ".a", ".Year"});
    return pick({".level",
                 ".n",
                 ".msg",
                 ".missing",
                 ".",
                 "$",
                 "$.n",
                 "1",
                 "-1",
                 "3",
                 "0",
                 "2.5",
                 "1e3",
                 "\"a\"",
                 "\"%d%s\"",
                 "\"[1,2]\"",
                 "`{\"a\":[1,\"x\",null]}`",
                 "true",
                 "nil",
                 "'x'",
                 "__line__",
                 "__timestamp__",
                 "now",
                 "\"2006-01-02\"",
                 "\"(a|b)*\"",
                 "\"Europe/Berlin\"",
                 "0x7fffffffffffffff"});
  }

  Random& random_;
};

TEST(TemplateProperty, RandomTemplatesEndAndSayTheSameTwice) {
  for_each_seed(3000, [](Random& random) {
    const std::string source = RandomTemplate(random).list(0);
    const std::string first = render(source);
    ASSERT_EQ(first, render(source)) << source;
    ASSERT_LT(first.size(), size_t{70} << 20) << source;
  });
}

// Labels that a template does not say it reads can be missing without making a difference.
TEST(TemplateProperty, NamesEveryLabelThatMatters) {
  for_each_seed(2000, [](Random& random) {
    const std::string source = RandomTemplate(random).list(0);
    const auto parsed = logql::Template::parse("line", source);
    if (!parsed || parsed->reads_all_labels()) return;
    const std::set<std::string, std::less<>> read(parsed->labels_read().begin(), parsed->labels_read().end());
    MapScope full;
    MapScope part;
    for (auto it = part.labels.begin(); it != part.labels.end();) {
      it = read.count(it->first) > 0 ? std::next(it) : part.labels.erase(it);
    }
    ASSERT_EQ(render(source, full), render(source, part)) << source;
  });
}

TEST(TemplateProperty, AnyBytesAreATemplateOrAnError) {
  for_each_seed(3000, [](Random& random) {
    const std::string source = random.text("{{}}-..$()|\"`'/* \nabc1e+:=,end if range \x80\xff", 60);
    const std::string first = render(source);
    ASSERT_EQ(first, render(source)) << source;
  });
}

// Decimals of at most 15 digits: exact in decimal arithmetic, so integers tell what is right.
TEST(BigDecimalProperty, AddsAndMultipliesAsIntegersDo) {
  for_each_seed(2000, [](Random& random) {
    const int64_t a = random.between(-99'999'999, 99'999'999);
    const int64_t b = random.between(-9'999'999, 9'999'999);
    const logql::BigDecimal x(static_cast<double>(a) / 1e4);
    const logql::BigDecimal y(static_cast<double>(b) / 1e4);
    EXPECT_EQ(add(x, y).to_double(), static_cast<double>(a + b) / 1e4);
    EXPECT_EQ(subtract(x, y).to_double(), static_cast<double>(a - b) / 1e4);
    EXPECT_EQ(multiply(x, y).to_double(), static_cast<double>(a * b) / 1e8);
    if (b == 0) return;
    const double quotient = divide(x, y).to_double();
    EXPECT_NEAR(quotient, static_cast<double>(a) / static_cast<double>(b),
                1e-15 * std::abs(quotient) + 1e-16);
  });
}

TEST(GoTimeProperty, CivilTimesComeBack) {
  for_each_seed(2000, [](Random& random) {
    const int64_t seconds = random.between(-99'999'999'999, 99'999'999'999);
    const logql::CivilTime civil = logql::to_civil({seconds, 0, nullptr});
    ASSERT_EQ(logql::seconds_of_civil(civil), seconds);
    ASSERT_LE(civil.day, logql::days_in_month(civil.year, civil.month));
  });
}

}  // namespace
}  // namespace lokilib::test
