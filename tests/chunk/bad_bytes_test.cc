// SPDX-License-Identifier: Apache-2.0
// bad_bytes_test.cc: a small chunk cut at every length and with every byte changed: an error, or an answer
// that lacks nothing but what is reported as damaged. Run it under the sanitizers too.
#include <gtest/gtest.h>

#include <lokilib/chunk.h>

#include "chunk/chunk_support.h"

namespace lokilib::chunk {
namespace {

using test::read_all;

std::vector<Entry> some_entries() {
  std::vector<Entry> entries;
  for (int64_t i = 0; i < 40; ++i) {
    Entry entry{i * i * 1000,
                "GET /api/item/" + std::to_string(i % 7) + " took " + std::to_string(i * 31) + "ms",
                {}};
    entry.metadata.push_back({"detected_level", i % 3 == 0 ? "info" : "warn"});
    if (i % 5 != 0) entry.metadata.push_back({"trace_id", std::to_string(i * 2654435761)});
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string some_chunk(ChunkCodec codec) {
  ChunkOptions options;
  options.codec = codec;
  options.block_rows_max = 15;
  ChunkBuilder builder(options);
  std::vector<MetadataView> metadata;
  for (const Entry& entry : some_entries()) {
    EXPECT_TRUE(builder.append(test::view_of(entry, metadata)).has_value());
  }
  Result<std::string> bytes = builder.seal();
  EXPECT_TRUE(bytes.has_value());
  return std::move(*bytes);
}

// Reads all there is; every entry must be one of those that were written, and none may lack silently.
void expect_error_or_truth(const std::string& bytes, const std::vector<Entry>& written) {
  const Result<ChunkView> view = ChunkView::open(bytes);
  if (!view.has_value()) {
    EXPECT_FALSE(view.error().message.empty());
    return;
  }
  for (const bool filtered : {false, true}) {
    SelectRequest request;
    if (filtered) request.predicate.filters.push_back({LineFilterOp::Contains, {{"item/3", false}}});
    ScanStats stats;
    auto cursor = view->cursor(LabelSet(), request);
    ASSERT_TRUE(cursor.has_value());
    const std::vector<Entry> read = read_all(**cursor, stats, Direction::Forward);
    std::vector<Entry> want;
    for (const Entry& entry : written) {
      if (!filtered || entry.line.find("item/3") != std::string::npos) want.push_back(entry);
    }
    if (stats.blocks_damaged == 0) {
      ASSERT_EQ(read, want);
    } else {
      ASSERT_FALSE(stats.damage.empty());
      for (const Entry& entry : read) ASSERT_NE(std::find(want.begin(), want.end(), entry), want.end());
    }
  }
}

TEST(BadBytes, AChunkCutAnywhereIsAnError) {
  const std::string bytes = some_chunk(ChunkCodec::Lz4);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Result<ChunkView> view = ChunkView::open(bytes.substr(0, size));
    ASSERT_FALSE(view.has_value()) << size;
    EXPECT_EQ(view.error().code, ErrorCode::Corrupt);
  }
}

TEST(BadBytes, AChangedByteIsReportedOrWithoutEffect) {
  const std::vector<Entry> written = some_entries();
  for (const ChunkCodec codec : {ChunkCodec::None, ChunkCodec::Lz4, ChunkCodec::Zstd}) {
    const std::string bytes = some_chunk(codec);
    for (size_t at = 0; at < bytes.size(); ++at) {
      static const char kFlips[] = {'\x01', '\x80', '\xff'};
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ kFlips[at % 3]);
      ASSERT_NO_FATAL_FAILURE(expect_error_or_truth(changed, written)) << "byte " << at;
    }
  }
}

TEST(BadBytes, DamageNamesThePlace) {
  std::string bytes = some_chunk(ChunkCodec::Lz4);
  bytes[20] = static_cast<char>(bytes[20] ^ 1);  // in the first block's lines
  const Result<ChunkView> view = ChunkView::open(bytes);
  ASSERT_TRUE(view.has_value());
  ScanStats stats;
  const auto cursor = view->cursor(LabelSet(), {});
  const std::vector<Entry> read = read_all(**cursor, stats, Direction::Forward);
  EXPECT_EQ(read.size(), 25U) << "the other blocks are given";
  ASSERT_EQ(stats.damage.size(), 1U);
  EXPECT_NE(stats.damage[0].find("offset 16"), std::string::npos) << stats.damage[0];
}

}  // namespace
}  // namespace lokilib::chunk
