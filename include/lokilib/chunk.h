// SPDX-License-Identifier: Apache-2.0
// chunk.h: entries of one stream as compact bytes that stand for themselves: build, keep anywhere, open, and
// read in both directions with filters pushed down. A database keeps many chunks in a segment; this is for
// those who keep their own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <lokilib/entry.h>
#include <lokilib/export.h>
#include <lokilib/labels.h>
#include <lokilib/log_source.h>
#include <lokilib/result.h>

namespace lokilib {

enum class ChunkCodec : uint8_t {
  None,
  Lz4,
  Lz4High,  ///< smaller, slower to write, read as fast as Lz4
  Zstd,     ///< smaller again, read at half the speed; optional at build time
};

struct LOKILIB_EXPORT ChunkOptions {
  ChunkCodec codec = ChunkCodec::Lz4;
  uint32_t block_rows_max = 65'536;         ///< at most 65,536
  uint32_t block_line_bytes_max = 4 << 20;  ///< at most 4 MiB: larger blocks are smaller in sum
};

/// Collects the entries of one stream and encodes them.
///
/// Threads: one at a time.
class LOKILIB_EXPORT ChunkBuilder {
 public:
  explicit ChunkBuilder(const ChunkOptions& options = {});
  ~ChunkBuilder();
  ChunkBuilder(ChunkBuilder&&) noexcept;
  ChunkBuilder& operator=(ChunkBuilder&&) noexcept;

  /// Copies the entry. Times may come in any order; entries that are equal in time, line and metadata are
  /// kept once.
  ///
  /// Errors: `LineTooLong` (over 8 MiB), `MetadataTooLarge` (over 4 MiB).
  Result<void> append(const EntryView& entry);

  /// The chunk's bytes. The builder is then empty.
  /// Errors: `InvalidArgument` for options out of range; `Unsupported` for a codec this build lacks.
  Result<std::string> seal();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The entries of a chunk. A value type; copies share the bytes.
///
/// Threads: const members from any.
class LOKILIB_EXPORT ChunkView {
 public:
  /// Checks the directory; pages are checked when they are read.
  /// Errors: `Corrupt` with an offset in `bytes`; `Unsupported` for bytes of a newer version.
  static Result<ChunkView> open(std::string bytes);

  ChunkView(const ChunkView&);
  ChunkView& operator=(const ChunkView&);
  ~ChunkView();

  uint64_t entry_count() const;
  uint64_t line_bytes() const;
  uint32_t block_count() const;
  /// Of the oldest and newest entry; nothing where there are none.
  std::optional<int64_t> time_min_ns() const;
  std::optional<int64_t> time_max_ns() const;

  /// The entries of the request's range that pass its predicate, in time order, equal times in order of
  /// arrival, or the exact reverse; `labels` are those of the stream. Matchers are not looked at. Pages that
  /// turn out damaged are left out and described in the ScanStats of the cursor's calls.
  /// Errors: `InvalidQuery` for a predicate that does not compile.
  Result<std::unique_ptr<StreamCursor>> cursor(LabelSet labels, const SelectRequest& request) const;

 private:
  struct Impl;
  explicit ChunkView(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace lokilib
