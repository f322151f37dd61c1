// SPDX-License-Identifier: Apache-2.0
// chunk_property_test.cc: the order laws. A head, the chunk sealed from it and the chunk opened again give
// the same entries, whatever order they came in; backward is forward reversed; the parts of a range are the
// range; a filter is the naive filter.
#include <gtest/gtest.h>

#include <lokilib/chunk.h>

#include "chunk/chunk_support.h"
#include "chunk/chunk_writer.h"
#include "chunk/head.h"
#include "chunk/plain_block.h"

namespace lokilib::chunk {
namespace {

using test::EntryShape;
using test::for_each_seed;
using test::in_order;
using test::Random;
using test::random_entries;
using test::read_all;
using test::read_blocks;
using test::view_of;

using Blocks = std::vector<std::shared_ptr<const Block>>;

EntryShape random_shape(Random& random) {
  EntryShape shape;
  shape.count = random.below(300);
  shape.times = random.between(1, 200);
  shape.in_order = random.one_in(3);
  shape.line_max = random.one_in(4) ? 4000 : 12;  // long ones fill several parts
  shape.lines = random.one_in(2) ? 0 : 1 + random.below(6);
  shape.metadata_max = random.below(4);
  return shape;
}

// Puts the entries in a head; some of it is cut.
void fill(Head& head, const std::vector<Entry>& entries, Random& random) {
  std::vector<MetadataView> metadata;
  for (const Entry& entry : entries) {
    ASSERT_TRUE(head.append(view_of(entry, metadata)).has_value());
    if (random.one_in(100)) {
      ASSERT_TRUE(head.cut().has_value());
    }
  }
}

SelectRequest random_request(Random& random) {
  SelectRequest request;
  request.direction = random.one_in(2) ? Direction::Forward : Direction::Backward;
  request.batch_rows_max = static_cast<uint32_t>(random.one_in(2) ? 1024 : 1 + random.below(20));
  return request;
}

void set_random_range(Random& random, const std::vector<Entry>& entries, SelectRequest& request) {
  if (entries.empty()) return;
  request.range.begin_ns = random.pick(entries).timestamp_ns + random.between(-1, 1);
  request.range.end_ns = random.pick(entries).timestamp_ns + random.between(-1, 1);
}

std::vector<Entry> naive(const std::vector<Entry>& ordered, const SelectRequest& request,
                         std::string_view needle = {}) {
  std::vector<Entry> result;
  for (const Entry& entry : ordered) {
    if (!request.range.contains(entry.timestamp_ns)) continue;
    if (entry.line.find(needle) != std::string::npos) result.push_back(entry);
  }
  if (request.direction == Direction::Backward) std::reverse(result.begin(), result.end());
  return result;
}

void add_contains(SelectRequest& request, const std::string& needle) {
  request.predicate.filters.push_back({LineFilterOp::Contains, {{needle, false}}});
}

SealOptions random_seal(Random& random) {
  SealOptions options;
  options.limits.rows_max = static_cast<uint32_t>(random.one_in(2) ? kRowsPerBlockMax : 1 + random.below(60));
  options.limits.line_bytes_max = random.one_in(2) ? 4 << 20 : 1 + random.below(100'000);
  options.plain.line_page_bytes_max =
      static_cast<uint32_t>(random.one_in(2) ? 256 * 1024 : 1 + random.below(300));
  return options;
}

Blocks open_blocks(const EncodedChunk& chunk) {
  const BlockSource source(chunk.bytes);
  Blocks blocks;
  for (const BlockMeta& meta : chunk.blocks) {
    blocks.push_back(create_plain_block(source.part(meta.offset, meta.length), meta));
  }
  return blocks;
}

TEST(ChunkProperty, HeadAndSealedChunkGiveTheSame) {
  for_each_seed(60, [](Random& random) {
    const std::vector<Entry> entries = random_entries(random, random_shape(random));
    const std::vector<Entry> ordered = in_order(entries);
    Head head;
    fill(head, entries, random);
    ScanStats stats;
    const Result<EncodedChunk> chunk = seal_blocks(head.snapshot(), random_seal(random), stats);
    ASSERT_TRUE(chunk.has_value());
    const Blocks sealed = open_blocks(*chunk);
    const Result<EncodedChunk> again = seal_blocks(sealed, random_seal(random), stats);
    ASSERT_TRUE(again.has_value());
    ASSERT_EQ(stats.blocks_damaged, 0U) << stats.damage[0];
    for (int i = 0; i < 6; ++i) {
      SelectRequest request = random_request(random);
      if (i > 1) set_random_range(random, entries, request);
      const std::vector<Entry> want = naive(ordered, request);
      ASSERT_EQ(read_blocks(head.snapshot(), request), want);
      ASSERT_EQ(read_blocks(sealed, request), want);
      ASSERT_EQ(read_blocks(open_blocks(*again), request), want);
    }
  });
}

TEST(ChunkProperty, AFilterGivesWhatAScanOverAllLinesGives) {
  for_each_seed(60, [](Random& random) {
    const std::vector<Entry> entries = random_entries(random, random_shape(random));
    const std::vector<Entry> ordered = in_order(entries);
    Head head;
    fill(head, entries, random);
    ScanStats stats;
    const Result<EncodedChunk> chunk = seal_blocks(head.snapshot(), random_seal(random), stats);
    ASSERT_TRUE(chunk.has_value());
    for (int i = 0; i < 8; ++i) {
      SelectRequest request = random_request(random);
      if (random.one_in(2)) set_random_range(random, entries, request);
      std::string needle = "ab";
      if (!entries.empty() && random.one_in(2)) {
        const std::string& line = random.pick(entries).line;
        const size_t begin = random.below(line.size() + 1);
        needle = line.substr(begin, 1 + random.below(5));
      }
      if (needle.empty()) needle = "b";
      add_contains(request, needle);
      const std::vector<Entry> want = naive(ordered, request, needle);
      ASSERT_EQ(read_blocks(head.snapshot(), request), want) << needle;
      ASSERT_EQ(read_blocks(open_blocks(*chunk), request), want) << needle;
    }
  });
}

TEST(ChunkProperty, OverlappingBlocksGiveTheUnion) {
  for_each_seed(80, [](Random& random) {
    std::vector<Entry> all;
    Blocks blocks;
    const size_t block_count = 1 + random.below(6);
    for (size_t b = 0; b < block_count; ++b) {
      EntryShape shape = random_shape(random);
      shape.count = 1 + random.below(80);
      std::vector<Entry> entries = random_entries(random, shape);
      if (!all.empty() && random.one_in(2)) {  // some of what an earlier block has
        for (size_t i = 0; i < 20; ++i) entries.push_back(random.pick(all));
      }
      Head head;
      std::vector<MetadataView> metadata;
      for (const Entry& entry : entries) ASSERT_TRUE(head.append(view_of(entry, metadata)).has_value());
      for (const auto& block : head.snapshot()) blocks.push_back(block);
      all.insert(all.end(), entries.begin(), entries.end());
    }
    const std::vector<Entry> ordered = in_order(all);
    for (int i = 0; i < 4; ++i) {
      SelectRequest request = random_request(random);
      if (i > 1) set_random_range(random, all, request);
      ASSERT_EQ(read_blocks(blocks, request), naive(ordered, request));
    }
  });
}

TEST(ChunkProperty, ThePartsOfARangeAreTheRange) {
  for_each_seed(60, [](Random& random) {
    const std::vector<Entry> entries = random_entries(random, random_shape(random));
    Head head;
    fill(head, entries, random);
    const Blocks blocks = head.snapshot();
    const std::vector<Entry> whole = read_blocks(blocks);
    if (whole.empty()) return;
    std::vector<int64_t> cuts = {INT64_MIN, INT64_MAX};
    for (int i = 0; i < 4; ++i) cuts.push_back(random.pick(whole).timestamp_ns + random.between(0, 1));
    std::sort(cuts.begin(), cuts.end());
    std::vector<Entry> joined;
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
      SelectRequest request;
      request.range = {cuts[i], cuts[i + 1]};
      for (Entry& entry : read_blocks(blocks, request)) joined.push_back(std::move(entry));
    }
    ASSERT_EQ(joined, whole);
  });
}

TEST(ChunkProperty, AViewGivesWhatTheBuilderTook) {
  for_each_seed(60, [](Random& random) {
    const std::vector<Entry> entries = random_entries(random, random_shape(random));
    const std::vector<Entry> ordered = in_order(entries);
    ChunkOptions options;
    options.codec = static_cast<ChunkCodec>(random.below(4));
    options.block_rows_max = static_cast<uint32_t>(1 + random.below(1000));
    ChunkBuilder builder(options);
    std::vector<MetadataView> metadata;
    for (const Entry& entry : entries) ASSERT_TRUE(builder.append(view_of(entry, metadata)).has_value());
    Result<std::string> bytes = builder.seal();
    ASSERT_TRUE(bytes.has_value());
    const Result<ChunkView> view = ChunkView::open(std::move(*bytes));
    ASSERT_TRUE(view.has_value()) << view.error().to_string();
    EXPECT_EQ(view->entry_count(), ordered.size());
    EXPECT_EQ(view->time_min_ns().has_value(), !ordered.empty());
    const SelectRequest request = random_request(random);
    auto cursor = view->cursor(LabelSet(), request);
    ASSERT_TRUE(cursor.has_value());
    ScanStats stats;
    ASSERT_EQ(read_all(**cursor, stats, request.direction), naive(ordered, request));
  });
}

}  // namespace
}  // namespace lokilib::chunk
