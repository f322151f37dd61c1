// SPDX-License-Identifier: Apache-2.0
// stored_log_source.h: a tenant's streams as a LogSource, and look-ups of labels, series and volumes, over
// all parts of a version: memtables and segments. A stream is its label set; each part numbers series its own
// way.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/log_source.h>
#include <lokilib/matcher.h>
#include <lokilib/time_range.h>

#include "storage/store_version.h"

namespace lokilib::storage {

/// What one part has of a stream: the entries of its head, or of its chunk in a segment.
struct ChunkVolume {
  int64_t time_min_ns = 0;
  int64_t time_max_ns = 0;  ///< of the newest entry: a closed range
  uint64_t entries = 0;
  uint64_t line_bytes = 0;
  uint64_t metadata_bytes = 0;
};

struct StreamVolumes {
  LabelSet labels;
  std::vector<ChunkVolume> blocks;  ///< those that overlap the range, whole: prorating is the caller's
  uint64_t chunks = 0;              ///< chunks and heads that those blocks are of
};

/// Every call looks at the store as it is at that moment, also after the store was closed.
///
/// Threads: all members may be called from any thread. Damaged parts are left out (select() reports them).
class StoredLogSource final : public LogSource {
 public:
  explicit StoredLogSource(std::shared_ptr<const VersionHolder> versions) : versions_(std::move(versions)) {}

  bool applies_predicate() const override { return true; }
  Result<std::vector<std::unique_ptr<StreamCursor>>> select(const SelectRequest& request,
                                                            ScanStats& stats) const override;

  /// Of streams that have entries in the range and satisfy the matchers; sorted.
  Result<std::vector<std::string>> label_names(const TimeRange& range,
                                               const std::vector<Matcher>& matchers) const;
  Result<std::vector<std::string>> label_values(std::string_view name, const TimeRange& range,
                                                const std::vector<Matcher>& matchers) const;
  Result<std::vector<LabelSet>> series(const TimeRange& range, const std::vector<Matcher>& matchers) const;
  Result<std::vector<StreamVolumes>> volumes(const TimeRange& range,
                                             const std::vector<Matcher>& matchers) const;

 private:
  std::shared_ptr<const VersionHolder> versions_;
};

}  // namespace lokilib::storage
