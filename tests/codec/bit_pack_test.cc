// SPDX-License-Identifier: Apache-2.0
// bit_pack_test.cc: every width gives back what was packed, and touches no byte it may not.
#include "codec/bit_pack.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::codec {
namespace {

using test::for_each_seed;
using test::Random;

TEST(BitPack, WidthsBetween57And63AreStoredAs64) {
  EXPECT_EQ(pack_width(0), 0u);
  EXPECT_EQ(pack_width(1), 1u);
  EXPECT_EQ(pack_width(255), 8u);
  EXPECT_EQ(pack_width((uint64_t{1} << 56) - 1), 56u);
  EXPECT_EQ(pack_width(uint64_t{1} << 56), 64u);
  EXPECT_EQ(pack_width(~uint64_t{0}), 64u);
}

TEST(BitPack, LaysValuesOutLowestBitFirst) {
  const std::vector<uint64_t> values = {5, 6, 7, 0, 1};
  std::string bytes(packed_bytes(values.size(), 3), '\0');
  pack_bits(values.data(), values.size(), 0, 3, bytes.data());
  // 001 000 111 110 101, read from the right.
  EXPECT_EQ(bytes, std::string({static_cast<char>(0b11110101), static_cast<char>(0b00010001)}));
}

TEST(BitPackProperty, UnpackingGivesBackWhatWasPacked) {
  for_each_seed(20, [](Random& random) {
    for (unsigned width = 0; width <= 64; ++width) {
      if (!is_pack_width(width)) continue;
      const size_t count = random.below(140);
      const uint64_t base = random.next();
      const uint64_t mask = width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
      std::vector<uint64_t> values(count);
      for (uint64_t& value : values) value = base + (random.next() & mask);
      std::string bytes(packed_bytes(count, width) + 8, '\x5a');
      pack_bits(values.data(), count, base, width, bytes.data());
      ASSERT_EQ(bytes.substr(bytes.size() - 8), std::string(8, '\x5a'))
          << "wrote behind its end, width " << width;
      std::vector<uint64_t> unpacked(count);
      unpack_bits(bytes.data(), count, base, width, unpacked.data());
      ASSERT_EQ(unpacked, values) << "width " << width;
    }
  });
}

}  // namespace
}  // namespace lokilib::codec
