// SPDX-License-Identifier: Apache-2.0
// page_test.cc: pages come back as they were, in every codec; a lie in the reference or a flipped bit does
// not.
#include "codec/page.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::codec {
namespace {

using test::for_each_seed;
using test::Random;

std::string log_text(size_t lines) {
  std::string text;
  for (size_t i = 0; i < lines; ++i)
    text += "level=info msg=\"request done\" took=" + std::to_string(i * 7919 % 1000) + "ms\n";
  return text;
}

Compressor make_compressor(Compression compression) {
  Result<Compressor> compressor = Compressor::create(compression);
  EXPECT_TRUE(compressor) << compressor.error().to_string();
  return std::move(*compressor);
}

std::string error_of(std::string_view chunk, const PageRef& ref) {
  const Result<Page> page = read_page(chunk, ref);
  return page ? "no error" : page.error().to_string();
}

struct Case {
  std::string name;
  Compression compression;
};

class PageCodec : public testing::TestWithParam<Case> {};

TEST_P(PageCodec, GivesBackWhatWasWritten) {
  Compressor compressor = make_compressor(GetParam().compression);
  const std::string text = log_text(2000);
  ByteWriter chunk;
  chunk.bytes("abc");  // the page has to find its alignment
  const Result<PageRef> first = write_page(text, &compressor, chunk);
  const Result<PageRef> second = write_page("short", &compressor, chunk);
  const Result<PageRef> empty = write_page("", &compressor, chunk);
  ASSERT_TRUE(first && second && empty);
  EXPECT_EQ(first->offset, 8u);
  EXPECT_EQ(first->codec, GetParam().compression.codec);
  EXPECT_LE(first->stored, first->raw);
  Arena arena;
  for (const auto& [ref, want] :
       {std::pair(*first, text), {*second, std::string("short")}, {*empty, std::string()}}) {
    const Result<Page> page = read_page(chunk.view(), ref);
    ASSERT_TRUE(page) << page.error().to_string();
    EXPECT_EQ(page->bytes(), want);
    EXPECT_EQ(page->is_owned(), ref.codec != Codec::Stored);
    const Result<std::string_view> in_arena = read_page(chunk.view(), ref, arena);
    ASSERT_TRUE(in_arena) << in_arena.error().to_string();
    EXPECT_EQ(*in_arena, want);
  }
}

TEST_P(PageCodec, ReportsEveryFlippedBit) {
  Compressor compressor = make_compressor(GetParam().compression);
  ByteWriter chunk;
  const Result<PageRef> ref = write_page(log_text(20), &compressor, chunk);
  ASSERT_TRUE(ref);
  std::string bytes(chunk.view());
  for (size_t bit = 0; bit < bytes.size() * 8; bit += 5) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const Result<Page> page = read_page(bytes, *ref);
    ASSERT_FALSE(page) << "bit " << bit;
    ASSERT_EQ(page.error().code, ErrorCode::Corrupt);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  }
}

TEST_P(PageCodec, ReportsAWrongRawSizeThatTheChecksumCannotSee) {
  Compressor compressor = make_compressor(GetParam().compression);
  ByteWriter chunk;
  const Result<PageRef> ref = write_page(log_text(200), &compressor, chunk);
  ASSERT_TRUE(ref);
  for (const int64_t change : {-1, 1, 1000}) {
    PageRef wrong = *ref;
    wrong.raw = static_cast<uint32_t>(wrong.raw + change);
    const Result<Page> page = read_page(chunk.view(), wrong);
    ASSERT_FALSE(page) << change;
    EXPECT_EQ(page.error().code, ErrorCode::Corrupt);
  }
}

TEST_P(PageCodec, KeepsIncompressibleBytesAsTheyAre) {
  Compressor compressor = make_compressor(GetParam().compression);
  Random random(1);
  std::string noise(10'000, '\0');
  for (char& c : noise) c = static_cast<char>(random.next());
  ByteWriter chunk;
  const Result<PageRef> ref = write_page(noise, &compressor, chunk);
  ASSERT_TRUE(ref);
  EXPECT_EQ(ref->codec, Codec::Stored);
  EXPECT_EQ(ref->stored, noise.size());
  EXPECT_EQ(read_page(chunk.view(), *ref)->bytes(), noise);
}

std::vector<Case> codecs() {
  std::vector<Case> cases = {
      {"Stored", {Codec::Stored, 0}}, {"Lz4", {Codec::Lz4, 0}}, {"Lz4Hc", {Codec::Lz4, 9}}};
#ifdef LOKILIB_WITH_ZSTD
  cases.push_back({"Zstd", {Codec::Zstd, 0}});
  cases.push_back({"ZstdHigh", {Codec::Zstd, 12}});
#endif
  return cases;
}

INSTANTIATE_TEST_SUITE_P(, PageCodec, testing::ValuesIn(codecs()),
                         [](const auto& info) { return info.param.name; });

TEST(Page, RefusesAReferenceOutsideItsChunk) {
  ByteWriter chunk;
  const Result<PageRef> ref = write_page("0123456789", nullptr, chunk);
  ASSERT_TRUE(ref);
  PageRef wrong = *ref;
  wrong.offset = 8;
  EXPECT_EQ(error_of(chunk.view(), wrong), "page of 10 stored bytes in a chunk of 10 (offset 8)");
  wrong.offset = 4'294'967'288;
  EXPECT_EQ(error_of(chunk.view(), wrong), "page of 10 stored bytes in a chunk of 10 (offset 4294967288)");
  wrong.offset = 1;
  EXPECT_EQ(error_of(chunk.view(), wrong), "page at an odd place (offset 1)");
  wrong = *ref;
  wrong.raw = 11;
  EXPECT_EQ(error_of(chunk.view(), wrong), "page stores 10 bytes, 11 expected (offset 0)");
  wrong.raw = kPageBytesMax + 1;
  EXPECT_EQ(error_of(chunk.view(), wrong), "page of 8388609 bytes (offset 0)");
  wrong = *ref;
  wrong.codec = static_cast<Codec>(3);
  EXPECT_EQ(error_of(chunk.view(), wrong), "page codec 3: written by a newer version (offset 0)");
}

TEST(Page, RefusesToWriteMoreThanAReaderTakes) {
  ByteWriter chunk;
  const Result<PageRef> ref = write_page(std::string(kPageBytesMax + 1, 'x'), nullptr, chunk);
  ASSERT_FALSE(ref);
  EXPECT_EQ(ref.error().code, ErrorCode::InvalidArgument);
  EXPECT_TRUE(write_page(std::string(kPageBytesMax, 'x'), nullptr, chunk));
}

}  // namespace
}  // namespace lokilib::codec
