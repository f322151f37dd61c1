// SPDX-License-Identifier: Apache-2.0
// bytes_test.cc: ByteReader reads what ByteWriter wrote, and says where hostile bytes are wrong.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "support/random.h"

namespace lokilib {
namespace {

template <typename T>
std::string text_of(const Result<T>& result) {
  return result ? "ok" : result.error().to_string();
}

TEST(Bytes, ComeBackAsTheyWereWritten) {
  ByteWriter out;
  out.u8(0xab);
  out.u16(0x1234);
  out.u32(0xdeadbeef);
  out.u64(0x0123456789abcdef);
  out.i64(-2);
  out.varint(300);
  out.varint_signed(-300);
  out.sized_bytes("hello");
  out.bytes("rest");
  EXPECT_EQ(out.view().substr(0, 3), "\xab\x34\x12");
  ByteReader in(out.view());
  EXPECT_EQ(*in.u8("a"), 0xab);
  EXPECT_EQ(*in.u16("b"), 0x1234);
  EXPECT_EQ(*in.u32("c"), 0xdeadbeef);
  EXPECT_EQ(*in.u64("d"), 0x0123456789abcdefu);
  EXPECT_EQ(*in.i64("e"), -2);
  EXPECT_EQ(*in.varint("f"), 300u);
  EXPECT_EQ(*in.varint_signed("g"), -300);
  EXPECT_EQ(*in.sized_bytes("h"), "hello");
  EXPECT_EQ(*in.bytes(4, "i"), "rest");
  EXPECT_TRUE(in.expect_end());
  EXPECT_EQ(in.offset(), out.size());
}

TEST(ByteReader, SaysWhatAndWhere) {
  ByteReader in("\x05hell", 1000);
  EXPECT_EQ(text_of(ByteReader("\x01").u16("flags")), "flags: 2 bytes wanted, 1 left (offset 0)");
  EXPECT_EQ(text_of(in.sized_bytes("name")), "name: 5 bytes announced, 4 left (offset 1001)");
  EXPECT_EQ(text_of(ByteReader("\x80\x80").varint("count")), "count: bytes end inside a varint (offset 2)");
  EXPECT_EQ(text_of(ByteReader("xyz", 7).expect_end()), "3 bytes too many (offset 7)");
  EXPECT_EQ(text_of(ByteReader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02").varint("count")),
            "count: varint of more than 64 bits (offset 10)");
  EXPECT_EQ(text_of(ByteReader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").varint("count")),
            "count: varint of more than 64 bits (offset 10)");
}

TEST(ByteReader, ALyingSizeTakesNothing) {
  ByteWriter out;
  out.varint(std::numeric_limits<uint64_t>::max());
  ByteReader in(out.view());
  EXPECT_EQ(text_of(in.sized_bytes("blob")),
            "blob: 18446744073709551615 bytes announced, 0 left (offset 10)");
}

TEST(BytesProperty, VarintsComeBack) {
  test::for_each_seed(20, [](test::Random& random) {
    std::vector<uint64_t> values = {0, 127, 128, 16'383, 16'384, std::numeric_limits<uint64_t>::max()};
    for (int i = 0; i < 200; ++i) values.push_back(random.next() >> random.below(64));
    ByteWriter out;
    for (const uint64_t value : values) {
      out.varint(value);
      out.varint_signed(static_cast<int64_t>(value));
    }
    ByteReader in(out.view());
    for (const uint64_t value : values) {
      ASSERT_EQ(*in.varint("value"), value);
      ASSERT_EQ(*in.varint_signed("value"), static_cast<int64_t>(value));
    }
    ASSERT_TRUE(in.expect_end());
  });
}

TEST(BytesProperty, AnyBytesAreReadOrRefusedInside) {
  test::for_each_seed(200, [](test::Random& random) {
    std::string bytes(random.below(40), '\0');
    for (char& c : bytes) c = static_cast<char>(random.next());
    ByteReader in(bytes);
    for (int i = 0; i < 50; ++i) {
      switch (random.below(5)) {
        case 0:
          static_cast<void>(in.u8("x"));
          break;
        case 1:
          static_cast<void>(in.u64("x"));
          break;
        case 2:
          static_cast<void>(in.varint("x"));
          break;
        case 3:
          static_cast<void>(in.sized_bytes("x"));
          break;
        default:
          static_cast<void>(in.bytes(random.next() >> random.below(64), "x"));
          break;
      }
      ASSERT_LE(in.offset(), bytes.size());
    }
  });
}

}  // namespace
}  // namespace lokilib
