// SPDX-License-Identifier: Apache-2.0
// detected_level_test.cc: the level of an entry, row by row as Loki 3.7.6 gave it.
#include "stream/detected_level.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace lokilib::stream {
namespace {

struct Case {
  std::string_view name, line, want;
};

class LevelOfALine : public testing::TestWithParam<Case> {};

TEST_P(LevelOfALine, IsWhatLokiDetects) {
  const auto [name, line, want] = GetParam();
  EXPECT_EQ(LevelDetector(IngestLimits::loki()).from_line(line), want) << line;
}

INSTANTIATE_TEST_SUITE_P(
    Words, LevelOfALine,
    testing::Values(
        Case{"UpperCaseWord", "plain text ERROR here", "error"},
        Case{"ColonBefore", "misc:error x", "unknown"}, Case{"ColonBehind", "error: foo", "error"},
        Case{"Brackets", "[WARN] x", "warn"}, Case{"PartOfAWord", "terror strike", "unknown"},
        Case{"Parentheses", "x (err) y", "error"}, Case{"LongerWord", "information only", "unknown"},
        Case{"SlashBehind", "error/warn", "unknown"}, Case{"AngleBrackets", "<error>", "unknown"},
        Case{"Empty", "", "unknown"}, Case{"OnlyTheWord", "err", "error"},
        Case{"FirstOfTwo", "a warning, not an error", "warn"},
        Case{"UnboundedThenBounded", "errors and error", "error"},
        Case{"AtTheEnd", "it ends with a long line that is critical", "critical"},
        Case{"TabAndNewline", "x\tfatal\ny", "fatal"}, Case{"Trace", "trace!", "trace"},
        Case{"Debug", "{debug}", "debug"}, Case{"Info", "\"INFO\"", "info"},
        Case{"Apache", "[Sun Dec 04 00:00:00 2005] [error] [client 187.141.143.180] File", "error"},
        Case{"LateInALongLine", "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 Warn, x",
             "warn"}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Json, LevelOfALine,
    testing::Values(Case{"Lvl", R"({"lvl":"fatal"})", "fatal"},
                    Case{"Nested", R"({"a":{"level":"warn"}})", "warn"},
                    Case{"TooDeep", R"({"a":{"b":{"level":"warn"}}})", "warn"},  // by the word, not the field
                    Case{"TooDeepAlias", R"({"a":{"b":{"level":"wrn"}}})", "unknown"},
                    Case{"NotInArrays", R"({"a":[{"level":"wrn"}],"b":1})", "unknown"},
                    Case{"BehindAnArray", R"({"a":[{"x":"]"}],"level":"dbg"})", "debug"},
                    Case{"Number", R"({"level":30})", "unknown"},
                    Case{"NumberThenString", R"({"level":30,"severity":"wrn"})", "warn"},
                    Case{"UnknownName", R"({"level":"notice"})", "unknown"},
                    Case{"UnknownNameStopsTheSearch", R"({"level":"notice","lvl":"wrn"})", "unknown"},
                    Case{"UnknownNameThenWord", R"({"level":"notice","msg":"an error"})", "error"},
                    Case{"UpperCaseKey", R"({"LEVEL":"Information"})", "info"},
                    Case{"OtherCaseOfKey", R"({"LeVeL":"wrn"})", "unknown"},
                    Case{"DottedKey", R"({"log.level":"trc"})", "trace"},
                    Case{"BeforeADeeperOne", R"({"severity":"err","a":{"level":"info"}})", "error"},
                    Case{"Spaces", "  { \"a\" : null , \"level\" : \"WRN\" } \n", "warn"},
                    Case{"EscapedQuote", R"({"m":"say \"level\":\"dbg\"","level":"inf"})", "info"},
                    Case{"BrokenBeforeTheField", R"({"a":oops,"level":"wrn"})", "unknown"},
                    Case{"BrokenBehindTheField", R"({"level":"wrn","a":oops})", "warn"},
                    Case{"EmptyObject", "{}", "unknown"}, Case{"EmptyString", R"({"level":""})", "unknown"},
                    Case{"NoEnd", R"({"level":"wrn" )", "unknown"},
                    Case{"LogfmtInside", R"({"msg":"level=wrn"})", "unknown"}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(Logfmt, LevelOfALine,
                         testing::Values(Case{"Lvl", "lvl=inf", "info"},
                                         Case{"AnyCaseOfKey", "LeVeL=wrn", "warn"},
                                         Case{"UnknownNameThenWord", "level=notice error x", "error"},
                                         Case{"Crit", "a=1 severity=crit", "unknown"},
                                         Case{"Quoted", R"(msg="x y" severity="Err")", "error"},
                                         Case{"EmptyValue", "level= msg=x", "unknown"},
                                         Case{"FirstInTheListWins", "severity=dbg lvl=err level=wrn", "warn"},
                                         Case{"FirstInTheLineOfOneField", "lvl=dbg lvl=err", "debug"},
                                         Case{"InText", "something happened level=wrn end", "warn"},
                                         Case{"ValueIsAWord", "a=error", "error"},
                                         Case{"Panic", "level=panic msg=x", "unknown"}),
                         [](const auto& info) { return std::string(info.param.name); });

struct EntryCase {
  std::string_view name;
  std::vector<Label> labels;
  std::vector<MetadataView> metadata;
  std::string_view line, want;
};

class LevelOfAnEntry : public testing::TestWithParam<EntryCase> {};

TEST_P(LevelOfAnEntry, IsWhatLokiDetects) {
  const EntryCase& c = GetParam();
  const LevelDetector detector(IngestLimits::loki());
  const LabelSet labels = LabelSet::from_sorted(c.labels);
  const auto label_level = detector.from_labels(labels);
  EXPECT_EQ(detector.detect(label_level, c.metadata, c.line), c.want);
}

INSTANTIATE_TEST_SUITE_P(
    , LevelOfAnEntry,
    testing::Values(EntryCase{"Given", {{"level", "info"}}, {{"detected_level", "WRN"}}, "error", "warn"},
                    EntryCase{"GivenUnknown", {}, {{"detected_level", "zzz"}}, "error", "zzz"},
                    EntryCase{"Label", {{"level", "Foo"}}, {{"level", "error"}}, "error", "Foo"},
                    EntryCase{"LabelAlias", {{"severity", "Warning"}}, {}, "error", "warn"},
                    EntryCase{"FirstLabelOfTheList", {{"lvl", "dbg"}, {"severity", "err"}}, {}, "", "error"},
                    EntryCase{"Metadata", {}, {{"severity", "Notice"}}, "error", "Notice"},
                    EntryCase{"MetadataOrderIsTheLists", {}, {{"lvl", "dbg"}, {"level", "ERR"}}, "", "error"},
                    EntryCase{"MetadataDotsAreGone", {}, {{"log_level", "warn"}}, "error", "error"},
                    EntryCase{"MetadataOtherCase", {}, {{"LeVeL", "warn"}}, "error", "error"},
                    EntryCase{"SeverityNumber0", {}, {{"severity_number", "0"}}, "error", "unknown"},
                    EntryCase{"SeverityNumber4", {}, {{"severity_number", "4"}}, "error", "trace"},
                    EntryCase{"SeverityNumber8", {}, {{"severity_number", "8"}}, "error", "debug"},
                    EntryCase{"SeverityNumber9", {}, {{"severity_number", "9"}}, "error", "info"},
                    EntryCase{"SeverityNumber16", {}, {{"severity_number", "16"}}, "error", "warn"},
                    EntryCase{"SeverityNumber17", {}, {{"severity_number", "17"}}, "info", "error"},
                    EntryCase{"SeverityNumber24", {}, {{"severity_number", "24"}}, "error", "fatal"},
                    EntryCase{"SeverityNumber25", {}, {{"severity_number", "25"}}, "error", "unknown"},
                    EntryCase{"SeverityNumberText", {}, {{"severity_number", "many"}}, "error", "info"},
                    EntryCase{"SeverityTextBeforeNumber",
                              {},
                              {{"severity_number", "9"}, {"severity_text", "ERROR"}},
                              "",
                              "error"},
                    EntryCase{"OtherMetadata", {}, {{"trace_id", "error"}}, "warn x", "warn"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(LevelDetector, IsOffWhereMetadataIsNotAllowed) {
  IngestLimits limits = IngestLimits::loki();
  EXPECT_TRUE(LevelDetector(limits).is_enabled());
  limits.allow_structured_metadata = false;
  EXPECT_FALSE(LevelDetector(limits).is_enabled());
  limits = IngestLimits::lokilib();
  limits.discover_log_levels = false;
  EXPECT_FALSE(LevelDetector(limits).is_enabled());
}

TEST(LevelDetector, JsonDepthIsALimit) {
  IngestLimits limits = IngestLimits::loki();
  const std::string_view line = R"({"a":{"b":{"level":"wrn"}}})";
  limits.log_level_json_depth_max = 3;
  EXPECT_EQ(LevelDetector(limits).from_line(line), "warn");
  limits.log_level_json_depth_max = 0;
  EXPECT_EQ(LevelDetector(limits).from_line(line), "warn");
  limits.log_level_json_depth_max = 1;
  EXPECT_EQ(LevelDetector(limits).from_line(R"({"a":{"level":"wrn"}})"), "unknown");
}

TEST(LevelDetector, DeepNestingNeedsNoStack) {
  IngestLimits limits = IngestLimits::loki();
  limits.log_level_json_depth_max = 0;
  std::string line;
  for (int i = 0; i < 200'000; ++i) line += "{\"a\":";
  EXPECT_EQ(LevelDetector(limits).from_line(line + "{\"level\":\"wrn\"}}"), "warn");
}

}  // namespace
}  // namespace lokilib::stream
