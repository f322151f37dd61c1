// SPDX-License-Identifier: Apache-2.0
#include "db/ingest.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/make_error.h"
#include "stream/metadata_names.h"
#include "stream/service_name.h"

namespace lokilib::db {
namespace {

/// Label sets worked out and kept; beyond this many all are forgotten and worked out again when they come.
constexpr size_t kPreparedLabelsMax = 200'000;

/// Counts a refusal; equal ones become one Rejection.
void add_rejection(AppendReport& report, ErrorCode code, std::string_view reason, std::string message,
                   uint64_t entries, uint64_t bytes) {
  for (Rejection& known : report.rejections) {
    if (known.message != message) continue;
    ++known.occurrences;
    known.entries += entries;
    known.bytes += bytes;
    return;
  }
  report.rejections.push_back({code, std::string(reason), std::move(message), 1, entries, bytes});
}

uint64_t sum_bytes(std::span<const EntryView> entries) {
  uint64_t bytes = 0;
  for (const EntryView& entry : entries) bytes += stream::entry_bytes(entry);
  return bytes;
}

/// Metadata without a value is never shown (Loki leaves it out when it reads; recorded, 3.7.6).
std::span<const MetadataView> without_empty_values(std::span<const MetadataView> metadata, Arena& arena) {
  const auto is_empty = [](const MetadataView& pair) { return pair.value.empty(); };
  if (std::none_of(metadata.begin(), metadata.end(), is_empty)) return metadata;
  auto* const items = arena.allocate_array<MetadataView>(metadata.size());
  auto* const end = std::remove_copy_if(metadata.begin(), metadata.end(), items, is_empty);
  return {items, static_cast<size_t>(end - items)};
}

}  // namespace

Ingest::Ingest(std::string tenant, const IngestLimits& limits, const Clock& clock)
    : tenant_(std::move(tenant)),
      limits_(limits),
      clock_(clock),
      levels_(limits_),
      rate_(clock, limits_.ingestion_rate_bytes, limits_.ingestion_burst_bytes) {}

Result<void> Ingest::prepare(std::span<const StreamEntries> streams, IngestBatch& batch) {
  const int64_t now_ns = clock_.now_ns();
  batch.labels.reserve(streams.size());
  batch.entries.reserve(streams.size());  // streams view its elements: they must not move
  for (const StreamEntries& stream : streams) {
    if (!stream.entries.empty()) LOKILIB_TRY(prepare_stream(stream, now_ns, batch));
  }
  for (size_t i = 0; i < batch.entries.size(); ++i) {
    batch.streams.push_back({&batch.labels[i]->labels, batch.entries[i]});
  }
  if (batch.bytes > 0 && !rate_.take(batch.bytes)) {
    return stream::tenant_rate_exceeded(tenant_, limits_.ingestion_rate_bytes, batch.entry_count, batch.bytes)
        .to_error();
  }
  return {};
}

std::shared_ptr<PreparedLabels> Ingest::prepared_labels(const LabelSet& labels) {
  {
    const ReadLock lock(labels_mutex_);
    if (const auto known = labels_.find(labels); known != labels_.end()) return known->second;
  }
  auto prepared =
      std::make_shared<PreparedLabels>(stream::add_service_name(labels, limits_), limits_, clock_);
  prepared->refusal = stream::check_labels(prepared->labels, limits_, tenant_);
  if (levels_.is_enabled()) prepared->level = levels_.from_labels(prepared->labels);
  const WriteLock lock(labels_mutex_);
  if (labels_.size() >= kPreparedLabelsMax) labels_.clear();
  return labels_.try_emplace(labels, std::move(prepared)).first->second;
}

Result<void> Ingest::prepare_stream(const StreamEntries& stream, int64_t now_ns, IngestBatch& batch) {
  std::shared_ptr<PreparedLabels> labels = prepared_labels(stream.labels);
  if (labels->refusal) {
    const stream::Refusal& refusal = *labels->refusal;
    add_rejection(batch.report, refusal.code, refusal.reason, refusal.message, stream.entries.size(),
                  sum_bytes(stream.entries));
    return {};
  }
  std::vector<EntryView> kept;
  kept.reserve(stream.entries.size());
  uint64_t kept_bytes = 0;
  for (EntryView entry : stream.entries) {
    entry.line = stream::truncate_line(entry.line, limits_, batch.arena);
    if (auto refusal = stream::check_entry(entry, labels->labels, limits_, now_ns)) {
      add_rejection(batch.report, refusal->code, refusal->reason, std::move(refusal->message), 1,
                    stream::entry_bytes(entry));
      continue;
    }
    kept_bytes += stream::entry_bytes(entry);
    LOKILIB_TRY_ASSIGN(entry, complete_entry(entry, *labels, batch.arena));
    if (limits_.increment_duplicate_timestamp && !kept.empty()) {
      entry.timestamp_ns = stream::bump_duplicate_timestamp(entry.timestamp_ns, entry.line,
                                                            kept.back().timestamp_ns, kept.back().line);
    }
    kept.push_back(entry);
  }
  if (kept.empty()) return {};
  if (!labels->rate.take(kept_bytes)) {
    drop_stream_over_rate(*labels, kept, kept_bytes, batch);
    return {};
  }
  batch.entry_count += kept.size();
  batch.bytes += kept_bytes;
  batch.labels.push_back(std::move(labels));
  batch.entries.push_back(std::move(kept));
  return {};
}

Result<EntryView> Ingest::complete_entry(EntryView entry, const PreparedLabels& labels, Arena& arena) const {
  if (!entry.metadata.empty()) {
    LOKILIB_TRY_ASSIGN(entry.metadata, stream::normalise_metadata(entry.metadata, arena));
    entry.metadata = without_empty_values(entry.metadata, arena);
  }
  if (levels_.is_enabled()) entry.metadata = add_level(entry, labels, arena);
  return entry;
}

std::span<const MetadataView> Ingest::add_level(const EntryView& entry, const PreparedLabels& labels,
                                                Arena& arena) const {
  const std::string_view level = levels_.detect(labels.level, entry.metadata, entry.line);
  auto* const items = arena.allocate_array<MetadataView>(entry.metadata.size() + 1);
  size_t count = 0;
  for (const MetadataView& pair : entry.metadata) {
    if (pair.name != stream::kDetectedLevel) items[count++] = pair;
  }
  if (!level.empty()) items[count++] = {stream::kDetectedLevel, level};
  return {items, count};
}

void Ingest::drop_stream_over_rate(const PreparedLabels& labels, std::span<const EntryView> entries,
                                   uint64_t bytes, IngestBatch& batch) const {
  std::vector<stream::IgnoredEntry> first;
  const std::string reason = stream::stream_rate_reason(labels.labels, limits_.stream_rate_bytes, bytes);
  for (size_t i = 0; i < std::min(entries.size(), stream::kIgnoredEntriesListed); ++i) {
    first.push_back({entries[i].timestamp_ns, reason});
  }
  std::string message =
      stream::ignored_entries_message(first, entries.size(), entries.size(), labels.labels, tenant_);
  batch.report.rejections.push_back({ErrorCode::RateLimited, std::string(stream::kStreamRateReason),
                                     std::move(message), 1, entries.size(), bytes});
}

void Ingest::report_outcome(const storage::AppendOutcome& outcome, IngestBatch& batch) const {
  AppendReport& report = batch.report;
  report.entries_accepted = outcome.accepted;
  report.bytes_accepted = outcome.bytes_accepted;
  report.duplicates = outcome.duplicates;
  for (size_t i = 0; i < outcome.rejected.size();) {
    const storage::RejectedEntry& head = outcome.rejected[i];
    const LabelSet& labels = batch.labels[head.stream]->labels;
    const std::vector<EntryView>& entries = batch.entries[head.stream];
    std::vector<stream::IgnoredEntry> first;
    uint64_t count = 0;
    uint64_t bytes = 0;
    for (; i < outcome.rejected.size() && outcome.rejected[i].stream == head.stream; ++i, ++count) {
      const storage::RejectedEntry& rejected = outcome.rejected[i];
      const EntryView& entry = entries[rejected.entry];
      bytes += stream::entry_bytes(entry);
      if (first.size() == stream::kIgnoredEntriesListed) continue;
      std::string reason =
          rejected.code == ErrorCode::TooFarBehind
              ? stream::too_far_behind_reason(entry.timestamp_ns, rejected.oldest_acceptable_ns)
              : std::string("the entry is larger than a block can hold");
      first.push_back({entry.timestamp_ns, std::move(reason)});
    }
    const bool is_behind = head.code == ErrorCode::TooFarBehind;
    report.rejections.push_back(
        {head.code, is_behind ? "too_far_behind" : "line_too_long",
         stream::ignored_entries_message(first, count, entries.size(), labels, tenant_), 1, count, bytes});
  }
  for (const uint32_t number : outcome.refused_streams) {
    const stream::Refusal refusal = stream::too_many_streams(batch.labels[number]->labels, tenant_);
    add_rejection(report, refusal.code, refusal.reason, refusal.message, batch.entries[number].size(),
                  sum_bytes(batch.entries[number]));
  }
}

}  // namespace lokilib::db
