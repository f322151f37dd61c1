// SPDX-License-Identifier: Apache-2.0
// plain_block_test.cc: every kind of line that may arrive goes in and comes out, and costs what it should.
#include "chunk/plain_block.h"

#include <gtest/gtest.h>

#include "chunk/chunk_support.h"

namespace lokilib::chunk {
namespace {

using test::read_blocks;
using test::view_of;

EncodedBlock encode(const std::vector<Entry>& entries, const PlainBlockOptions& options = {}) {
  BlockBuilder builder;
  std::vector<MetadataView> metadata;
  for (const Entry& entry : entries) builder.add_copy(view_of(entry, metadata));
  Result<EncodedBlock> block = encode_plain_block(builder, options);
  EXPECT_TRUE(block.has_value()) << block.error().to_string();
  return block.has_value() ? std::move(*block) : EncodedBlock();
}

struct Case {
  std::string name;
  std::vector<Entry> entries;
};

std::vector<Entry> lines(std::vector<std::string> texts) {
  std::vector<Entry> entries;
  for (std::string& text : texts)
    entries.push_back({static_cast<int64_t>(entries.size()), std::move(text), {}});
  return entries;
}

template <typename Make>
std::vector<Entry> many(size_t count, Make make) {
  std::vector<Entry> entries;
  for (size_t i = 0; i < count; ++i) entries.push_back(make(i));
  return entries;
}

std::vector<Case> cases() {
  using namespace std::string_literals;
  return {
      {"OneEmptyLine", lines({""})},
      {"EmptyLines", lines({"", "", ""})},
      {"EmptyBesideFull", lines({"", "a", "", "", "b", ""})},
      {"NewlinesNulAndCarriageReturn", lines({"a\nb", "\0"s, "a\0b\0"s, "x\r", "\r\n"})},
      {"InvalidUtf8", lines({"\xff\xfe", "\xc3", "\xe2\x82", "ok"})},
      {"Ansi", lines({"\x1b[31mred\x1b[0m"})},
      {"LineOfMegabytes", lines({"short", std::string(3'000'000, 'x') + "end"})},
      {"LargestLine", lines({std::string(kLineBytesMax, 'y')})},
      {"ManyEqualLines", many(kRowsPerBlockMax,
                              [](size_t i) {
                                return Entry{int64_t(i), "the same", {}};
                              })},
      {"ManyDifferentLines", many(kRowsPerBlockMax,
                                  [](size_t i) {
                                    return Entry{int64_t(i), std::to_string(i * 2654435761U), {}};
                                  })},
      {"ManyEmptyLines", many(kRowsPerBlockMax,
                              [](size_t) {
                                return Entry{7, "", {}};
                              })},
      {"ExtremeTimes", {{INT64_MIN, "a", {}}, {-1, "b", {}}, {0, "c", {}}, {INT64_MAX - 1, "d", {}}}},
      {"MetadataOfEveryKind",
       many(5000,
            [](size_t i) {
              Entry entry{
                  int64_t(i), "x", {{"all", i % 2 == 0 ? "a" : "b"}, {"id", std::to_string(i * 7919)}}};
              if (i % 3 == 0) entry.metadata.push_back({"third", std::to_string(i)});
              if (i == 4321) entry.metadata.push_back({"zonce", ""});
              return entry;
            })},
      {"ManyNames",
       many(1000,
            [](size_t i) {
              return Entry{int64_t(i), "x", {{"name" + std::to_string(i), std::string(i % 50, 'v')}}};
            })},
      {"LargeMetadata", {{1, "x", {{"k", std::string(3'000'000, 'm')}}}}},
  };
}

class PlainBlock : public testing::TestWithParam<Case> {};

TEST_P(PlainBlock, GivesBackWhatWentIn) {
  const Case& c = GetParam();
  EncodedBlock encoded = encode(c.entries);
  EXPECT_EQ(encoded.meta.stats.rows, c.entries.size());
  const auto block = create_plain_block(std::move(encoded));
  std::vector<Entry> want = c.entries;
  for (Entry& entry : want) std::sort(entry.metadata.begin(), entry.metadata.end());
  ASSERT_TRUE(read_blocks({block}) == want);
  SelectRequest backward;
  backward.direction = Direction::Backward;
  std::reverse(want.begin(), want.end());
  ASSERT_TRUE(read_blocks({block}, backward) == want);
}

INSTANTIATE_TEST_SUITE_P(, PlainBlock, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

size_t encoded_size(const std::vector<Entry>& entries) {
  return encode(entries).bytes.size();
}

TEST(PlainBlockSize, EqualLinesCostAlmostNothing) {
  EXPECT_LT(encoded_size(many(kRowsPerBlockMax,
                              [](size_t i) {
                                return Entry{int64_t(i) * 1000, "the same", {}};
                              })),
            8'000U);
}

TEST(PlainBlockSize, AFewLevelsCostBitsPerEntry) {
  const auto make = [](bool with_level) {
    return many(20'000, [with_level](size_t i) {
      static const char* const kLevels[] = {"info", "warn", "error", "debug"};
      Entry entry{static_cast<int64_t>(i), std::to_string(i * 2654435761U), {}};
      if (with_level) entry.metadata.push_back({"detected_level", kLevels[i * 2654435761U % 97 % 4]});
      return entry;
    });
  };
  EXPECT_LT(encoded_size(make(true)), encoded_size(make(false)) + 20'000 / 4 + 500);
}

TEST(PlainBlockReader, ReadsOnlyThePagesOfWantedRows) {
  const auto block = create_plain_block(encode(many(4000, [](size_t i) {
    return Entry{static_cast<int64_t>(i), std::to_string(i * 2654435761U) + std::string(500, 'x'), {}};
  })));
  SelectRequest request;
  request.range = {1000, 1010};
  ScanStats stats;
  EXPECT_EQ(read_blocks({block}, request, stats).size(), 10U);
  EXPECT_LT(stats.decompressed_bytes, 300'000U);
  EXPECT_EQ(stats.lines_scanned, 10U);
}

TEST(PlainBlockReader, GivesOnlyTheMetadataThatIsWanted) {
  const auto block = create_plain_block(encode({{1, "x", {{"a", "1"}, {"b", "2"}}}}));
  SelectRequest request;
  request.metadata = {false, {"b", "c"}};
  EXPECT_EQ(read_blocks({block}, request), (std::vector<Entry>{{1, "x", {{"b", "2"}}}}));
  request.metadata = {false, {}};
  EXPECT_EQ(read_blocks({block}, request), (std::vector<Entry>{{1, "x", {}}}));
}

TEST(PlainBlockReader, GivesSizesWithoutDecompressingLines) {
  const auto block = create_plain_block(encode(lines({"abc", "", "a longer line"})));
  SelectRequest request;
  request.lines = LineNeeds::Sizes;
  const auto cursor = create_merge_cursor(LabelSet(), {block}, request, nullptr);
  Batch batch;
  ScanStats stats;
  const Result<bool> more = cursor->next(batch, stats);
  ASSERT_TRUE(more.has_value() && *more);
  EXPECT_EQ(std::vector<uint32_t>(batch.line_sizes().begin(), batch.line_sizes().end()),
            (std::vector<uint32_t>{3, 0, 13}));
}

TEST(PlainBlockReader, ReadsWhatEachCompressorWrote) {
  const auto entries = many(1000, [](size_t i) {
    return Entry{int64_t(i), "line " + std::to_string(i), {}};
  });
  for (const codec::Compression compression :
       {codec::Compression{codec::Codec::Stored, 0}, codec::Compression{codec::Codec::Lz4, 9},
        codec::Compression{codec::Codec::Zstd, 3}}) {
    PlainBlockOptions options;
    options.compression = compression;
    ASSERT_TRUE(read_blocks({create_plain_block(encode(entries, options))}) == entries);
  }
}

}  // namespace
}  // namespace lokilib::chunk
