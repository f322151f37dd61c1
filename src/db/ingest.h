// SPDX-License-Identifier: Apache-2.0
// ingest.h: what happens to entries between a caller and a tenant's store: labels completed and checked,
// entries checked, metadata names normalised, levels detected, rates kept. Refusals are collected, not
// thrown: what is valid goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/clock.h>
#include <lokilib/database.h>
#include <lokilib/ingest_limits.h>

#include "base/mutex.h"
#include "storage/append.h"
#include "stream/detected_level.h"
#include "stream/ingest_limits.h"
#include "stream/rate_limit.h"

namespace lokilib::db {

/// A stream's labels as they are stored, worked out once per label set that is seen.
struct PreparedLabels {
  PreparedLabels(LabelSet complete, const IngestLimits& limits, const Clock& clock)
      : labels(std::move(complete)), rate(clock, limits.stream_rate_bytes, limits.stream_burst_bytes) {}

  const LabelSet labels;  ///< with service_name
  std::optional<stream::Refusal> refusal;
  std::optional<std::string_view>
      level;  ///< that the labels give to every entry; views `labels` or static text
  stream::TokenBucket rate;
};

/// One call's entries on their way to the store. Reused by its thread: all memory is in the arena and the
/// vectors.
struct IngestBatch {
  Arena arena;
  std::vector<std::shared_ptr<PreparedLabels>> labels;  ///< one for each of `streams`
  std::vector<std::vector<EntryView>> entries;          ///< one for each of `streams`
  std::vector<storage::StreamAppend> streams;
  uint64_t entry_count = 0;
  uint64_t bytes = 0;
  AppendReport report;
};

/// Threads: all members may be called from any thread.
class Ingest {
 public:
  Ingest(std::string tenant, const IngestLimits& limits, const Clock& clock);

  /// Checks and completes. Errors (nothing may be stored): `InvalidArgument` for metadata whose name cannot
  /// be normalised, `RateLimited` over the tenant's rate.
  Result<void> prepare(std::span<const StreamEntries> streams, IngestBatch& batch);

  /// Puts what the store did not take into the batch's report, with Loki's texts.
  void report_outcome(const storage::AppendOutcome& outcome, IngestBatch& batch) const;

  storage::AppendRules rules() const { return {limits_.ordering_window_ns, limits_.streams_max}; }

 private:
  std::shared_ptr<PreparedLabels> prepared_labels(const LabelSet& labels) LOKILIB_EXCLUDES(labels_mutex_);
  Result<void> prepare_stream(const StreamEntries& stream, int64_t now_ns, IngestBatch& batch);
  Result<EntryView> complete_entry(EntryView entry, const PreparedLabels& labels, Arena& arena) const;
  std::span<const MetadataView> add_level(const EntryView& entry, const PreparedLabels& labels,
                                          Arena& arena) const;
  void drop_stream_over_rate(const PreparedLabels& labels, std::span<const EntryView> entries, uint64_t bytes,
                             IngestBatch& batch) const;

  struct FingerprintHash {
    size_t operator()(const LabelSet& labels) const { return labels.fingerprint(); }
  };

  const std::string tenant_;
  const IngestLimits limits_;
  const Clock& clock_;
  const stream::LevelDetector levels_;
  stream::TokenBucket rate_;
  SharedMutex labels_mutex_;
  std::unordered_map<LabelSet, std::shared_ptr<PreparedLabels>, FingerprintHash>
      labels_  // by the labels given
          LOKILIB_GUARDED_BY(labels_mutex_);
};

}  // namespace lokilib::db
