// SPDX-License-Identifier: Apache-2.0
// ingest_limits.cc: the two profiles, and the checks in the order in which Loki makes them.
#include "stream/ingest_limits.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "stream/time_text.h"

namespace lokilib {
namespace {

constexpr int64_t kHourNs = 3'600'000'000'000;

std::vector<std::string> service_name_labels() {
  return {"service",
          "app",
          "application",
          "app_name",
          "name",
          "app_kubernetes_io_name",
          "container",
          "container_name",
          "k8s_container_name",
          "component",
          "workload",
          "job",
          "k8s_job_name"};
}

std::vector<std::string> level_fields() {
  return {"level",        "LEVEL", "Level", "log.level", "severity",      "SEVERITY",      "Severity",
          "SeverityText", "lvl",   "LVL",   "Lvl",       "severity_text", "Severity_Text", "SEVERITY_TEXT"};
}

}  // namespace

IngestLimits IngestLimits::lokilib() {
  IngestLimits limits;
  limits.line_bytes_max = uint64_t{16} << 20;
  limits.label_name_bytes_max = 4096;
  limits.label_value_bytes_max = 65'536;
  limits.label_names_max = 256;
  limits.metadata_bytes_max = uint64_t{1} << 20;
  limits.metadata_entries_max = 4096;
  limits.discover_service_name = service_name_labels();
  limits.log_level_fields = level_fields();
  return limits;
}

IngestLimits IngestLimits::loki() {
  IngestLimits limits;
  limits.reject_old_samples_age_ns_max = 7 * 24 * kHourNs;
  limits.creation_grace_ns = kHourNs / 6;
  limits.ordering_window_ns = 12 * kHourNs;
  limits.line_bytes_max = 262'144;
  limits.label_names_max = 15;
  limits.label_name_bytes_max = 1024;
  limits.label_value_bytes_max = 2048;
  limits.metadata_bytes_max = 65'536;
  limits.metadata_entries_max = 128;
  limits.discover_service_name = service_name_labels();
  limits.log_level_fields = level_fields();
  limits.ingestion_rate_bytes = uint64_t{4} << 20;
  limits.ingestion_burst_bytes = uint64_t{6} << 20;
  limits.streams_max = 5000;
  limits.stream_rate_bytes = uint64_t{3} << 20;
  limits.stream_burst_bytes = uint64_t{15} << 20;
  return limits;
}

}  // namespace lokilib

