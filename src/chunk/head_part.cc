// SPDX-License-Identifier: Apache-2.0
// head_part.cc: appending to a part. An entry newer than all before it costs one copy; the index that finds
// duplicates is built when the first entry comes that could be one.
#include "chunk/head_part.h"

#include <algorithm>
#include <cstring>

#include "base/assertion.h"
#include "base/hash.h"

namespace lokilib::chunk {
namespace {

// Entries with the newest time that are compared one by one; more of them are looked up in the index.
constexpr uint32_t kCompareMax = 8;

// Names that are searched one by one; more of them are looked up in a map.
constexpr uint32_t kNameScanMax = 8;

void put_varint(std::string& out, uint32_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

uint64_t raw_metadata_bytes(const EntryView& entry) {
  uint64_t bytes = 0;
  for (const MetadataView& pair : entry.metadata) bytes += pair.name.size() + pair.value.size();
  return bytes;
}

}  // namespace

size_t HeadPart::encoded_size_bound(const EntryView& entry) {
  size_t size = entry.line.size();
  for (const MetadataView& pair : entry.metadata) size += pair.value.size() + 10;
  return size;
}

size_t HeadPart::next_slab_size(size_t needed) const {
  const size_t regular = std::max<size_t>(kSlabBytesMin, slab_bytes_ + kSlabBytesMin);  // 4, 8, 16 ... KiB
  return std::max(regular, needed);
}

bool HeadPart::has_room(const EntryView& entry) const {
  if (rows_.size() == 0) return true;
  if (rows_.size() == kRowsMax) return false;
  if (names_.size() + entry.metadata.size() > kMetadataNamesMax) return false;
  const HeadRow& last = rows_[rows_.size() - 1];
  const uint64_t metadata_bytes = uint64_t{last.metadata_bytes_before} + last.metadata_bytes;
  if (metadata_bytes + raw_metadata_bytes(entry) > kMetadataBytesMax) return false;
  const size_t needed = encoded_size_bound(entry);
  if (!slabs_.empty() && slabs_.back().size - slabs_.back().used >= needed) return true;
  return slab_bytes_ + next_slab_size(needed) <= kBytesMax;
}

char* HeadPart::room_for(size_t size) {
  if (slabs_.empty() || slabs_.back().size - slabs_.back().used < size) {
    Slab slab;
    slab.size = next_slab_size(size);
    slab.bytes.reset(new char[slab.size + kPadding]);
    slab_bytes_ += slab.size;
    memory_bytes_.fetch_add(slab.size + kPadding, std::memory_order_relaxed);
    slabs_.push_back(std::move(slab));
  }
  Slab& slab = slabs_.back();
  char* const place = slab.bytes.get() + slab.used;
  slab.used += size;
  return place;
}

uint32_t HeadPart::intern(std::string_view name, size_t position) {
  if (position < name_hints_.size() && names_[name_hints_[position]] == name) return name_hints_[position];
  if (name_numbers_.empty()) {
    for (uint32_t id = 0; id < names_.size(); ++id) {
      if (names_[id] == name) return id;
    }
  } else if (const auto found = name_numbers_.find(name); found != name_numbers_.end()) {
    return found->second;
  }
  const uint32_t id = names_.size();
  names_.push_back(std::string(name));
  memory_bytes_.fetch_add(name.size() + sizeof(std::string), std::memory_order_relaxed);
  if (id + 1 > kNameScanMax) {
    for (uint32_t i = static_cast<uint32_t>(name_numbers_.size()); i <= id; ++i) {
      name_numbers_.emplace(names_[i], i);
    }
  }
  return id;
}

void HeadPart::encode_metadata(std::span<const MetadataView> metadata) {
  metadata_.clear();
  for (size_t i = 0; i < metadata.size(); ++i) {
    const uint32_t id = intern(metadata[i].name, i);
    if (i < name_hints_.size()) {
      name_hints_[i] = id;
    } else {
      name_hints_.push_back(id);
    }
    put_varint(metadata_, id);
    put_varint(metadata_, static_cast<uint32_t>(metadata[i].value.size()));
    metadata_.append(metadata[i].value);
  }
}

bool HeadPart::append(const EntryView& entry) {
  LOKILIB_ASSERT(has_room(entry));
  encode_metadata(entry.metadata);
  const uint32_t number = rows_.size();
  const bool newer = number == 0 || entry.timestamp_ns > newest_ns_;
  if (!newer && is_duplicate(entry)) return false;

  HeadRow row;
  row.timestamp_ns = entry.timestamp_ns;
  row.line_size = static_cast<uint32_t>(entry.line.size());
  row.metadata_size = static_cast<uint32_t>(metadata_.size());
  row.metadata_bytes = static_cast<uint32_t>(raw_metadata_bytes(entry));
  row.line_bytes_before = 0;
  row.metadata_bytes_before = 0;
  if (number > 0) {
    const HeadRow& last = rows_[number - 1];
    row.line_bytes_before = last.line_bytes_before + last.line_size;
    row.metadata_bytes_before = last.metadata_bytes_before + last.metadata_bytes;
  }
  char* const place = room_for(entry.line.size() + metadata_.size());
  if (!entry.line.empty()) std::memcpy(place, entry.line.data(), entry.line.size());
  if (!metadata_.empty()) std::memcpy(place + entry.line.size(), metadata_.data(), metadata_.size());
  row.bytes = place;

  rows_.push_back(row);
  if (newer) {
    newest_ns_ = entry.timestamp_ns;
    newest_begin_ = number;
  } else if (entry.timestamp_ns < newest_ns_ &&
             first_disorder_.load(std::memory_order_relaxed) == UINT32_MAX) {
    first_disorder_.store(number, std::memory_order_relaxed);
  }
  if (!index_.empty()) index_row(number);
  published_.store(number + 1, std::memory_order_release);
  return true;
}

bool HeadPart::holds(const HeadRow& row, const EntryView& entry) const {
  return row.timestamp_ns == entry.timestamp_ns && row.line() == entry.line && row.metadata() == metadata_;
}

bool HeadPart::is_duplicate(const EntryView& entry) {
  const uint32_t count = rows_.size();
  if (holds(rows_[count - 1], entry)) return true;
  const bool all_in_order = first_disorder_.load(std::memory_order_relaxed) == UINT32_MAX;
  if (all_in_order && entry.timestamp_ns == newest_ns_ && count - newest_begin_ <= kCompareMax) {
    for (uint32_t row = newest_begin_; row + 1 < count; ++row) {
      if (holds(rows_[row], entry)) return true;
    }
    return false;
  }
  if (index_.empty()) grow_index();
  const uint64_t hash = hash_of(entry.timestamp_ns, entry.line);
  const size_t mask = index_.size() - 1;
  for (size_t slot = hash & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
    if ((index_[slot] ^ hash) >> 32 != 0) continue;
    if (holds(rows_[static_cast<uint32_t>(index_[slot]) - 1], entry)) return true;
  }
  return false;
}

// Of time and encoded metadata too: entries that differ in one of them only are common.
uint64_t HeadPart::hash_of(int64_t timestamp_ns, std::string_view line) const {
  return hash64(metadata_, hash64(line, static_cast<uint64_t>(timestamp_ns)));
}

void HeadPart::index_row(uint32_t number) {
  if ((size_t{number} + 1) * 2 > index_.size()) {
    grow_index();
    return;
  }
  const HeadRow& row = rows_[number];
  const uint64_t hash = hash64(row.metadata(), hash64(row.line(), static_cast<uint64_t>(row.timestamp_ns)));
  const size_t mask = index_.size() - 1;
  size_t slot = hash & mask;
  while (index_[slot] != 0) slot = (slot + 1) & mask;
  index_[slot] = (hash & 0xffffffff00000000U) | (number + 1);
}

void HeadPart::grow_index() {
  const size_t before = index_.size();
  size_t size = 64;
  while (size < size_t{rows_.size()} * 4) size *= 2;
  index_.assign(size, 0);
  memory_bytes_.fetch_add((size - before) * sizeof(uint64_t), std::memory_order_relaxed);
  for (uint32_t row = 0; row < rows_.size(); ++row) index_row(row);
}

BlockStats HeadPart::stats(uint32_t count) const {
  BlockStats stats;
  stats.rows = count;
  if (count == 0) return stats;
  const HeadRow& last = rows_[count - 1];
  stats.line_bytes = uint64_t{last.line_bytes_before} + last.line_size;
  stats.metadata_bytes = uint64_t{last.metadata_bytes_before} + last.metadata_bytes;
  stats.time_min_ns = rows_[0].timestamp_ns;
  stats.time_max_ns = last.timestamp_ns;
  if (!in_order(count)) {
    for (uint32_t row = 0; row < count; ++row) {
      stats.time_min_ns = std::min(stats.time_min_ns, rows_[row].timestamp_ns);
      stats.time_max_ns = std::max(stats.time_max_ns, rows_[row].timestamp_ns);
    }
  }
  return stats;
}

}  // namespace lokilib::chunk
