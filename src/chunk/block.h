// SPDX-License-Identifier: Apache-2.0
// block.h: up to 65,536 entries of one stream, encoded together. A head's open slab, a plain block and a
// template block answer the same questions; nobody above asks which it is.
//
// Rows are numbered from 0 in the order (timestamp, arrival).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <lokilib/batch.h>
#include <lokilib/log_source.h>
#include <lokilib/result.h>

#include "chunk/row_set.h"

namespace lokilib::text {
class CompiledPredicate;
}

namespace lokilib::chunk {

/// No line and no entry's metadata is larger, in bytes. A page may hold as much when decompressed.
inline constexpr uint32_t kLineBytesMax = 8 * 1024 * 1024;
inline constexpr uint32_t kMetadataBytesMax = 4 * 1024 * 1024;
/// Different metadata names in one block.
inline constexpr uint32_t kMetadataNamesMax = 8192;

struct BlockStats {
  uint32_t rows = 0;
  uint64_t line_bytes = 0;      ///< raw bytes of all lines
  uint64_t metadata_bytes = 0;  ///< raw bytes of all metadata names and values
  int64_t time_min_ns = 0;
  int64_t time_max_ns = 0;  ///< of the newest entry, so the range is closed
};

/// One query's work on one block: what is decompressed stays until the reader goes. Keeps the block alive.
///
/// Threads: one at a time.
/// Errors: `Corrupt` with file and offset where the block came from a file.
class BlockReader {
 public:
  virtual ~BlockReader() = default;

  /// The timestamps of all rows, non-decreasing. Valid as long as the reader.
  virtual Result<std::span<const int64_t>> times() = 0;

  /// The bytes of every row's line. Valid as long as the reader.
  virtual Result<std::span<const uint32_t>> line_sizes() = 0;

  /// Narrows `rows` to those whose line passes. Exact, never a superset.
  virtual Result<void> filter(const text::CompiledPredicate& predicate, RowSet& rows, ScanStats& stats) = 0;

  /// Fills `out`, which has been reset for rows.size() entries, with the rows in the order given (ascending
  /// or descending): timestamps, and of lines and metadata what is asked for. Texts live as long as the
  /// reader.
  virtual Result<void> read(std::span<const uint16_t> rows, LineNeeds lines, const MetadataNeeds& metadata,
                            Batch& out, ScanStats& stats) = 0;
};

/// Immutable. Threads: any number at once.
class Block : public std::enable_shared_from_this<Block> {
 public:
  virtual ~Block() = default;

  virtual const BlockStats& stats() const = 0;
  virtual std::unique_ptr<BlockReader> open() const = 0;
  /// Memory that the block holds, not counting mapped files.
  virtual uint64_t memory_bytes() const { return 0; }
};

}  // namespace lokilib::chunk
