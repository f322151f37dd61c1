// SPDX-License-Identifier: Apache-2.0
// block_builder.cc: rows to columns.
#include "chunk/block_builder.h"

#include <algorithm>

#include "base/assertion.h"

namespace lokilib::chunk {
namespace {

uint64_t metadata_bytes_of(const EntryView& entry) {
  uint64_t bytes = 0;
  for (const MetadataView& pair : entry.metadata) bytes += pair.name.size() + pair.value.size();
  return bytes;
}

}  // namespace

bool BlockBuilder::has_room(const EntryView& entry, const BlockLimits& limits) const {
  if (empty()) return true;
  return stats_.rows < limits.rows_max && stats_.line_bytes + entry.line.size() <= limits.line_bytes_max &&
         stats_.metadata_bytes + metadata_bytes_of(entry) <= limits.metadata_bytes_max &&
         columns_.size() + entry.metadata.size() <= kMetadataNamesMax;
}

BlockBuilder::Column& BlockBuilder::column(std::string_view name, size_t position) {
  if (position < hints_.size() && columns_[hints_[position]].name == name) return columns_[hints_[position]];
  const auto [found, is_new] = numbers_.emplace(name, static_cast<uint32_t>(columns_.size()));
  if (is_new) columns_.push_back({std::string(name), {}, {}});
  hints_.resize(std::max(hints_.size(), position + 1));
  hints_[position] = found->second;
  return columns_[found->second];
}

void BlockBuilder::add(const EntryView& entry) {
  LOKILIB_ASSERT(stats_.rows < kRowsPerBlockMax);
  LOKILIB_ASSERT(empty() || times_ns_.back() <= entry.timestamp_ns);
  const auto row = static_cast<uint16_t>(stats_.rows);
  times_ns_.push_back(entry.timestamp_ns);
  lines_.push_back(entry.line);
  for (size_t i = 0; i < entry.metadata.size(); ++i) {
    Column& place = column(entry.metadata[i].name, i);
    place.rows.push_back(row);
    place.values.push_back(entry.metadata[i].value);
  }
  if (stats_.rows == 0) stats_.time_min_ns = entry.timestamp_ns;
  stats_.time_max_ns = entry.timestamp_ns;
  stats_.line_bytes += entry.line.size();
  stats_.metadata_bytes += metadata_bytes_of(entry);
  ++stats_.rows;
}

void BlockBuilder::add_copy(const EntryView& entry) {
  copied_.clear();
  for (const MetadataView& pair : entry.metadata) copied_.push_back({pair.name, arena_.copy(pair.value)});
  add({entry.timestamp_ns, arena_.copy(entry.line), copied_});
}

void BlockBuilder::sort_columns() {
  std::sort(columns_.begin(), columns_.end(),
            [](const Column& a, const Column& b) { return a.name < b.name; });
  for (uint32_t i = 0; i < columns_.size(); ++i) numbers_[columns_[i].name] = i;
  hints_.clear();
}

void BlockBuilder::clear() {
  stats_ = {};
  times_ns_.clear();
  lines_.clear();
  columns_.clear();
  hints_.clear();
  numbers_.clear();
  arena_.reset();
}

}  // namespace lokilib::chunk
