// SPDX-License-Identifier: Apache-2.0
// chunk_support.h: random entries, the naive model of a stream, and reading a cursor to its end.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/entry.h>
#include <lokilib/log_source.h>

#include "chunk/batch_metadata.h"
#include "chunk/block.h"
#include "chunk/merge_cursor.h"
#include "support/random.h"
#include "text/compiled_predicate.h"

namespace lokilib::test {

/// The entry as views into `entry` and `metadata`.
inline EntryView view_of(const Entry& entry, std::vector<MetadataView>& metadata) {
  metadata.clear();
  for (const Label& pair : entry.metadata) metadata.push_back({pair.name, pair.value});
  return {entry.timestamp_ns, entry.line, metadata};
}

/// What a stream holds after `arrived`, dumbly: by time, equal times by arrival, each entry once.
inline std::vector<Entry> in_order(std::vector<Entry> arrived) {
  for (Entry& entry : arrived) std::sort(entry.metadata.begin(), entry.metadata.end());
  std::vector<Entry> kept;
  for (const Entry& entry : arrived) {
    if (std::find(kept.begin(), kept.end(), entry) == kept.end()) kept.push_back(entry);
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [](const Entry& a, const Entry& b) { return a.timestamp_ns < b.timestamp_ns; });
  return kept;
}

/// Everything a cursor gives; lines and metadata are what was asked for.
inline std::vector<Entry> read_all(StreamCursor& cursor, ScanStats& stats, Direction direction) {
  std::vector<Entry> entries;
  Batch batch;
  while (true) {
    const int64_t bound = cursor.bound_ns();
    Result<bool> more = cursor.next(batch, stats);
    if (!more.has_value()) {
      ADD_FAILURE() << more.error().to_string();
      return entries;
    }
    if (!*more) return entries;
    EXPECT_LE(batch.row_count(), kBatchRowsMax);
    EXPECT_EQ(batch.selection.size(), batch.row_count());
    const chunk::BatchMetadata columns(batch);
    std::vector<MetadataView> metadata;
    for (size_t row = 0; row < batch.row_count(); ++row) {
      Entry entry{batch.timestamps_ns()[row], std::string(batch.lines()[row]), {}};
      columns.collect(row, metadata);
      for (const MetadataView& pair : metadata) {
        entry.metadata.push_back({std::string(pair.name), std::string(pair.value)});
      }
      EXPECT_TRUE(direction == Direction::Forward ? entry.timestamp_ns >= bound
                                                  : entry.timestamp_ns <= bound);
      entries.push_back(std::move(entry));
    }
  }
}

/// Everything the blocks hold, as the request wants it.
inline std::vector<Entry> read_blocks(const std::vector<std::shared_ptr<const chunk::Block>>& blocks,
                                      const SelectRequest& request, ScanStats& stats) {
  std::shared_ptr<const text::CompiledPredicate> predicate;
  if (!request.predicate.empty()) {
    auto compiled = text::CompiledPredicate::compile(request.predicate);
    if (!compiled.has_value()) {
      ADD_FAILURE() << compiled.error().to_string();
      return {};
    }
    predicate = *compiled;
  }
  const auto cursor = chunk::create_merge_cursor(LabelSet(), blocks, request, predicate);
  return read_all(*cursor, stats, request.direction);
}

inline std::vector<Entry> read_blocks(const std::vector<std::shared_ptr<const chunk::Block>>& blocks,
                                      const SelectRequest& request = {}) {
  ScanStats stats;
  std::vector<Entry> entries = read_blocks(blocks, request, stats);
  EXPECT_EQ(stats.blocks_damaged, 0U) << (stats.damage.empty() ? "" : stats.damage[0]);
  return entries;
}

/// How random entries look. Small ranges, so that equal and disordered ones meet often.
struct EntryShape {
  size_t count = 100;
  int64_t times = 50;     // different timestamps
  bool in_order = false;  // times never go back
  size_t line_max = 20;
  size_t lines = 0;         // different lines; 0: any number
  size_t metadata_max = 3;  // pairs
};

inline std::vector<Entry> random_entries(Random& random, const EntryShape& shape) {
  static const std::string_view alphabet("ab \n\0\r\xff\xc3\xa9\"{}=%1", 15);
  std::vector<std::string> lines;
  for (size_t i = 0; i < shape.lines; ++i) lines.push_back(random.text(alphabet, shape.line_max));
  std::vector<Entry> entries;
  int64_t time = random.between(-5, 5) * 1'000'000'007;
  for (size_t i = 0; i < shape.count; ++i) {
    const int64_t step = random.between(0, 2);
    time = shape.in_order ? time + step : random.between(0, shape.times - 1) * 1'000'003;
    Entry entry{time, lines.empty() ? random.text(alphabet, shape.line_max) : random.pick(lines), {}};
    static const char* const kNames[] = {"detected_level", "trace_id", "user", "n"};
    const size_t pairs = shape.metadata_max == 0 ? 0 : random.below(shape.metadata_max + 1);
    const size_t first = random.below(std::size(kNames));
    for (size_t p = 0; p < pairs; ++p) {
      const std::string name = kNames[(first + p) % std::size(kNames)];
      const std::string value = name == "trace_id" ? std::to_string(random.next()) : random.text("xy", 2);
      entry.metadata.push_back({name, value});
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace lokilib::test
