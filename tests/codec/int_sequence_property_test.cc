// SPDX-License-Identifier: Apache-2.0
// int_sequence_property_test.cc: decoding gives back what was encoded, for sequences made to be awkward.
#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "codec/int_sequence.h"
#include "support/random.h"

namespace lokilib::codec {
namespace {

using test::for_each_seed;
using test::Random;

std::vector<uint64_t> awkward_sequence(Random& random) {
  const std::vector<uint64_t> lengths = {0, 1, 2, 127, 128, 129, 255, 256, 257, random.below(1000)};
  std::vector<uint64_t> values(random.pick(lengths));
  const uint64_t kind = random.below(7);
  const uint64_t step_bits = random.below(65);
  const uint64_t mask = step_bits == 64 ? ~uint64_t{0} : (uint64_t{1} << step_bits) - 1;
  const uint64_t scale = random.one_in(2) ? 1 : 1 + random.below(2'000'000);
  uint64_t value = random.one_in(2) ? random.next() : random.below(1000);
  for (uint64_t& out : values) {
    const uint64_t step = (random.next() & mask) * scale;
    switch (kind) {
      case 0:
        value += step;
        break;
      case 1:
        value -= step;
        break;
      case 2:
        value = random.one_in(2) ? value + step : value - step;
        break;
      case 3:
        value = step;
        break;
      case 4:
        value += random.one_in(50) ? step : 0;
        break;
      case 5:
        value = random.one_in(100) ? random.next() : step & 0xff;
        break;
      default:
        value = random.one_in(2) ? 0 : std::numeric_limits<uint64_t>::max() - random.below(3);
        break;
    }
    out = value;
  }
  return values;
}

// From a copy of exactly the right size, so that a sanitizer sees every byte read outside.
std::vector<uint64_t> decoded(const EncodedInts& encoded) {
  const std::unique_ptr<char[]> exact(new char[encoded.bytes.size()]);
  std::copy(encoded.bytes.begin(), encoded.bytes.end(), exact.get());
  std::vector<uint64_t> values(encoded.header.count);
  const Result<void> result = decode_ints(encoded.header, {exact.get(), encoded.bytes.size()}, values);
  EXPECT_TRUE(result) << result.error().to_string();
  return values;
}

TEST(IntSequenceProperty, DecodingGivesBackWhatWasEncoded) {
  for_each_seed(1000, [](Random& random) {
    const std::vector<uint64_t> values = awkward_sequence(random);
    const std::vector<int64_t> as_signed(values.begin(), values.end());
    for (const PlanesTrial trial : {PlanesTrial::Never, PlanesTrial::Lz4, PlanesTrial::Entropy}) {
      ASSERT_EQ(decoded(encode_ints(values, trial)), values);
      ASSERT_EQ(decoded(encode_signed_ints(as_signed, trial)), values);
      ASSERT_EQ(decoded(encode_times(as_signed, trial)), values);
    }
  });
}

TEST(IntSequenceProperty, APackedSequenceIsNotLargerThanPlainNumbers) {
  for_each_seed(300, [](Random& random) {
    const std::vector<uint64_t> values = awkward_sequence(random);
    const size_t groups = (values.size() + 127) / 128;
    ASSERT_LE(encode_ints(values, PlanesTrial::Never).bytes.size(), values.size() * 8 + groups * 11);
  });
}

TEST(IntSequenceProperty, CutBytesAreAnError) {
  for_each_seed(200, [](Random& random) {
    const EncodedInts encoded = encode_ints(awkward_sequence(random));
    std::vector<uint64_t> values(encoded.header.count);
    for (size_t size = 0; size < encoded.bytes.size(); size += 1 + random.below(20)) {
      const Result<void> result = decode_ints(encoded.header, encoded.bytes.substr(0, size), values);
      ASSERT_FALSE(result) << size << " of " << encoded.bytes.size() << " bytes were enough";
      ASSERT_EQ(result.error().code, ErrorCode::Corrupt);
    }
  });
}

}  // namespace
}  // namespace lokilib::codec
