// SPDX-License-Identifier: Apache-2.0
// memtable.h: what was appended since the last flush: a head for each stream and the label index over them.
// One memtable is active; those being flushed take no more entries. An entry is in exactly one memtable, or
// in the segment that took its place.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include <lokilib/label_index.h>
#include <lokilib/matcher.h>
#include <lokilib/time_range.h>

#include "base/mutex.h"
#include "chunk/head.h"
#include "storage/append.h"
#include "storage/stream_blocks.h"

namespace lokilib::storage {

struct LabelSetHash {
  size_t operator()(const LabelSet& labels) const { return labels.fingerprint(); }
};
/// The newest entry's time of streams whose heads were flushed: their ordering windows live on.
using NewestTimes = std::unordered_map<LabelSet, int64_t, LabelSetHash>;

/// One stream of a memtable. Appends to different streams run at once.
struct MemtableStream {
  MemtableStream(LabelSet stream_labels, SeriesId series_id)
      : labels(std::move(stream_labels)), id(series_id) {}

  const LabelSet labels;
  const SeriesId id;
  chunk::Head head;  ///< read by anybody, written under `mutex`

  Mutex mutex;
  int64_t newest_ns LOKILIB_GUARDED_BY(mutex) = 0;
  bool has_newest LOKILIB_GUARDED_BY(mutex) = false;
  // Where the stream stands in the WAL: see wal_record.h.
  uint64_t wal_file LOKILIB_GUARDED_BY(mutex) = 0;      // the file that its last run went to
  uint64_t wal_arrivals LOKILIB_GUARDED_BY(mutex) = 0;  // its entries in that file
  uint64_t wal_labels_at LOKILIB_GUARDED_BY(mutex) =
      0;  // size of that file when its labels were last written
};

/// Threads: all members may be called from any thread.
class Memtable {
 public:
  /// `predecessor` may be null; it is asked for ordering windows until forget_predecessor().
  explicit Memtable(std::shared_ptr<const Memtable> predecessor) : predecessor_(std::move(predecessor)) {}

  /// The stream of that label set, made if need be; null where it would be one more than `streams_max`
  /// (0: any number). Lives as long as the memtable.
  MemtableStream* stream(const LabelSet& labels, uint64_t streams_max) LOKILIB_EXCLUDES(index_mutex_);

  /// Stores what the rules accept and notes it in `outcome`; `kept` becomes the indexes of what was stored.
  /// `stream_index` is the stream's number in the caller's request.
  void append(MemtableStream& stream, std::span<const EntryView> entries, const AppendRules& rules,
              uint32_t stream_index, std::vector<uint32_t>& kept, AppendOutcome& outcome)
      LOKILIB_REQUIRES(stream.mutex);

  /// The streams that the matchers select and that have entries in the range; no order.
  Result<std::vector<StreamBlocks>> select(const std::vector<Matcher>& matchers, const TimeRange& range) const
      LOKILIB_EXCLUDES(index_mutex_);

  /// All streams, sorted by label set: what a flush writes.
  std::vector<MemtableStream*> sorted_streams() const LOKILIB_EXCLUDES(index_mutex_);

  NewestTimes newest_times() const LOKILIB_EXCLUDES(index_mutex_);
  /// The predecessor is in a segment: `times` takes its place.
  void forget_predecessor(std::shared_ptr<const NewestTimes> times) LOKILIB_EXCLUDES(index_mutex_);

  uint32_t stream_count() const LOKILIB_EXCLUDES(index_mutex_);
  uint64_t entries() const { return entries_.load(std::memory_order_relaxed); }
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }  ///< of lines and metadata

  /// Notes when the first entry came (monotonic); later calls change nothing.
  void mark_append(int64_t now_ns) {
    if (first_append_ns_.load(std::memory_order_relaxed) == kNever) {
      int64_t never = kNever;
      first_append_ns_.compare_exchange_strong(never, now_ns, std::memory_order_relaxed);
    }
  }
  /// How long the oldest entry has been here; 0 without entries.
  int64_t age_ns(int64_t now_ns) const {
    const int64_t first = first_append_ns_.load(std::memory_order_relaxed);
    return first == kNever ? 0 : now_ns - first;
  }

 private:
  std::optional<int64_t> inherited_newest(const LabelSet& labels) const LOKILIB_REQUIRES(index_mutex_);

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

  std::atomic<int64_t> first_append_ns_{kNever};
  std::atomic<uint64_t> entries_{0};
  std::atomic<uint64_t> bytes_{0};
  mutable SharedMutex index_mutex_;
  GrowingLabelIndex index_ LOKILIB_GUARDED_BY(index_mutex_);
  std::deque<MemtableStream> streams_ LOKILIB_GUARDED_BY(index_mutex_);  // by series id; elements never move
  std::shared_ptr<const Memtable> predecessor_ LOKILIB_GUARDED_BY(index_mutex_);
  std::shared_ptr<const NewestTimes> inherited_ LOKILIB_GUARDED_BY(index_mutex_);
};

}  // namespace lokilib::storage
