// SPDX-License-Identifier: Apache-2.0
// logfmt_fields_test.cc: pairs and mistakes of logfmt lines, as recorded from Loki 3.7.6.
#include "text/logfmt_fields.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::text {
namespace {

using test::for_each_seed;
using test::Random;

std::string fields_of(std::string_view line, const LogfmtOptions& options = {}) {
  Arena arena;
  std::string result;
  const std::string_view fault =
      scan_logfmt_fields(line, options, arena, [&](std::string_view name, std::string_view value) {
        if (!result.empty()) result += ';';
        result.append(name).append("=").append(value);
        return true;
      });
  if (!fault.empty()) result.append("!").append(fault);
  return result;
}

constexpr LogfmtOptions kStrict{true, false, false};
constexpr LogfmtOptions kKeepEmpty{false, true, false};
constexpr std::string_view kMixed = R"(a=x b="q \"uo\" te" c= d="" e flag f=1=2 g="unterminated)";

TEST(LogfmtFields, PassesOverMistakesAndEmptyValues) {
  EXPECT_EQ(fields_of(kMixed), "a=x;b=q \"uo\" te");
  EXPECT_EQ(fields_of("=noval a=1"), "a=1");
  EXPECT_EQ(fields_of(R"("quoted words"=2 b=1)"), "b=1");
  EXPECT_EQ(fields_of(R"(k="x"y z=1)"), "k=x;z=1");
  EXPECT_EQ(fields_of("a=1\tb=2\nc=3"), "a=1;b=2;c=3");
  EXPECT_EQ(fields_of(R"(a="\q" b=2)"), "b=2");
  EXPECT_EQ(fields_of("a\xff=1 b=2"), "b=2");
  EXPECT_EQ(fields_of("a.b=1 9=2 \xc3\xa9=3"), "a_b=1;_9=2;_=3");
}

TEST(LogfmtFields, KeepsEmptyValuesWhenAsked) {
  EXPECT_EQ(fields_of(kMixed, kKeepEmpty), "a=x;b=q \"uo\" te;c=;d=;e=;flag=");
}

TEST(LogfmtFields, StopsAtTheFirstMistakeWhenStrict) {
  EXPECT_EQ(fields_of(kMixed, kStrict), "a=x;b=q \"uo\" te!logfmt syntax error at pos 39 : unexpected '='");
  EXPECT_EQ(fields_of("plain words only", kStrict), "");
  EXPECT_EQ(fields_of("a=1 \"b\"=2", kStrict), "a=1!logfmt syntax error at pos 5 : unexpected '\"'");
  EXPECT_EQ(fields_of("a=\"x", kStrict), "!logfmt syntax error at pos 5 : unterminated quoted value");
  EXPECT_EQ(fields_of("a=\"\\q\" b=1", kStrict), "!logfmt syntax error at pos 7 : invalid quoted value");
  EXPECT_EQ(fields_of("a\xff=1", kStrict), "!logfmt syntax error at pos 3 : invalid key");
}

TEST(LogfmtFields, PutsSpacesForInvalidBytesOrEmptiesTheValue) {
  EXPECT_EQ(fields_of("a=x\xffy b=\"\\ud800z\" c=\xc3\xa9"), "a=x y;b= z;c=\xc3\xa9");
  EXPECT_EQ(fields_of("a=x\xffy c=1", {false, false, true}), "a=;c=1");
}

TEST(LogfmtFieldsProperty, WantedFieldsAreTheSameFields) {
  for_each_seed(500, [](Random& random) {
    const std::string line = random.text("ab=\" \\x1_.\xff", 60);
    const LogfmtOptions options{random.one_in(2), random.one_in(2), random.one_in(2)};
    const std::vector<std::string> names = {"a", "b", "a_b", "x", "_1", "aa"};
    const WantedNames wanted(names);
    Arena arena;
    std::vector<std::pair<std::string, std::string>> want;
    std::vector<std::pair<std::string, std::string>> got;
    const std::string_view fault =
        scan_logfmt_fields(line, options, arena, [&](std::string_view name, std::string_view value) {
          if (std::find(names.begin(), names.end(), name) != names.end()) want.emplace_back(name, value);
          return true;
        });
    const std::string_view wanted_fault =
        scan_wanted_logfmt_fields(line, options, wanted, arena, [&](size_t name, std::string_view value) {
          got.emplace_back(names[name], value);
          return true;
        });
    ASSERT_EQ(got, want) << line;
    ASSERT_EQ(wanted_fault, fault) << line;
  });
}

}  // namespace
}  // namespace lokilib::text
