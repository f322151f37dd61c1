// SPDX-License-Identifier: Apache-2.0
// segment_reader.h: an open segment: its directory checked once and kept, its chunks read when asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/file_system.h>
#include <lokilib/label_index.h>
#include <lokilib/matcher.h>
#include <lokilib/result.h>
#include <lokilib/time_range.h>

#include "storage/damage.h"
#include "storage/manifest.h"
#include "storage/stream_blocks.h"

namespace lokilib::storage {

/// Immutable. Threads: any number at once.
class SegmentReader {
 public:
  /// Errors: `Corrupt` with file and offset, `Unsupported` (a newer format), `NotFound`, `Io`.
  static Result<std::shared_ptr<const SegmentReader>> open(FileSystem& file_system, const std::string& path);
  ~SegmentReader();
  SegmentReader(const SegmentReader&) = delete;
  SegmentReader& operator=(const SegmentReader&) = delete;

  /// What the segment says of itself: the manifest's record of it can be rebuilt from this.
  const SegmentRecord& record() const { return record_; }
  const LabelIndex& index() const;

  /// The streams that the matchers select and that have entries in the range, in order of label sets. The
  /// blocks keep the file open, not the reader. A chunk whose metadata makes no sense is left out and noted.
  Result<std::vector<StreamBlocks>> select(const std::vector<Matcher>& matchers, const TimeRange& range,
                                           std::vector<Damage>& damage) const;

 private:
  struct Impl;
  SegmentReader();

  SegmentRecord record_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib::storage
