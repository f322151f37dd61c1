// SPDX-License-Identifier: Apache-2.0
#include "value_type.h"

#include <gtest/gtest.h>

namespace lokilib::http {
namespace {

struct Case {
  std::string_view name, text, want;
};

class ValueType : public testing::TestWithParam<Case> {};

TEST_P(ValueType, IsTheFirstThatFits) {
  EXPECT_STREQ(detect_value_type(GetParam().text), std::string(GetParam().want).c_str()) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    , ValueType,
    testing::Values(Case{"Whole", "42", "int"}, Case{"Negative", "-7", "int"}, Case{"Plus", "+7", "int"},
                    Case{"TooBigForInt", "12345678901234567890", "float"}, Case{"Fraction", "0.5", "float"},
                    Case{"Exponent", "1e5", "float"}, Case{"Infinity", "inf", "float"},
                    Case{"NotANumber", "NaN", "float"}, Case{"Hexadecimal", "0x1F", "string"},
                    Case{"True", "true", "boolean"}, Case{"OneLetter", "F", "boolean"},
                    Case{"OddCase", "tRUE", "string"}, Case{"Duration", "1h30m", "duration"},
                    Case{"DurationFraction", "1.5ms", "duration"}, Case{"Micro", "3µs", "duration"},
                    Case{"DurationNoUnit", "1h30", "string"}, Case{"Size", "10KiB", "bytes"},
                    Case{"SizeSpace", "10 kB", "bytes"}, Case{"SizeLower", "1.5kb", "bytes"},
                    Case{"SizeNoB", "3G", "bytes"}, Case{"Days", "3d", "string"}, Case{"Empty", "", "string"},
                    Case{"Word", "GET", "string"}, Case{"Address", "10.0.0.1", "string"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(HumanSize, IsReadInBothBases) {
  EXPECT_EQ(parse_human_size("10KiB"), 10'240U);
  EXPECT_EQ(parse_human_size("10 kB"), 10'000U);
  EXPECT_EQ(parse_human_size("1,000 B"), 1000U);
  EXPECT_EQ(parse_human_size("1.5mb"), 1'500'000U);
  EXPECT_EQ(parse_human_size("99EB"), std::nullopt);
  EXPECT_EQ(parse_human_size("KB"), std::nullopt);
  EXPECT_EQ(parse_human_size("1xb"), std::nullopt);
}

TEST(HumanSize, IsWrittenInStepsOf1000) {
  EXPECT_EQ(format_human_size(7), "7B");
  EXPECT_EQ(format_human_size(999), "999B");
  EXPECT_EQ(format_human_size(10'000), "10kB");
  EXPECT_EQ(format_human_size(1'048'576), "1.0MB");
  EXPECT_EQ(format_human_size(2'000'000'000), "2.0GB");
}

}  // namespace
}  // namespace lokilib::http
