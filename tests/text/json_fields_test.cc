// SPDX-License-Identifier: Apache-2.0
// json_fields_test.cc: fields, problems and paths of JSON lines, as recorded from Loki 3.7.6.
#include "text/json_fields.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::text {
namespace {

using test::for_each_seed;
using test::Random;

// "name=value" joined with ';', then '!' and the problem.
std::string fields_of(std::string_view line) {
  Arena arena;
  std::string result;
  const JsonProblem problem =
      scan_json_fields(line, arena, [&](std::string_view name, std::string_view value) {
        if (!result.empty()) result += ';';
        result.append(name).append("=").append(value);
        return true;
      });
  if (problem != nullptr) result.append("!").append(problem);
  return result;
}

constexpr char kObject[] = "!Value looks like object, but can't find closing '}' symbol";

struct Case {
  std::string_view name, line, want;
};

class JsonFields : public testing::TestWithParam<Case> {};

TEST_P(JsonFields, ReadsTheLine) {
  EXPECT_EQ(fields_of(GetParam().line), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , JsonFields,
    testing::Values(
        Case{"NestedThenFlat", R"({"a":{"b":"1"},"a_b":"2"})", "a_b=1;a_b=2"},
        Case{"EscapedKey", R"({"k\u0041":"v","x.y":{"z":"1"}})", "kA=v;x_y_z=1"},
        Case{"TrailingComma", R"({"a":1,})", "a=1"}, Case{"BadEscape", R"({"a":"bad\q"})", "a="},
        Case{"Unescaped", R"({"a":"x\n\"\u00e9\ud83d\ude00"})", "a=x\n\"\u00e9\U0001f600"},
        Case{"LoneSurrogate", R"({"a":"\ud83d"})", "a="},
        Case{"InvalidBytes", "{\"a\":\"x\xff\xfey\xef\xbf\xbd\"}", "a=x  y "},
        Case{"ArraysAndNulls", R"({"a":[1,{"b":2}],"c":null,"d":{"e":[1]},"f":true})", "f=true"},
        Case{"Numbers", R"({"a":1.50,"b":12345678901234567890,"c":-1e5})",
             "a=1.50;b=12345678901234567890;c=-1e5"},
        Case{"Names", R"({"9k":1,"a-b":2,"é":3," sp ":4,"":5,"a":{"9":6,"":7," ":{"x":8}}})",
             "_9k=1;a_b=2;_=3;sp=4;a_9=6;a=7;a_x=8"},
        Case{"Blanks", " \t\n{ \"a\" : 1 , \"b\" : { } } rest", "a=1"},
        Case{"BrokenBehindAField", R"({"a":"x", broken)",
             "a=x!Value looks like object, but can't find closing '}' symbol"},
        Case{"PlainText", "plain", std::string_view(kObject)}, Case{"Empty", "", std::string_view(kObject)},
        Case{"Array", "[1,2]", std::string_view(kObject)}, Case{"String", "\"s\"", std::string_view(kObject)},
        Case{"BareKey", "{a:1}", std::string_view(kObject)},
        Case{"NoColon", R"({"a" 1})", "!Malformed JSON error"},
        Case{"BadToken", R"({"a":tru})", "!Unknown value type"},
        Case{"NoValue", R"({"b":})", "!Unknown value type"},
        Case{"OpenString", R"({"a":"x)", "!Value is string, but can't find closing '\"' symbol"},
        Case{"OpenObject", R"({"a":{"b":1})", "a_b=1!Value is array, but can't find closing ']' symbol"},
        Case{"OpenInnerObject", R"({"a":{"b":1)", std::string_view(kObject)},
        Case{"BracketsInStrings", R"({"a":{"b":"}\"}"},"c":["]"],"d":1})", "a_b=}\"};d=1"},
        Case{"BackslashesBeforeQuote", R"({"a":"x\\","b":"y\\\"z"})", "a=x\\;b=y\\\"z"}),
    [](const auto& info) { return std::string(info.param.name); });

std::string deep(size_t levels) {
  std::string line;
  for (size_t i = 0; i < levels; ++i) line += "{\"a\":";
  line += "1";
  line.append(levels, '}');
  return line;
}