namespace lokilib::stream {
namespace {

template <typename... Args>
Refusal refuse(ErrorCode code, std::string_view reason, fmt::format_string<Args...> format, Args&&... args) {
  return {code, reason, fmt::format(format, std::forward<Args>(args)...)};
}

bool is_internal(const LabelSet& labels) {
  return labels.find("__aggregated_metric__") || labels.find("__pattern__");
}

std::optional<Refusal> check_enforced(const LabelSet& labels, const IngestLimits& limits,
                                      std::string_view tenant) {
  std::string missing;
  for (const std::string& name : limits.enforced_labels) {
    if (labels.find(name)) continue;
    if (!missing.empty()) missing += ',';
    missing += name;
  }
  if (missing.empty()) return std::nullopt;
  return refuse(ErrorCode::InvalidLabels, "missing_enforced_labels",
                "missing required labels '{}' for user '{}' for stream '{}' (policy: '')", missing, tenant,
                labels.to_string());
}

bool exceeds(uint64_t value, uint64_t limit) {
  return limit != 0 && value > limit;
}

std::optional<Refusal> check_metadata(const EntryView& entry, const LabelSet& labels,
                                      const IngestLimits& limits) {
  if (entry.metadata.empty()) return std::nullopt;
  if (!limits.allow_structured_metadata) {
    return refuse(ErrorCode::MetadataTooLarge, "disallowed_structured_metadata",
                  "stream '{}' includes structured metadata, but this feature is disallowed. Please see "
                  "`limits_config.allow_structured_metadata` or contact your Loki administrator to enable it",
                  labels.to_string());
  }
  const uint64_t bytes = entry_bytes(entry) - entry.line.size();
  if (exceeds(bytes, limits.metadata_bytes_max)) {
    return refuse(
        ErrorCode::MetadataTooLarge, "structured_metadata_too_large",
        "stream '{}' has structured metadata too large: '{}' bytes, limit: '{}' bytes. Please see "
        "`limits_config.max_structured_metadata_size` or contact your Loki administrator to increase it",
        labels.to_string(), bytes, limits.metadata_bytes_max);
  }
  if (exceeds(entry.metadata.size(), limits.metadata_entries_max)) {
    return refuse(
        ErrorCode::MetadataTooLarge, "structured_metadata_too_many",
        "stream '{}' has too many structured metadata labels: '{}', limit: '{}'. Please see "
        "`limits_config.max_structured_metadata_entries_count` or contact your Loki administrator to "
        "increase it",
        labels.to_string(), entry.metadata.size(), limits.metadata_entries_max);
  }
  return std::nullopt;
}

// a - b and a + b that stop at the ends of the range instead of wrapping. Pre: b >= 0.
int64_t minus(int64_t a, int64_t b) {
  int64_t result;
  return __builtin_sub_overflow(a, b, &result) ? INT64_MIN : result;
}
int64_t plus(int64_t a, int64_t b) {
  int64_t result;
  return __builtin_add_overflow(a, b, &result) ? INT64_MAX : result;
}

}  // namespace

std::optional<Refusal> check_labels(const LabelSet& labels, const IngestLimits& limits,
                                    std::string_view tenant) {
  if (labels.empty()) {
    return refuse(ErrorCode::InvalidLabels, "missing_labels",
                  "error at least one label pair is required per stream");
  }
  if (is_internal(labels)) return std::nullopt;
  const size_t names = labels.size() - (labels.find("service_name") ? 1 : 0);
  if (exceeds(names, limits.label_names_max)) {
    return refuse(ErrorCode::InvalidLabels, "max_label_names_per_series",
                  "entry for stream '{}' has {} label names; limit {}", labels.to_string(), names,
                  limits.label_names_max);
  }
  for (const Label& label : labels.labels()) {
    if (exceeds(label.name.size(), limits.label_name_bytes_max)) {
      return refuse(ErrorCode::InvalidLabels, "label_name_too_long",
                    "stream '{}' has label name too long: '{}'", labels.to_string(), label.name);
    }
    if (exceeds(label.value.size(), limits.label_value_bytes_max)) {
      return refuse(ErrorCode::InvalidLabels, "label_value_too_long",
                    "stream '{}' has label value too long: '{}'", labels.to_string(), label.value);
    }
  }
  return check_enforced(labels, limits, tenant);
}

std::optional<Refusal> check_entry(const EntryView& entry, const LabelSet& labels, const IngestLimits& limits,
                                   int64_t now_ns) {
  if (limits.reject_old_samples) {
    const int64_t oldest_ns = minus(now_ns, limits.reject_old_samples_age_ns_max);
    if (entry.timestamp_ns < oldest_ns) {
      return refuse(ErrorCode::TooOld, "greater_than_max_sample_age",
                    "entry for stream '{}' has timestamp too old: {}, oldest acceptable timestamp is: {}",
                    labels.to_string(), rfc3339_seconds(entry.timestamp_ns), rfc3339_seconds(oldest_ns));
    }
  }
  if (limits.creation_grace_ns != 0 && entry.timestamp_ns > plus(now_ns, limits.creation_grace_ns)) {
    return refuse(ErrorCode::TooNew, "too_far_in_future", "entry for stream '{}' has timestamp too new: {}",
                  labels.to_string(), rfc3339_seconds(entry.timestamp_ns));
  }
  if (exceeds(entry.line.size(), limits.line_bytes_max)) {
    return refuse(
        ErrorCode::LineTooLong, "line_too_long",
        "max entry size '{}' bytes exceeded for stream '{}' while adding an entry with length '{}' bytes",
        limits.line_bytes_max, labels.to_string(), entry.line.size());
  }
  return check_metadata(entry, labels, limits);
}

std::string_view truncate_line(std::string_view line, const IngestLimits& limits, Arena& arena) {
  if (!limits.truncate_long_lines || !exceeds(line.size(), limits.line_bytes_max)) return line;
  const std::string& identifier = limits.truncate_identifier;
  if (identifier.size() > limits.line_bytes_max) return line;  // then the line is refused
  const size_t kept = limits.line_bytes_max - identifier.size();
  if (identifier.empty()) return line.substr(0, kept);
  char* const cut = arena.allocate(limits.line_bytes_max);
  std::memcpy(cut, line.data(), kept);
  std::memcpy(cut + kept, identifier.data(), identifier.size());
  return {cut, limits.line_bytes_max};
}

uint64_t entry_bytes(const EntryView& entry) {
  uint64_t bytes = entry.line.size();
  for (const MetadataView& pair : entry.metadata) bytes += pair.name.size() + pair.value.size();
  return bytes;
}

std::string too_far_behind_reason(int64_t timestamp_ns, int64_t oldest_acceptable_ns) {
  return fmt::format("entry too far behind, entry timestamp is: {}, oldest acceptable timestamp is: {}",
                     rfc3339_seconds(timestamp_ns), rfc3339_seconds(oldest_acceptable_ns));
}

std::string ignored_entries_message(std::span<const IgnoredEntry> first_ignored, uint64_t ignored,
                                    uint64_t total, const LabelSet& labels, std::string_view tenant) {
  std::string text;
  for (const IgnoredEntry& entry :
       first_ignored.first(std::min(first_ignored.size(), kIgnoredEntriesListed))) {
    text += fmt::format("entry with timestamp {} ignored, reason: '{}',\n", go_time_text(entry.timestamp_ns),
                        entry.reason);
  }
  text += fmt::format("user '{}', total ignored: {} out of {} for stream: {}", tenant, ignored, total,
                      labels.to_string());
  return text;
}

Refusal too_many_streams(const LabelSet& labels, std::string_view tenant) {
  return refuse(
      ErrorCode::RateLimited, "stream_limit",
      "maximum active stream limit exceeded when trying to create stream {}, reduce the number of active "
      "streams (reduce labels or reduce label values), or contact your Loki administrator to see if the "
      "limit can be increased, user: '{}'",
      labels.to_string(), tenant);
}

}  // namespace lokilib::stream
