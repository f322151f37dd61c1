// SPDX-License-Identifier: Apache-2.0
// entry.h: one log entry: time, line and structured metadata.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/labels.h>

namespace lokilib {

struct MetadataView {
  std::string_view name;
  std::string_view value;

  friend bool operator==(const MetadataView&, const MetadataView&) = default;
};

/// An entry whose bytes belong to somebody else. `line` may hold any bytes.
/// Metadata names need no order; of a repeated name the last value counts.
struct EntryView {
  int64_t timestamp_ns = 0;  ///< nanoseconds since the Unix epoch; may be before 1970
  std::string_view line;
  std::span<const MetadataView> metadata = {};
};

/// An entry that owns its bytes.
struct Entry {
  int64_t timestamp_ns = 0;
  std::string line;
  std::vector<Label> metadata;

  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace lokilib
