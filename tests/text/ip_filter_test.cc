// SPDX-License-Identifier: Apache-2.0
// ip_filter_test.cc: patterns and scans.
#include "text/ip_filter.h"

#include <gtest/gtest.h>

namespace lokilib::text {
namespace {

bool in(std::string_view pattern, std::string_view text) {
  const auto filter = IpFilter::parse(pattern);
  EXPECT_TRUE(filter.has_value()) << pattern;
  if (!filter) return false;
  const bool matches = filter->matches(text);
  const std::string literal = filter->required_literal();
  EXPECT_TRUE(!matches || text.find(literal) != std::string_view::npos) << pattern << " " << text;
  return matches;
}

TEST(IpFilter, ScansText) {
  EXPECT_TRUE(in("10.0.0.1", "from 10.0.0.1:80 x"));
  EXPECT_FALSE(in("192.168.1.10", "at 192.168.1.10."));
  EXPECT_TRUE(in("1.1.1.1", "v1.1.1.1"));
  EXPECT_FALSE(in("1.1.1.1", "11.1.1.1"));
  EXPECT_TRUE(in("10.0.0.0/8", "a 10.255.3.4 b"));
  EXPECT_TRUE(in("10.1.2.3/8", "a 10.255.3.4 b"));
  EXPECT_FALSE(in("10.0.0.0/8", "a 11.0.0.0 b"));
  EXPECT_TRUE(in("192.168.0.1-192.169.0.5", "192.168.4.4"));
  EXPECT_TRUE(in("0.0.0.0/0", "8.8.8.8"));
  EXPECT_TRUE(in("2001:db8::/32", "ip=2001:db8:1::5 ok"));
  EXPECT_FALSE(in("2001:db8::/32", "ip=2001:db9:1::5 ok"));
  EXPECT_FALSE(in("::1", "::1"));  // too short for the scan
  EXPECT_TRUE(in("::1", "::1 is up"));
  EXPECT_FALSE(in("1.2.3.4", "::ffff:1.2.3.4 mapped"));
  EXPECT_FALSE(in("1.2.3.4", "01.2.3.4"));
}

TEST(IpFilter, RefusesWhatIsNoAddress) {
  for (const char* pattern : {"foo", "", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/08", "2.0.0.0-1.0.0.0",
                              "1.2.3.4-::1", "::1::", "1:2:3:4:5:6:7:8:9", "01.2.3.4", "1:2:3:4:5:6:7::8"}) {
    const auto filter = IpFilter::parse(pattern);
    ASSERT_FALSE(filter.has_value()) << pattern;
    EXPECT_EQ(filter.error().message, "ip: invalid pattern: \"" + std::string(pattern) + "\"");
  }
}

}  // namespace
}  // namespace lokilib::text
