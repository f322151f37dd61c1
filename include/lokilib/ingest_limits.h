// SPDX-License-Identifier: Apache-2.0
// ingest_limits.h: what a tenant accepts, in two profiles: Loki's own limits, and lokilib's generous ones.
// The names are those of Loki's limits_config where there is one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <lokilib/export.h>

namespace lokilib {

/// Sizes are bytes; 0 means no limit unless said otherwise.
struct LOKILIB_EXPORT IngestLimits {
  bool reject_old_samples = false;
  int64_t reject_old_samples_age_ns_max = 0;  ///< entries older than now minus this are refused
  int64_t creation_grace_ns = 0;              ///< entries newer than now plus this are refused; 0: any future
  int64_t ordering_window_ns = -1;            ///< how far behind a stream's newest entry one may be; -1: any
  uint64_t line_bytes_max = 0;
  bool truncate_long_lines = false;  ///< cut instead of refuse
  std::string truncate_identifier;   ///< put at the end of a line that was cut
  uint32_t label_names_max = 0;      ///< service_name is not counted
  uint32_t label_name_bytes_max = 0;
  uint32_t label_value_bytes_max = 0;
  std::vector<std::string> enforced_labels;  ///< every stream must have them
  bool allow_structured_metadata = true;
  uint64_t metadata_bytes_max = 0;  ///< names and values of one entry
  uint32_t metadata_entries_max = 0;
  bool increment_duplicate_timestamp = false;
  std::vector<std::string> discover_service_name;  ///< labels that give service_name, in order; empty: off
  bool discover_log_levels = true;                 ///< add structured metadata detected_level
  std::vector<std::string> log_level_fields;
  uint32_t log_level_json_depth_max = 2;
  uint64_t ingestion_rate_bytes = 0;  ///< bytes a second of the whole tenant
  uint64_t ingestion_burst_bytes = 0;
  uint64_t streams_max = 0;        ///< streams in memory at once
  uint64_t stream_rate_bytes = 0;  ///< bytes a second of one stream
  uint64_t stream_burst_bytes = 0;

  /// Any age, any order, lines up to 16 MiB, no rates: for embedding and for loading old files.
  static IngestLimits lokilib();
  /// Loki 3.7.6's defaults, except that entries of any age are accepted, as far behind their stream's newest
  /// as 12 h (the settings that the conformance suite was recorded with).
  static IngestLimits loki();
};

}  // namespace lokilib
