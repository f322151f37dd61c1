// SPDX-License-Identifier: Apache-2.0
// segment_writer.h: writes a segment, stream by stream, under a temporary name; it gets its own when it is
// whole and synced. Memory: one chunk, and some hundred bytes a block for the directory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <lokilib/file_system.h>
#include <lokilib/labels.h>
#include <lokilib/result.h>

#include "chunk/chunk_writer.h"
#include "storage/manifest.h"
#include "storage/paths.h"

namespace lokilib::storage {

/// Threads: one at a time.
class SegmentWriter {
 public:
  /// Errors: `Io`, `NoSpace`.
  static Result<std::unique_ptr<SegmentWriter>> create(FileSystem& file_system, const StorePaths& paths,
                                                       uint64_t number);
  /// Removes the temporary file if finish() was not reached or failed.
  ~SegmentWriter();
  SegmentWriter(const SegmentWriter&) = delete;
  SegmentWriter& operator=(const SegmentWriter&) = delete;

  /// Adds a stream's chunk; one without blocks is left out. Pre: label sets come in ascending order.
  /// Errors: `Io`, `NoSpace`.
  Result<void> add(const LabelSet& labels, const chunk::EncodedChunk& chunk);

  bool empty() const;

  /// Completes the file and gives it its name, durably. Pre: not empty(). Errors: `Io`, `NoSpace`,
  /// `LimitExceeded` for a directory over 2 GiB.
  Result<SegmentRecord> finish(uint64_t wal_last);

 private:
  struct Impl;
  explicit SegmentWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib::storage
