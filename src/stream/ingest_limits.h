// SPDX-License-Identifier: Apache-2.0
// ingest_limits.h: checks the labels of a stream and its entries against a tenant's IngestLimits. The struct
// and its two profiles are public: include/lokilib/ingest_limits.h. Texts and reasons are Loki's (3.7.6).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <lokilib/arena.h>
#include <lokilib/entry.h>
#include <lokilib/ingest_limits.h>
#include <lokilib/labels.h>
#include <lokilib/result.h>

namespace lokilib::stream {

/// Why a stream or an entry is not taken.
struct Refusal {
  ErrorCode code = ErrorCode::InvalidArgument;
  std::string_view reason;  ///< one word for metrics; static storage
  std::string message;

  Error to_error() const { return Error{code, message, {}, {}}; }
};

/// Checks a stream's labels, service_name already added. A refused stream loses all its entries.
/// Streams of the server's own (`__aggregated_metric__`, `__pattern__`) need only have a label.
std::optional<Refusal> check_labels(const LabelSet& labels, const IngestLimits& limits,
                                    std::string_view tenant);

/// Checks one entry, its line already cut where lines are to be cut: age, line, metadata, in this order.
std::optional<Refusal> check_entry(const EntryView& entry, const LabelSet& labels, const IngestLimits& limits,
                                   int64_t now_ns);

/// The line as it is to be stored: one that is too long is cut to the limit, its end replaced by the
/// identifier, where the limits say so. The cut is between bytes and may split a UTF-8 sequence, as Loki's.
/// The result lives in the line or in the arena.
std::string_view truncate_line(std::string_view line, const IngestLimits& limits, Arena& arena);

/// What an entry counts in limits and metrics: its line, and names and values of its metadata. The level that
/// is detected is not counted: ask before it is added.
uint64_t entry_bytes(const EntryView& entry);

/// The time of an entry whose predecessor in the same push and stream had `previous_ns` (after its own bump):
/// one nanosecond later where the times are equal and the lines are not (increment_duplicate_timestamp).
inline int64_t bump_duplicate_timestamp(int64_t timestamp_ns, std::string_view line, int64_t previous_ns,
                                        std::string_view previous_line) {
  return timestamp_ns == previous_ns && line != previous_line ? previous_ns + 1 : timestamp_ns;
}

/// An entry that the stream itself did not take: too far behind, or over the stream's rate.
struct IgnoredEntry {
  int64_t timestamp_ns = 0;
  std::string reason;
};

inline constexpr size_t kIgnoredEntriesListed = 10;

/// The reason of an entry that is older than the stream's ordering window.
std::string too_far_behind_reason(int64_t timestamp_ns, int64_t oldest_acceptable_ns);

/// The text about all entries of a stream that were ignored; lists the first kIgnoredEntriesListed.
std::string ignored_entries_message(std::span<const IgnoredEntry> first_ignored, uint64_t ignored,
                                    uint64_t total, const LabelSet& labels, std::string_view tenant);

/// The refusal of a stream that would be one too many in memory.
Refusal too_many_streams(const LabelSet& labels, std::string_view tenant);

}  // namespace lokilib::stream
