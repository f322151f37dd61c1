// SPDX-License-Identifier: Apache-2.0
// block_builder.h: the rows of one block before they are encoded: in order of (timestamp, arrival), within
// the limits of a block, metadata already in columns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/entry.h>

#include "chunk/block.h"

namespace lokilib::chunk {

/// Limits that a writer may set lower, never higher.
struct BlockLimits {
  uint32_t rows_max = kRowsPerBlockMax;
  uint64_t line_bytes_max = 4 * 1024 * 1024;      ///< a single longer line makes a block of its own
  uint64_t metadata_bytes_max = 4 * 1024 * 1024;  ///< the same for an entry with more metadata
};

class BlockBuilder {
 public:
  /// The values of one name, for the rows that have it, ascending.
  struct Column {
    std::string name;
    std::vector<uint16_t> rows;
    std::vector<std::string_view> values;
  };

  /// Whether the block with this entry is still within the limits; an empty one takes any.
  bool has_room(const EntryView& entry, const BlockLimits& limits) const;

  /// Adds a row that is not earlier than the last. Its metadata has no repeated names; its bytes outlive the
  /// encoding. Pre: fewer than kRowsPerBlockMax rows.
  void add(const EntryView& entry);
  /// The same, but copies the bytes.
  void add_copy(const EntryView& entry);

  bool empty() const { return times_ns_.empty(); }
  const BlockStats& stats() const { return stats_; }
  std::span<const int64_t> times_ns() const { return times_ns_; }
  std::span<const std::string_view> lines() const { return lines_; }
  /// Sorted by name where sort_columns() was called last.
  std::span<const Column> columns() const { return columns_; }
  /// So that equal rows give equal bytes, in whatever order names were met.
  void sort_columns();
  void clear();

 private:
  Column& column(std::string_view name, size_t position);

  BlockStats stats_;
  std::vector<int64_t> times_ns_;
  std::vector<std::string_view> lines_;
  std::vector<Column> columns_;
  std::vector<uint32_t> hints_;  // columns of the last row's metadata: the next row has mostly the same
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<MetadataView> copied_;
  Arena arena_;
};

}  // namespace lokilib::chunk
