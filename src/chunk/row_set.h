// SPDX-License-Identifier: Apache-2.0
// row_set.h: which rows of a block are still wanted. Up to 65,536 rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lokilib::chunk {

inline constexpr uint32_t kRowsPerBlockMax = 65'536;

/// A set of row numbers below rows(). One bit a row; cheap to narrow, to count and to walk.
class RowSet {
 public:
  static RowSet all(uint32_t rows);
  static RowSet none(uint32_t rows);

  uint32_t rows() const { return rows_; }
  uint32_t count() const;
  bool empty() const;
  bool contains(uint32_t row) const { return ((words_[row / 64] >> (row % 64)) & 1) != 0; }
  void add(uint32_t row) { words_[row / 64] |= uint64_t{1} << (row % 64); }
  void remove(uint32_t row) { words_[row / 64] &= ~(uint64_t{1} << (row % 64)); }
  /// Keeps only rows in [begin, end).
  void keep_range(uint32_t begin, uint32_t end);
  void intersect(const RowSet& other);
  void subtract(const RowSet& other);
  void unite(const RowSet& other);
  /// The smallest row >= `row` in the set, or rows().
  uint32_t next(uint32_t row) const;
  /// All rows, ascending.
  std::vector<uint16_t> to_vector() const;
  std::vector<uint64_t>& words() { return words_; }
  const std::vector<uint64_t>& words() const { return words_; }

 private:
  uint32_t rows_ = 0;
  std::vector<uint64_t> words_;
};

}  // namespace lokilib::chunk
