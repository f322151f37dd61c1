// SPDX-License-Identifier: Apache-2.0
// checksum_test.cc: CRC-32C against its published check value and a bitwise one; hashes that tell keys apart.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "base/hash.h"
#include "support/random.h"

namespace lokilib {
namespace {

uint32_t bitwise_crc32c(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return ~crc;
}

TEST(Crc32c, HasTheCheckValue) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720
}

TEST(Crc32cProperty, IsTheBitwiseOneAndGoesOn) {
  test::for_each_seed(100, [](test::Random& random) {
    std::string bytes(random.below(700), '\0');
    for (char& c : bytes) c = static_cast<char>(random.next());
    const size_t cut = random.below(bytes.size() + 1);
    ASSERT_EQ(crc32c(bytes), bitwise_crc32c(bytes));
    ASSERT_EQ(crc32c_extend(crc32c(bytes.substr(0, cut)), bytes.substr(cut)), crc32c(bytes));
  });
}

TEST(Hash64, DependsOnBytesAndSeed) {
  std::set<uint64_t> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(hash64("key" + std::to_string(i)));
  EXPECT_EQ(seen.size(), 10'000u);
  EXPECT_NE(hash64("a", 1), hash64("a", 2));
  EXPECT_EQ(hash64("a", 1), hash64("a", 1));
}

}  // namespace
}  // namespace lokilib
