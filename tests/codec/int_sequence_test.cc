// SPDX-License-Identifier: Apache-2.0
// int_sequence_test.cc: which layout is chosen, what it costs, and what bad bytes are answered with.
#include "codec/int_sequence.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::codec {
namespace {

std::vector<uint64_t> decoded(const EncodedInts& encoded) {
  std::vector<uint64_t> values(encoded.header.count);
  const Result<void> result = decode_ints(encoded.header, encoded.bytes, values);
  EXPECT_TRUE(result) << result.error().to_string();
  return values;
}

std::vector<int64_t> decoded_signed(const EncodedInts& encoded) {
  std::vector<int64_t> values(encoded.header.count);
  const Result<void> result = decode_signed_ints(encoded.header, encoded.bytes, values);
  EXPECT_TRUE(result) << result.error().to_string();
  return values;
}

std::string error_of(const IntHeader& header, std::string_view bytes, size_t out_size) {
  std::vector<uint64_t> values(out_size);
  const Result<void> result = decode_ints(header, bytes, values);
  return result ? "no error" : result.error().to_string();
}

TEST(IntSequence, EqualValuesCostNothing) {
  const std::vector<uint64_t> values(1000, 42);
  const EncodedInts encoded = encode_ints(values);
  EXPECT_EQ(encoded.header, (IntHeader{.layout = IntLayout::Constant, .count = 1000, .base = 42}));
  EXPECT_EQ(encoded.bytes, "");
  EXPECT_EQ(decoded(encoded), values);
}

TEST(IntSequence, OneValueAndNoValueAreConstants) {
  EXPECT_EQ(encode_ints(std::vector<uint64_t>{7}).header.base, 7u);
  EXPECT_EQ(decoded(encode_ints(std::vector<uint64_t>{})), std::vector<uint64_t>{});
  EXPECT_EQ(decoded_signed(encode_times(std::vector<int64_t>{-5})), std::vector<int64_t>{-5});
  EXPECT_EQ(decoded_signed(encode_times(std::vector<int64_t>{})), std::vector<int64_t>{});
}

TEST(IntSequence, SmallRandomNumbersArePacked) {
  test::Random random(1);
  std::vector<uint64_t> values(1280);
  for (uint64_t& value : values) value = 1000 + random.below(16);
  const EncodedInts encoded = encode_ints(values);
  EXPECT_EQ(encoded.header.layout, IntLayout::Packed);
  EXPECT_LE(encoded.bytes.size(), 10u * (2 + 1 + 64));  // ten groups of 4-bit values
  EXPECT_EQ(decoded(encoded), values);
}

TEST(IntSequence, TimesThatOnlyGoUpArePackedByDifferenceWithoutASignBit) {
  test::Random random(1);
  std::vector<int64_t> times(1281);
  times[0] = 1'767'225'600'000'000'000;
  for (size_t i = 1; i < times.size(); ++i) {
    times[i] = times[i - 1] + static_cast<int64_t>(random.below(1u << 20));
  }
  const EncodedInts encoded = encode_times(times, PlanesTrial::Never);
  EXPECT_EQ(encoded.header.layout, IntLayout::DeltaPacked);
  EXPECT_LE(encoded.bytes.size(), 10u * (3 + 1 + 128 * 20 / 8));
  EXPECT_EQ(decoded_signed(encoded), times);
}

TEST(IntSequence, MillisecondTimesCostWhatMillisecondsCost) {
  test::Random random(1);
  std::vector<int64_t> times(1281);
  times[0] = 1'767'225'600'123'000'000;
  for (size_t i = 1; i < times.size(); ++i) {
    times[i] = times[i - 1] + static_cast<int64_t>(random.below(16)) * 1'000'000;
  }
  const EncodedInts encoded = encode_times(times);
  EXPECT_EQ(encoded.header.scale, 1'000'000u);
  EXPECT_LE(encoded.bytes.size(), 10u * (1 + 1 + 64));
  EXPECT_EQ(decoded_signed(encoded), times);
}

TEST(IntSequence, BurstsOfEqualTimesGoToPlanes) {
  test::Random random(1);
  std::vector<int64_t> times(4096);
  int64_t time = 1'767'225'600'000'000'000;
  for (size_t i = 0; i < times.size(); ++i) {
    if (i % 64 == 0) time += static_cast<int64_t>(random.below(1u << 30));
    times[i] = time;
  }
  const EncodedInts encoded = encode_times(times);
  EXPECT_TRUE(encoded.compressible());
  EXPECT_FALSE(encode_times(times, PlanesTrial::Never).compressible());
  EXPECT_TRUE(encode_times(times, PlanesTrial::Entropy).compressible());
  EXPECT_EQ(decoded_signed(encoded), times);
}

TEST(IntSequence, TheWholeRangeWrapsAround) {
  const std::vector<int64_t> times = {std::numeric_limits<int64_t>::min(),
                                      std::numeric_limits<int64_t>::max(), 0, -1,
                                      std::numeric_limits<int64_t>::min()};
  for (const PlanesTrial trial : {PlanesTrial::Never, PlanesTrial::Lz4, PlanesTrial::Entropy}) {
    EXPECT_EQ(decoded_signed(encode_times(times, trial)), times);
    EXPECT_EQ(decoded_signed(encode_signed_ints(times, trial)), times);
  }
}

TEST(IntSequence, RefusesWhatDoesNotAddUp) {
  const IntHeader constant{.layout = IntLayout::Constant, .count = 3};
  const IntHeader packed{.layout = IntLayout::Packed, .count = 3};
  const IntHeader planes{.layout = IntLayout::Planes, .width = 2, .count = 3};
  EXPECT_EQ(error_of(constant, "", 2), "3 integers, 2 expected (offset 0)");
  EXPECT_EQ(error_of(constant, "x", 3), "1 bytes too many (offset 0)");
  EXPECT_EQ(error_of(packed, "", 3), "group minimum: bytes end inside a varint (offset 0)");
  EXPECT_EQ(error_of(packed, std::string("\0", 1), 3), "group width: 1 bytes wanted, 0 left (offset 1)");
  EXPECT_EQ(error_of(packed, std::string("\0\x39", 2), 3), "group of width 57 (offset 2)");
  EXPECT_EQ(error_of(packed, std::string("\0\x08xx", 4), 3),
            "packed group: 3 bytes announced, 2 left (offset 2)");
  EXPECT_EQ(error_of(packed, std::string("\0\x08xxxy", 6), 3), "1 bytes too many (offset 5)");
  EXPECT_EQ(error_of(planes, "12345", 3), "3 integers of 2 bytes in 5 bytes (offset 0)");
  EXPECT_EQ(error_of({.layout = IntLayout::Planes, .width = 9, .count = 1}, "123456789", 1),
            "integers of 9 bytes (offset 0)");
  EXPECT_EQ(error_of({.layout = static_cast<IntLayout>(5), .count = 1}, "", 1),
            "integer layout 5: written by a newer version");
}

}  // namespace
}  // namespace lokilib::codec
