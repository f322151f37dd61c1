// SPDX-License-Identifier: Apache-2.0
// merge_cursor_test.cc: what is opened, what is left out, and how a batch is cut.
#include "chunk/merge_cursor.h"

#include <gtest/gtest.h>

#include "chunk/chunk_support.h"
#include "chunk/head.h"
#include "chunk/plain_block.h"

namespace lokilib::chunk {
namespace {

using test::read_blocks;
using test::view_of;

std::shared_ptr<const Block> block_of(const std::vector<Entry>& entries) {
  BlockBuilder builder;
  std::vector<MetadataView> metadata;
  for (const Entry& entry : entries) builder.add_copy(view_of(entry, metadata));
  Result<EncodedBlock> block = encode_plain_block(builder, {});
  return create_plain_block(std::move(*block));
}

// A block that says what it holds but whose bytes are broken.
std::shared_ptr<const Block> damaged_block(const std::vector<Entry>& entries, uint32_t offset_in_pages) {
  BlockBuilder builder;
  std::vector<MetadataView> metadata;
  for (const Entry& entry : entries) builder.add_copy(view_of(entry, metadata));
  Result<EncodedBlock> block = encode_plain_block(builder, {});
  block->bytes[offset_in_pages] = static_cast<char>(block->bytes[offset_in_pages] ^ 1);
  return create_plain_block(std::move(*block));
}

TEST(MergeCursor, GivesNothingWithoutBlocks) {
  EXPECT_TRUE(read_blocks({}).empty());
}

TEST(MergeCursor, PutsEqualTimesInOrderOfArrivalOfTheBlocks) {
  const auto first = block_of({{1, "a", {}}, {5, "b", {}}});
  const auto second = block_of({{1, "c", {}}, {3, "d", {}}, {5, "e", {}}});
  const std::vector<Entry> want = {{1, "a", {}}, {1, "c", {}}, {3, "d", {}}, {5, "b", {}}, {5, "e", {}}};
  EXPECT_EQ(read_blocks({first, second}), want);
}

TEST(MergeCursor, GivesEqualEntriesOfDifferentBlocksOnce) {
  const auto first = block_of({{1, "a", {}}, {2, "a", {{"k", "1"}}}, {2, "b", {}}});
  const auto second = block_of({{1, "a", {}}, {2, "a", {{"k", "1"}}}, {2, "a", {}}});
  const std::vector<Entry> want = {{1, "a", {}}, {2, "a", {{"k", "1"}}}, {2, "b", {}}, {2, "a", {}}};
  ScanStats stats;
  EXPECT_EQ(read_blocks({first, second}, {}, stats), want);
  EXPECT_EQ(stats.duplicates, 2U);
}

TEST(MergeCursor, ComparesEntriesAlsoWhereOnlyTheirNumberIsAsked) {
  const auto block = block_of({{1, "a", {}}, {2, "b", {}}});
  SelectRequest request;
  request.lines = LineNeeds::None;
  request.metadata = {false, {}};
  EXPECT_EQ(read_blocks({block, block}, request).size(), 2U);
}

TEST(MergeCursor, KeepsEqualEntriesOfOneBlock) {
  EXPECT_EQ(read_blocks({block_of({{1, "a", {}}, {1, "a", {}}}), block_of({{1, "b", {}}})}).size(), 3U);
}

TEST(MergeCursor, SkipsBlocksOutsideTheRangeUnopened) {
  const auto broken = damaged_block({{1, "a", {}}}, 0);
  const auto good = block_of({{10, "b", {}}, {20, "c", {}}, {30, "d", {}}});
  SelectRequest request;
  request.range = {15, 30};
  ScanStats stats;
  EXPECT_EQ(read_blocks({broken, good}, request, stats), (std::vector<Entry>{{20, "c", {}}}));
  EXPECT_EQ(stats.blocks, 2U);
  EXPECT_EQ(stats.blocks_skipped_time, 1U);
  EXPECT_EQ(stats.blocks_damaged, 0U);
}

TEST(MergeCursor, OpensABlockOnlyWhenItsTimeComes) {
  std::vector<std::shared_ptr<const Block>> blocks;
  for (int64_t i = 0; i < 10; ++i) blocks.push_back(block_of({{i * 10, "a", {}}, {i * 10 + 5, "b", {}}}));
  SelectRequest request;
  request.direction = Direction::Backward;
  request.batch_rows_max = 2;
  const auto cursor = create_merge_cursor(LabelSet(), blocks, request, nullptr);
  EXPECT_EQ(cursor->bound_ns(), 95);
  Batch batch;
  ScanStats stats;
  const Result<bool> more = cursor->next(batch, stats);
  ASSERT_TRUE(more.has_value() && *more);
  EXPECT_EQ(batch.row_count(), 2U);
  EXPECT_EQ(batch.timestamps_ns()[0], 95);
  EXPECT_EQ(stats.blocks, 1U);
  EXPECT_EQ(cursor->bound_ns(), 85);
}

TEST(MergeCursor, LeavesOutADamagedBlockAndSaysSo) {
  const auto broken = damaged_block({{1, "first", {}}, {4, "last", {}}}, 0);
  const auto good = block_of({{2, "b", {}}, {3, "c", {}}, {5, "d", {}}});
  ScanStats stats;
  EXPECT_EQ(read_blocks({broken, good}, {}, stats),
            (std::vector<Entry>{{2, "b", {}}, {3, "c", {}}, {5, "d", {}}}));
  EXPECT_EQ(stats.blocks_damaged, 1U);
  ASSERT_EQ(stats.damage.size(), 1U);
  EXPECT_NE(stats.damage[0].find("checksum"), std::string::npos) << stats.damage[0];
}

TEST(MergeCursor, EndsABatchWhereItsLinesWouldBeTooLarge) {
  const std::string line(400'000, 'x');
  const auto block = block_of({{1, line, {}}, {2, line, {}}, {3, line, {}}, {4, line + line + line, {}}});
  const auto cursor = create_merge_cursor(LabelSet(), {block}, {}, nullptr);
  Batch batch;
  ScanStats stats;
  std::vector<size_t> counts;
  while (true) {
    const Result<bool> more = cursor->next(batch, stats);
    ASSERT_TRUE(more.has_value());
    if (!*more) break;
    counts.push_back(batch.row_count());
  }
  EXPECT_EQ(counts, (std::vector<size_t>{2, 1, 1}));
}

TEST(MergeCursor, StopsWhenCancelled) {
  Cancellation cancellation;
  SelectRequest request;
  request.cancellation = &cancellation;
  const auto cursor = create_merge_cursor(LabelSet(), {block_of({{1, "a", {}}})}, request, nullptr);
  cancellation.cancel();
  Batch batch;
  ScanStats stats;
  const Result<bool> more = cursor->next(batch, stats);
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(more.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace lokilib::chunk
