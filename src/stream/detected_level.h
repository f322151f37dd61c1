// SPDX-License-Identifier: Apache-2.0
// detected_level.h: the level of an entry, found as Loki finds its structured metadata `detected_level`. Runs
// for every line that is stored: one forward scan, no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/entry.h>
#include <lokilib/ingest_limits.h>
#include <lokilib/labels.h>

namespace lokilib::stream {

inline constexpr std::string_view kDetectedLevel = "detected_level";

/// Immutable once made; any number of threads.
class LevelDetector {
 public:
  /// Copies what it needs of the limits.
  explicit LevelDetector(const IngestLimits& limits);

  /// Whether levels are to be detected at all: discover_log_levels, and metadata may be stored.
  bool is_enabled() const { return enabled_; }

  /// The level that the stream's labels give to every entry, if they do: ask once per stream. A view of the
  /// label's value or of static text.
  std::optional<std::string_view> from_labels(const LabelSet& labels) const;
  std::optional<std::string_view> from_labels(LabelSet&& labels) const = delete;  // the view would dangle

  /// The entry's level: from its metadata `detected_level` (which the caller then replaces), the stream's
  /// labels, a level field of the metadata, `severity_number`, or the line. `unknown` if nothing says it.
  /// Metadata names are normalised already. A view of a label's or metadata value, or of static text.
  std::string_view detect(std::optional<std::string_view> label_level, std::span<const MetadataView> metadata,
                          std::string_view line) const;

  /// What the line alone says: by a level field if it is JSON or logfmt, else by a word like `ERROR`.
  std::string_view from_line(std::string_view line) const;

 private:
  static constexpr size_t kNotFound = ~size_t{0};

  size_t field_index(std::string_view name) const;
  size_t field_index_ignoring_case(std::string_view name) const;
  std::optional<std::string_view> from_metadata(std::span<const MetadataView> metadata) const;
  std::string_view json_level(std::string_view line) const;
  const char* last_field_candidate(std::string_view line) const;
  std::string_view logfmt_level(std::string_view line) const;

  bool enabled_;
  uint32_t json_depth_max_;  // 0: any
  std::vector<std::string> fields_;
  std::array<bool, 256> field_begins_{};  // by a field's first byte, in either case
  std::array<bool, 256> field_ends_{};    // by its last byte
  uint64_t field_sizes_ = 0;              // bit n: a field of n bytes; bit 63: of 63 or more
};

/// `error` for `ERR`, `warn` for `Warning` and so on; what is no known name of a level comes back unchanged.
std::string_view normalise_level(std::string_view level);

/// The level of the first word in the text that is a level's name and stands alone, or `unknown`.
std::string_view find_level_word(std::string_view text);
/// The same one byte after the other: the judge of the fast one, and its stand-in where there is no SSE2.
std::string_view find_level_word_scalar(std::string_view text);

}  // namespace lokilib::stream
