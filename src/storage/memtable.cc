// SPDX-License-Identifier: Apache-2.0
// memtable.cc: the index is locked shared for a look-up and alone only for a new stream; entries are written
// under their stream's own lock.
#include "storage/memtable.h"

#include <algorithm>
#include <limits>

namespace lokilib::storage {
namespace {

uint64_t entry_bytes(const EntryView& entry) {
  uint64_t bytes = entry.line.size();
  for (const MetadataView& pair : entry.metadata) bytes += pair.name.size() + pair.value.size();
  return bytes;
}

int64_t oldest_acceptable(int64_t newest_ns, int64_t window_ns) {
  return newest_ns < std::numeric_limits<int64_t>::min() + window_ns ? std::numeric_limits<int64_t>::min()
                                                                     : newest_ns - window_ns;
}

}  // namespace

MemtableStream* Memtable::stream(const LabelSet& labels, uint64_t streams_max) {
  {
    const ReadLock lock(index_mutex_);
    if (const auto id = index_.find(labels)) return const_cast<MemtableStream*>(&streams_[*id]);
  }
  const WriteLock lock(index_mutex_);
  if (const auto id = index_.find(labels)) return &streams_[*id];
  if (streams_max != 0 && index_.series_count() >= streams_max) return nullptr;
  const SeriesId id = index_.add(labels);
  MemtableStream& stream = streams_.emplace_back(labels, id);
  if (const auto newest = inherited_newest(labels)) {
    const MutexLock stream_lock(stream.mutex);
    stream.newest_ns = *newest;
    stream.has_newest = true;
  }
  return &stream;
}

std::optional<int64_t> Memtable::inherited_newest(const LabelSet& labels) const {
  if (predecessor_ != nullptr) {
    const ReadLock lock(predecessor_->index_mutex_);
    if (const auto id = predecessor_->index_.find(labels)) {
      auto& stream = const_cast<MemtableStream&>(predecessor_->streams_[*id]);
      const MutexLock stream_lock(stream.mutex);
      if (stream.has_newest) return stream.newest_ns;
    }
    return std::nullopt;
  }
  if (inherited_ == nullptr) return std::nullopt;
  const auto found = inherited_->find(labels);
  return found == inherited_->end() ? std::nullopt : std::optional(found->second);
}

void Memtable::append(MemtableStream& stream, std::span<const EntryView> entries, const AppendRules& rules,
                      uint32_t stream_index, std::vector<uint32_t>& kept, AppendOutcome& outcome) {
  kept.clear();
  uint64_t bytes = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const EntryView& entry = entries[i];
    const auto number = static_cast<uint32_t>(i);
    if (rules.ordering_window_ns >= 0 && stream.has_newest) {
      const int64_t oldest = oldest_acceptable(stream.newest_ns, rules.ordering_window_ns);
      if (entry.timestamp_ns < oldest) {
        outcome.rejected.push_back({stream_index, number, ErrorCode::TooFarBehind, oldest});
        continue;
      }
    }
    const Result<bool> stored = stream.head.append(entry);
    if (!stored) {
      outcome.rejected.push_back({stream_index, number, stored.error().code, 0});
      continue;
    }
    if (!*stored) {
      ++outcome.duplicates;
      continue;
    }
    if (!stream.has_newest || entry.timestamp_ns > stream.newest_ns) stream.newest_ns = entry.timestamp_ns;
    stream.has_newest = true;
    bytes += entry_bytes(entry);
    kept.push_back(number);
  }
  outcome.accepted += kept.size();
  outcome.bytes_accepted += bytes;
  entries_.fetch_add(kept.size(), std::memory_order_relaxed);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

Result<std::vector<StreamBlocks>> Memtable::select(const std::vector<Matcher>& matchers,
                                                   const TimeRange& range) const {
  std::vector<const MemtableStream*> chosen;
  {
    const ReadLock lock(index_mutex_);
    LOKILIB_TRY_ASSIGN(const auto ids, index_.resolve(matchers));
    chosen.reserve(ids.size());
    for (const SeriesId id : ids) chosen.push_back(&streams_[id]);
  }
  std::vector<StreamBlocks> result;
  for (const MemtableStream* stream : chosen) {
    const chunk::BlockStats stats = stream->head.stats();
    if (stats.rows == 0 || !range.overlaps(stats.time_min_ns, stats.time_max_ns)) continue;
    result.push_back({stream->labels, stream->head.snapshot()});
  }
  return result;
}

std::vector<MemtableStream*> Memtable::sorted_streams() const {
  std::vector<MemtableStream*> result;
  {
    const ReadLock lock(index_mutex_);
    result.reserve(streams_.size());
    for (const MemtableStream& stream : streams_) result.push_back(const_cast<MemtableStream*>(&stream));
  }
  std::sort(result.begin(), result.end(), [](const auto* a, const auto* b) { return a->labels < b->labels; });
  return result;
}

NewestTimes Memtable::newest_times() const {
  NewestTimes result;
  for (MemtableStream* stream : sorted_streams()) {
    const MutexLock lock(stream->mutex);
    if (stream->has_newest) result.emplace(stream->labels, stream->newest_ns);
  }
  return result;
}

void Memtable::forget_predecessor(std::shared_ptr<const NewestTimes> times) {
  std::shared_ptr<const Memtable> released;  // freed outside the lock
  const WriteLock lock(index_mutex_);
  released = std::move(predecessor_);
  inherited_ = std::move(times);
}

uint32_t Memtable::stream_count() const {
  const ReadLock lock(index_mutex_);
  return index_.series_count();
}

}  // namespace lokilib::storage
