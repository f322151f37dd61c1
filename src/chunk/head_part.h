// SPDX-License-Identifier: Apache-2.0
// head_part.h: up to 256 KiB of a head's entries, in order of arrival, in memory that never moves: bytes in
// slabs, rows in a growing array. The row count is published last, with release, so a reader that loads it
// with acquire sees complete rows and needs no lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <lokilib/entry.h>

#include "chunk/block.h"
#include "chunk/growing_array.h"

namespace lokilib::chunk {

/// One entry: its line, then its encoded metadata, one behind the other in a slab.
struct HeadRow {
  int64_t timestamp_ns;
  const char* bytes;
  uint32_t line_size;
  uint32_t metadata_size;          ///< of the encoded form
  uint32_t line_bytes_before;      ///< of all earlier rows of the part
  uint32_t metadata_bytes_before;  ///< the same, raw names and values
  uint32_t metadata_bytes;         ///< raw bytes of this row's names and values

  std::string_view line() const { return {bytes, line_size}; }
  std::string_view metadata() const { return {bytes + line_size, metadata_size}; }
};

/// Threads: append() and the members marked "writer" by one thread; the rest by any, for rows below a count
/// that row_count() gave.
class HeadPart {
 public:
  /// Readable bytes behind every line, for code that reads in wide steps.
  static constexpr size_t kPadding = 64;
  static constexpr uint32_t kSlabBytesMin = 4 * 1024;
  static constexpr uint32_t kBytesMax = 256 * 1024;
  static constexpr uint32_t kRowsMax = 16 * 1023;

  HeadPart() = default;
  HeadPart(const HeadPart&) = delete;
  HeadPart& operator=(const HeadPart&) = delete;

  /// Writer: whether an entry of that size still belongs here; an empty part takes any.
  bool has_room(const EntryView& entry) const;
  /// Writer: stores the entry, whose metadata is sorted by name without repeats, or returns false if it is
  /// here already. Pre: has_room().
  bool append(const EntryView& entry);

  uint32_t row_count() const { return published_.load(std::memory_order_acquire); }
  const HeadRow& row(uint32_t index) const { return rows_[index]; }
  const std::string& name(uint32_t id) const { return names_[id]; }
  /// Whether the first `count` rows are in time order.
  bool in_order(uint32_t count) const { return count <= first_disorder_.load(std::memory_order_relaxed); }
  BlockStats stats(uint32_t count) const;
  /// The metadata of a row, as (name number, value), in order of names.
  template <typename Visitor>
  static void visit_metadata(const HeadRow& row, Visitor visit);

  /// Bytes taken from the system, roughly. Any thread.
  uint64_t memory_bytes() const { return memory_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Slab {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;  // without the padding
    size_t used = 0;
  };
  static size_t encoded_size_bound(const EntryView& entry);
  size_t next_slab_size(size_t needed) const;
  char* room_for(size_t size);
  void encode_metadata(std::span<const MetadataView> metadata);
  uint32_t intern(std::string_view name, size_t position);
  bool is_duplicate(const EntryView& entry);
  bool holds(const HeadRow& row, const EntryView& entry) const;
  uint64_t hash_of(int64_t timestamp_ns, std::string_view line) const;
  void index_row(uint32_t row);
  void grow_index();

  GrowingArray<HeadRow, 16, 10> rows_;
  GrowingArray<std::string, 8, 12> names_;
  std::atomic<uint32_t> published_{0};
  std::atomic<uint32_t> first_disorder_{UINT32_MAX};
  std::atomic<uint64_t> memory_bytes_{0};

  // Writer only.
  std::vector<Slab> slabs_;
  size_t slab_bytes_ = 0;
  int64_t newest_ns_ = 0;
  uint32_t newest_begin_ = 0;         // rows from here on have the newest time, as long as all is in order
  std::string metadata_;              // the entry's metadata, encoded
  std::vector<uint32_t> name_hints_;  // name numbers of the last entry: the next has mostly the same
  std::unordered_map<std::string_view, uint32_t> name_numbers_;
  std::vector<uint64_t> index_;  // open addressing: upper half of the hash, row + 1; empty until needed
  uint32_t indexed_ = 0;         // rows below are in index_
};

template <typename Visitor>
void HeadPart::visit_metadata(const HeadRow& row, Visitor visit) {
  const char* at = row.bytes + row.line_size;
  const char* const end = at + row.metadata_size;
  const auto varint = [&at] {
    uint32_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(*at++);
      value |= static_cast<uint32_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
  };
  while (at != end) {
    const uint32_t name = varint();
    const uint32_t size = varint();
    visit(name, std::string_view(at, size));
    at += size;
  }
}

}  // namespace lokilib::chunk
