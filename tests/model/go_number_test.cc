// SPDX-License-Identifier: Apache-2.0
// go_number_test.cc: numbers as Go reads and prints them.
#include "model/go_number.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib {
namespace {

std::string reading(std::string_view text) {
  const auto value = parse_go_float(text);
  EXPECT_EQ(try_parse_go_float(text).has_value(), value.has_value()) << text;
  return value.has_value() ? format_go_float(*value, FloatForm::General) : value.error().message;
}

TEST(GoFloat, ReadsWhatGoReads) {
  EXPECT_EQ(reading("1_000"), "1000");
  EXPECT_EQ(reading("0x1p4"), "16");
  EXPECT_EQ(reading("0x_1p4"), "16");
  EXPECT_EQ(reading("08"), "8");
  EXPECT_EQ(reading("5."), "5");
  EXPECT_EQ(reading(".5"), "0.5");
  EXPECT_EQ(reading("+5"), "5");
  EXPECT_EQ(reading("-Infinity"), "-Inf");
  EXPECT_EQ(reading("inf"), "+Inf");
  EXPECT_EQ(reading("nAn"), "NaN");
  EXPECT_EQ(reading("1e-999"), "0");
  EXPECT_EQ(reading("4.9e-324"), "5e-324");
}

TEST(GoFloat, RefusesWhatGoRefuses) {
  for (const char* text :
       {"", "foo", ".", "1e", "0x10", "0x", "1__0", "_1", "1_", "1_e5", "+nan", "- 1", " 1", "1 "}) {
    EXPECT_EQ(reading(text), "strconv.ParseFloat: parsing \"" + std::string(text) + "\": invalid syntax");
  }
  EXPECT_EQ(reading("1e999"), "strconv.ParseFloat: parsing \"1e999\": value out of range");
  EXPECT_EQ(reading("-0x1p2000"), "strconv.ParseFloat: parsing \"-0x1p2000\": value out of range");
}

TEST(GoFloat, PrintsInThreeForms) {
  EXPECT_EQ(format_go_float(1048576, FloatForm::General), "1.048576e+06");
  EXPECT_EQ(format_go_float(100000, FloatForm::General), "100000");
  EXPECT_EQ(format_go_float(0.0001, FloatForm::General), "0.0001");
  EXPECT_EQ(format_go_float(0.00001, FloatForm::General), "1e-05");
  EXPECT_EQ(format_go_float(1e21, FloatForm::Fixed), "1000000000000000000000");
  EXPECT_EQ(format_go_float(0.1 + 0.2, FloatForm::Fixed), "0.30000000000000004");
  EXPECT_EQ(format_go_float(-0.0, FloatForm::Fixed), "-0");
  EXPECT_EQ(format_go_float(100000, FloatForm::Exponent), "1e+05");
  EXPECT_EQ(format_go_float(std::numeric_limits<double>::infinity(), FloatForm::Fixed), "+Inf");
  EXPECT_EQ(format_go_float_fixed(1, 6), "1.000000");
}

TEST(GoFloatProperty, ReadsBackWhatItPrints) {
  test::for_each_seed(2000, [](test::Random& random) {
    double value;
    const uint64_t bits = random.next();
    static_assert(sizeof bits == sizeof value);
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) return;
    for (const FloatForm form : {FloatForm::Fixed, FloatForm::General, FloatForm::Exponent}) {
      const auto again = parse_go_float(format_go_float(value, form));
      ASSERT_TRUE(again.has_value());
      ASSERT_EQ(*again, value);
    }
  });
}

TEST(GoInt, ReadsWhatGoReads) {
  EXPECT_EQ(*parse_go_int("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(*parse_go_int("0x_1F", 0), 31);
  EXPECT_EQ(*parse_go_int("017", 0), 15);
  EXPECT_EQ(*parse_go_int("0", 0), 0);
  EXPECT_EQ(parse_go_int("1_0").error().message, "strconv.ParseInt: parsing \"1_0\": invalid syntax");
  EXPECT_EQ(parse_go_int("9223372036854775808").error().message,
            "strconv.ParseInt: parsing \"9223372036854775808\": value out of range");
  EXPECT_EQ(parse_go_atoi("x").error().message, "strconv.Atoi: parsing \"x\": invalid syntax");
}

}  // namespace
}  // namespace lokilib
