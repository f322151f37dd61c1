// SPDX-License-Identifier: Apache-2.0
// stored_log_source.cc: asks each part of the version for its streams, and joins those of one label set.
#include "storage/stored_log_source.h"

#include <algorithm>
#include <set>

#include "chunk/merge_cursor.h"
#include "text/compiled_predicate.h"

namespace lokilib::storage {
namespace {

/// One stream over all parts: `blocks` in order of arrival.
struct SelectedStream {
  StreamBlocks stream;
  uint64_t chunks = 1;
};

void note_damage(ScanStats* stats, const Damage& damage) {
  if (stats == nullptr) return;
  ++stats->blocks_damaged;
  stats->damage.push_back(damage.to_string());
}

/// Streams with entries in the range, sorted by label set. `stats` may be null.
Result<std::vector<SelectedStream>> select_streams(const StoreVersion& version,
                                                   const std::vector<Matcher>& matchers,
                                                   const TimeRange& range, ScanStats* stats) {
  std::vector<SelectedStream> found;
  const auto take = [&](std::vector<StreamBlocks> streams) {
    for (StreamBlocks& stream : streams) found.push_back({std::move(stream)});
  };
  if (range.empty()) return found;
  for (const Segment& segment : version.segments) {
    if (!range.overlaps(segment.record.time_min_ns, segment.record.time_max_ns)) continue;
    if (segment.reader == nullptr) {
      note_damage(stats, *segment.damage);
      continue;
    }
    std::vector<Damage> damage;
    LOKILIB_TRY_ASSIGN(auto streams, segment.reader->select(matchers, range, damage));
    for (const Damage& place : damage) note_damage(stats, place);
    take(std::move(streams));
  }
  for (const FlushingMemtable& flushing : version.flushing) {
    LOKILIB_TRY_ASSIGN(auto streams, flushing.memtable->select(matchers, range));
    take(std::move(streams));
  }
  if (version.active != nullptr) {
    LOKILIB_TRY_ASSIGN(auto streams, version.active->select(matchers, range));
    take(std::move(streams));
  }
  // Stable: the parts of one stream stay in order of arrival.
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.stream.labels < b.stream.labels; });
  size_t kept = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (kept != 0 && found[kept - 1].stream.labels == found[i].stream.labels) {
      auto& blocks = found[kept - 1].stream.blocks;
      blocks.insert(blocks.end(), found[i].stream.blocks.begin(), found[i].stream.blocks.end());
      ++found[kept - 1].chunks;
    } else {
      if (kept != i) found[kept] = std::move(found[i]);
      ++kept;
    }
  }
  found.resize(kept);
  return found;
}

}  // namespace

Result<std::vector<std::unique_ptr<StreamCursor>>> StoredLogSource::select(const SelectRequest& request,
                                                                           ScanStats& stats) const {
  std::shared_ptr<const text::CompiledPredicate> predicate;
  if (!request.predicate.empty()) {
    LOKILIB_TRY_ASSIGN(predicate, text::CompiledPredicate::compile(request.predicate));
  }
  const auto version = versions_->get();
  LOKILIB_TRY_ASSIGN(auto streams, select_streams(*version, request.matchers, request.range, &stats));
  std::vector<std::unique_ptr<StreamCursor>> cursors;
  cursors.reserve(streams.size());
  for (SelectedStream& selected : streams) {
    ++stats.streams;
    stats.chunks += selected.chunks;
    cursors.push_back(chunk::create_merge_cursor(std::move(selected.stream.labels),
                                                 std::move(selected.stream.blocks), request, predicate));
  }
  return cursors;
}

Result<std::vector<std::string>> StoredLogSource::label_names(const TimeRange& range,
                                                              const std::vector<Matcher>& matchers) const {
  const auto version = versions_->get();
  std::set<std::string, std::less<>> names;
  LOKILIB_TRY_ASSIGN(const auto streams, select_streams(*version, matchers, range, nullptr));
  for (const SelectedStream& selected : streams) {
    for (const Label& label : selected.stream.labels.labels()) {
      if (names.find(label.name) == names.end()) names.insert(label.name);
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<std::string>> StoredLogSource::label_values(std::string_view name, const TimeRange& range,
                                                               const std::vector<Matcher>& matchers) const {
  const auto version = versions_->get();
  std::set<std::string, std::less<>> values;
  LOKILIB_TRY_ASSIGN(const auto streams, select_streams(*version, matchers, range, nullptr));
  for (const SelectedStream& selected : streams) {
    const auto value = selected.stream.labels.find(name);
    if (value && values.find(*value) == values.end()) values.emplace(*value);
  }
  return std::vector<std::string>(values.begin(), values.end());
}

Result<std::vector<LabelSet>> StoredLogSource::series(const TimeRange& range,
                                                      const std::vector<Matcher>& matchers) const {
  const auto version = versions_->get();
  LOKILIB_TRY_ASSIGN(auto streams, select_streams(*version, matchers, range, nullptr));
  std::vector<LabelSet> result;
  result.reserve(streams.size());
  for (SelectedStream& selected : streams) result.push_back(std::move(selected.stream.labels));
  return result;
}

Result<std::vector<StreamVolumes>> StoredLogSource::volumes(const TimeRange& range,
                                                            const std::vector<Matcher>& matchers) const {
  const auto version = versions_->get();
  LOKILIB_TRY_ASSIGN(auto streams, select_streams(*version, matchers, range, nullptr));
  std::vector<StreamVolumes> result;
  result.reserve(streams.size());
  for (SelectedStream& selected : streams) {
    StreamVolumes volumes{std::move(selected.stream.labels), {}, selected.chunks};
    for (const auto& block : selected.stream.blocks) {
      const chunk::BlockStats& stats = block->stats();
      if (!range.overlaps(stats.time_min_ns, stats.time_max_ns)) continue;
      volumes.blocks.push_back(
          {stats.time_min_ns, stats.time_max_ns, stats.rows, stats.line_bytes, stats.metadata_bytes});
    }
    result.push_back(std::move(volumes));
  }
  return result;
}

}  // namespace lokilib::storage
