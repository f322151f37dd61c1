// SPDX-License-Identifier: Apache-2.0
// metadata_names_test.cc: what becomes of names and values of structured metadata.
#include "stream/metadata_names.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lokilib::stream {
namespace {

struct Case {
  std::string_view name, given, want;
};

class MetadataName : public testing::TestWithParam<Case> {};

TEST_P(MetadataName, IsNormalised) {
  Arena arena;
  const Result<std::string_view> result = normalise_metadata_name(GetParam().given, arena);
  EXPECT_EQ(result ? std::string(*result) : "error: " + result.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , MetadataName,
    testing::Values(Case{"AsItIs", "trace_id", "trace_id"}, Case{"UpperCase", "TraceID9", "TraceID9"},
                    Case{"RunOfUnderscores", "a__b", "a_b"}, Case{"LeadingUnderscores", "__res", "_res"},
                    Case{"OneLeadingUnderscore", "_res", "_res"}, Case{"Dots", "http.status", "http_status"},
                    Case{"MixedRun", "a.-_ b", "a_b"}, Case{"Digit", "9bad-key!", "key_9bad_key_"},
                    Case{"OnlyDigits", "12", "key_12"}, Case{"Reserved", "__name__", "__name__"},
                    Case{"ReservedInside", "__a.b__", "__a_b__"}, Case{"ReservedDigit", "__9__", "__9__"},
                    Case{"NotAscii", "gr\xc3\xbcn", "gr_n"}, Case{"Empty", "", "error: label name is empty"},
                    Case{"NothingLeft", "\xc3\xbc",
                         "error: normalization for label name \"\xc3\xbc\" resulted in invalid name \"_\""},
                    Case{"OneUnderscore", "_",
                         "error: normalization for label name \"_\" resulted in invalid name \"_\""},
                    Case{"FourUnderscores", "____",
                         "error: normalization for label name \"____\" resulted in invalid name \"____\""},
                    Case{"ReservedNothing", "__.__",
                         "error: normalization for label name \"__.__\" resulted in invalid name \"_____\""}),
    [](const auto& info) { return std::string(info.param.name); });

std::string normalised(const std::vector<MetadataView>& metadata) {
  Arena arena;
  const Result<std::span<const MetadataView>> result = normalise_metadata(metadata, arena);
  if (!result) return "error: " + result.error().message;
  std::string text;
  for (const MetadataView& pair : *result)
    text += std::string(pair.name) + "=" + std::string(pair.value) + ";";
  return text;
}

TEST(Metadata, IsLeftAloneWhereNothingIsToDo) {
  Arena arena;
  const std::vector<MetadataView> metadata = {{"b", "1"}, {"a", "gr\xc3\xbcn"}, {"b", "2"}};
  const Result<std::span<const MetadataView>> result = normalise_metadata(metadata, arena);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->data(), metadata.data());
  EXPECT_EQ(arena.capacity(), 0u);
}

TEST(Metadata, RenamedNamesWinOverLiteralOnesAndLaterOverEarlier) {
  EXPECT_EQ(normalised({{"dup-a", "1"}, {"dup.a", "2"}, {"dup_a", "3"}}), "dup_a=2;");
  EXPECT_EQ(normalised({{"dup_a", "3"}, {"dup-a", "1"}}), "dup_a=1;");
  EXPECT_EQ(normalised({{"z", "1"}, {"a.b", "2"}}), "a_b=2;z=1;");
}

TEST(Metadata, ValuesGetSpacesForWhatIsNotUtf8) {
  EXPECT_EQ(normalised({{"a",
                         "x\xff\xfe"
                         "y"},
                        {"b", "ok"}}),
            "a=x  y;b=ok;");
  EXPECT_EQ(normalised({{"a", "x\xef\xbf\xbdy"}}), "a=x y;");
}

TEST(Metadata, OneBadNameIsAnErrorForAll) {
  EXPECT_EQ(normalised({{"a", "1"}, {"", "2"}}), "error: label name is empty");
}

}  // namespace
}  // namespace lokilib::stream