TEST(JsonFieldsDepth, SkipsWhatLiesTooDeep) {
  EXPECT_EQ(fields_of(deep(3)), "a_a_a=1");
  EXPECT_EQ(fields_of(deep(50'000)), "");
}

TEST(JsonUnpack, GivesRawKeysOfStringsOnly) {
  Arena arena;
  std::string result;
  const std::string_view line = R"({"k":"v","n":1,"a-b":"q","o":{"x":"y"},"_entry":"orig a=1"})";
  const JsonProblem problem =
      scan_unpack_fields(line, arena, [&](std::string_view key, std::string_view value) {
        result.append(key).append("=").append(value).append(";");
        return true;
      });
  EXPECT_EQ(problem, nullptr);
  EXPECT_EQ(result, "k=v;a-b=q;_entry=orig a=1;");
}

// A JSON line with odd keys and values; `depth` levels at most.
std::string random_object(Random& random, int depth) {
  static const std::vector<std::string> keys = {
      "a", "b", "a_b", "a-b", "9", "", " a", "c", "a.b", "é", "_", "\\u0061", "long_key_name"};
  static const std::vector<std::string> values = {"1",          "\"x\"",         "true",     "null",
                                                  "\"q\\\"}\"", "[1,{\"a\":2}]", "\"é\\n\"", "-1.5",
                                                  "\"\"",       "tru",           "\"\\q\""};
  std::string result = "{";
  const size_t count = random.below(6);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) result += random.one_in(9) ? " , " : ",";
    result += "\"" + random.pick(keys) + "\":";
    const bool nested = depth > 0 && random.one_in(3);
    result += nested ? random_object(random, depth - 1)
                     : values[random.below(values.size() - (random.one_in(9) ? 0 : 2))];
  }
  return result + "}";
}

TEST(JsonFieldsProperty, WantedFieldsAreTheFirstOfAllFields) {
  for_each_seed(500, [](Random& random) {
    std::string line = random_object(random, 3);
    if (random.one_in(4)) line.resize(random.below(line.size() + 1));
    if (random.one_in(4))
      line[random.below(line.size() + (line.empty() ? 1 : 0))] = "\"{}[],: x\\"[random.below(10)];
    Arena arena;
    std::map<std::string, std::string> all;
    const JsonProblem want =
        scan_json_fields(line, arena, [&](std::string_view name, std::string_view value) {
          all.emplace(name, value);
          return true;
        });
    std::vector<std::string> names = {"a", "a_b", "_9", "a_a_b", "__", "b_9", "none"};
    const WantedNames wanted(names);
    std::map<std::string, std::string> found;
    const JsonProblem problem =
        scan_wanted_json_fields(line, wanted, arena, [&](size_t name, std::string_view value) {
          EXPECT_TRUE(found.emplace(names[name], value).second);
          return true;
        });
    std::map<std::string, std::string> expected;
    for (const std::string& name : names) {
      if (const auto it = all.find(name); it != all.end()) expected.insert(*it);
    }
    ASSERT_EQ(found, expected) << line;
    ASSERT_TRUE(problem == nullptr || want != nullptr) << line << "\n" << problem;
  });
}

std::string path_of(std::string_view line, std::string_view expression) {
  Arena arena;
  const auto path = JsonPath::parse(expression);
  if (!path) return path.error().message;
  std::string_view value;
  if (!find_json_paths(line, {&*path, 1}, arena, {&value, 1})) return "(no JSON)";
  return value.data() == nullptr ? "(none)" : std::string(value);
}

TEST(JsonPath, FindsValues) {
  const std::string_view line =
      R"({"a":[{"b":1},{"b":2}],"m":{"n":[3,4],"z":null},"x.y":"q\"","a":5,"e":""})";
  EXPECT_EQ(path_of(line, "a[1].b"), "2");
  EXPECT_EQ(path_of(line, "m.n[0]"), "3");
  EXPECT_EQ(path_of(line, "a[0]"), "{\"b\":1}");
  EXPECT_EQ(path_of(line, "a[9]"), "(none)");
  EXPECT_EQ(path_of(line, "m.z"), "");
  EXPECT_EQ(path_of(line, " [\"x.y\"] "), "q\"");
  EXPECT_EQ(path_of(line, "m[\"n\"][ 1 ]"), "4");
  EXPECT_EQ(path_of(line, "e"), "");
  EXPECT_EQ(path_of("[1,[2]]", "[1][0]"), "2");
  EXPECT_EQ(path_of(" {\"a\":1}", "a"), "(no JSON)");
}

TEST(JsonPath, NamesItsMistakesAsLokiDoes) {
  EXPECT_EQ(path_of("", "a..b"),
            "cannot parse expression [a..b]: syntax error: unexpected DOT, expecting FIELD");
  EXPECT_EQ(path_of("", "["),
            "cannot parse expression [[]: syntax error: unexpected $end, expecting STRING or INDEX");
  EXPECT_EQ(path_of("", "a[b]"),
            "cannot parse expression [a[b]]: syntax error: unexpected FIELD, expecting STRING or INDEX");
  EXPECT_EQ(path_of("", "a-b"), "cannot parse expression [a-b]: unexpected char -");
}

}  // namespace
}  // namespace lokilib::text
