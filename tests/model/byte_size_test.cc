// SPDX-License-Identifier: Apache-2.0
// byte_size_test.cc: sizes with units.
#include "model/byte_size.h"

#include <gtest/gtest.h>

namespace lokilib {
namespace {

std::string size_of(std::string_view text) {
  const auto value = parse_byte_size(text);
  EXPECT_EQ(try_parse_byte_size(text).has_value(), value.has_value()) << text;
  return value.has_value() ? std::to_string(*value) : value.error().message;
}

TEST(ByteSize, ReadsNumbersWithUnits) {
  EXPECT_EQ(size_of("5KB"), "5000");
  EXPECT_EQ(size_of("5kib"), "5120");
  EXPECT_EQ(size_of("1.5 GiB"), "1610612736");
  EXPECT_EQ(size_of("1,000"), "1000");
  EXPECT_EQ(size_of("0.9B"), "0");
  EXPECT_EQ(size_of("5e"), "5000000000000000000");
  EXPECT_EQ(size_of("7xx"), "unhandled size name: xx");
  EXPECT_EQ(size_of(""), "strconv.ParseFloat: parsing \"\": invalid syntax");
  EXPECT_EQ(size_of("99EB"), "too large: 99EB");
}

TEST(ByteSize, PrintsTwoDigits) {
  EXPECT_EQ(format_byte_size(5), "5B");
  EXPECT_EQ(format_byte_size(10), "10B");
  EXPECT_EQ(format_byte_size(1000), "1.0kB");
  EXPECT_EQ(format_byte_size(5120), "5.1kB");
  EXPECT_EQ(format_byte_size(15000), "15kB");
  EXPECT_EQ(format_byte_size(1048576), "1.0MB");
}

}  // namespace
}  // namespace lokilib
