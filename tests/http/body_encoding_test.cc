// SPDX-License-Identifier: Apache-2.0
// Compressed bodies come out whole, or with Loki's texts not at all; and never larger than allowed.
#include "body_encoding.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#ifdef LOKILIB_HTTP_ZSTD
#include <zstd.h>
#endif

namespace lokilib::http {
namespace {

constexpr uint64_t kLarge = 1 << 20;

std::string deflate_text(std::string_view text, int window_bits) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(text);
  std::string out(deflateBound(&z, in.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string gzip(std::string_view text) {
  return deflate_text(text, 15 + 16);
}

std::string error_of(const Result<std::string>& result) {
  return result ? "no error: " + *result : result.error().message;
}

TEST(Gzip, GivesTheTextBack) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(*inflate_gzip(gzip(text), kLarge), text);
  EXPECT_EQ(*inflate_gzip(gzip(""), kLarge), "");
}

TEST(Gzip, JoinsMembers) {
  EXPECT_EQ(*inflate_gzip(gzip("one ") + gzip("two"), kLarge), "one two");
}

TEST(Gzip, SaysWhatIsWrong) {
  EXPECT_EQ(error_of(inflate_gzip("not gzip at all", kLarge)), "gzip: invalid header");
  EXPECT_EQ(error_of(inflate_gzip(gzip("hello") + "rubbish", kLarge)), "gzip: invalid header");
  const std::string whole = gzip("a text that is cut");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(error_of(inflate_gzip(std::string_view(whole).substr(0, size), kLarge)), "unexpected EOF");
  }
}

TEST(Gzip, StopsAtTheBound) {
  const std::string bomb = gzip(std::string(4 << 20, '\0'));
  const auto result = inflate_gzip(bomb, kLarge);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(result.error().message, "request body too large: more than 1048576 bytes when decompressed");
  EXPECT_EQ(inflate_gzip(gzip(std::string(100, 'x')), 100)->size(), 100U);
  EXPECT_FALSE(inflate_gzip(gzip(std::string(101, 'x')), 100));
}

TEST(Deflate, IsRaw) {
  EXPECT_EQ(*inflate_deflate(deflate_text("hello hello", -15), kLarge), "hello hello");
  EXPECT_EQ(error_of(inflate_deflate(deflate_text("hello hello", 15), kLarge)), "EOF");  // zlib's wrapper
}

TEST(Snappy, GivesTheTextBackOrRefuses) {
  std::string packed;
  snappy::Compress("text text text", 14, &packed);
  EXPECT_EQ(*uncompress_snappy(packed, kLarge), "text text text");
  EXPECT_EQ(error_of(uncompress_snappy("", kLarge)), "snappy: corrupt input");
  EXPECT_EQ(error_of(uncompress_snappy("not snappy", kLarge)), "snappy: corrupt input");
  EXPECT_EQ(error_of(uncompress_snappy(packed.substr(0, packed.size() - 1), kLarge)),
            "snappy: corrupt input");
  EXPECT_EQ(uncompress_snappy(packed, 13).error().code, ErrorCode::LimitExceeded);
  // Four gigabytes are promised; nothing must be taken for them.
  EXPECT_EQ(error_of(uncompress_snappy("\xff\xff\xff\xff\x0f", 1ULL << 40)), "snappy: corrupt input");
}

TEST(Lz4, ReadsFrames) {
  const std::string text(5000, 'y');
  std::string packed(LZ4F_compressFrameBound(text.size(), nullptr), '\0');
  packed.resize(LZ4F_compressFrame(packed.data(), packed.size(), text.data(), text.size(), nullptr));
  EXPECT_EQ(*decompress_lz4(packed, kLarge), text);
  EXPECT_EQ(decompress_lz4(packed, 4999).error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(error_of(decompress_lz4(packed.substr(0, packed.size() - 8), kLarge)), "unexpected EOF");
  EXPECT_FALSE(decompress_lz4("rubbish, no frame", kLarge));
}

#ifdef LOKILIB_HTTP_ZSTD
TEST(Zstd, ReadsFrames) {
  const std::string text(5000, 'z');
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  EXPECT_EQ(*decompress_zstd(packed, kLarge), text);
  EXPECT_EQ(*decompress_zstd(packed + packed, kLarge), text + text);
  EXPECT_EQ(decompress_zstd(packed, 4999).error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(error_of(decompress_zstd(packed.substr(0, packed.size() - 1), kLarge)), "unexpected EOF");
}
#endif

TEST(Zstd, RefusesRubbish) {
  EXPECT_FALSE(decompress_zstd("rubbish, no frame", kLarge));
  EXPECT_FALSE(decompress_zstd("", kLarge));
}

}  // namespace
}  // namespace lokilib::http
