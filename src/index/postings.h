// SPDX-License-Identifier: Apache-2.0
// postings.h: a set of series ids: a thin owner of a roaring bitmap, and the check of stored ones.
//
// The library's own "safe" decoding accepts malformed bitmaps on which later calls crash, so stored bytes are
// decoded only after check_postings() has walked them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lokilib/result.h>

struct roaring_bitmap_s;

namespace lokilib {

/// A value type, movable. Threads: const members from any.
class Postings {
 public:
  Postings() = default;
  /// [0, end)
  static Postings all(uint32_t end);
  /// Pre: check_postings(bytes) passed.
  static Postings decode(std::string_view bytes);

  ~Postings();
  Postings(Postings&& other) noexcept : bitmap_(std::exchange(other.bitmap_, nullptr)) {}
  Postings& operator=(Postings&& other) noexcept {
    std::swap(bitmap_, other.bitmap_);
    return *this;
  }

  void add(uint32_t id);
  void add(std::span<const uint32_t> ids);
  void unite(const Postings& other);
  void intersect(const Postings& other);
  void subtract(const Postings& other);

  bool empty() const;
  uint64_t size() const;
  /// Ascending.
  std::vector<uint32_t> to_vector() const;

  /// Appends Roaring's portable format.
  void encode(std::string& out) const;

 private:
  roaring_bitmap_s* bitmap();

  roaring_bitmap_s* bitmap_ = nullptr;  // null: empty
};

struct CheckedPostings {
  uint64_t count = 0;
  uint64_t size = 0;  ///< bytes that the bitmap takes
};

/// Walks the stored bitmap that `bytes` begin with: keys and values ascending, counts true, nothing missing,
/// all ids below `id_end`. Errors: `Corrupt`.
Result<CheckedPostings> check_postings(std::string_view bytes, uint32_t id_end);

}  // namespace lokilib
