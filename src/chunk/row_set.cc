// SPDX-License-Identifier: Apache-2.0
// row_set.cc: row sets as bits. Bits at and above rows() are always zero, so words can be counted and
// combined whole.
#include "chunk/row_set.h"

#include <algorithm>
#include <bit>

namespace lokilib::chunk {

RowSet RowSet::none(uint32_t rows) {
  RowSet set;
  set.rows_ = rows;
  set.words_.assign((rows + 63) / 64, 0);
  return set;
}

RowSet RowSet::all(uint32_t rows) {
  RowSet set;
  set.rows_ = rows;
  set.words_.assign((rows + 63) / 64, ~uint64_t{0});
  if (rows % 64 != 0) set.words_.back() = (uint64_t{1} << (rows % 64)) - 1;
  return set;
}

uint32_t RowSet::count() const {
  uint32_t total = 0;
  for (const uint64_t word : words_) total += static_cast<uint32_t>(std::popcount(word));
  return total;
}

bool RowSet::empty() const {
  return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
}

void RowSet::keep_range(uint32_t begin, uint32_t end) {
  end = std::min(end, rows_);
  if (begin >= end) {
    std::fill(words_.begin(), words_.end(), 0);
    return;
  }
  std::fill(words_.begin(), words_.begin() + begin / 64, 0);
  words_[begin / 64] &= ~uint64_t{0} << (begin % 64);
  if (end % 64 != 0) words_[end / 64] &= (uint64_t{1} << (end % 64)) - 1;
  std::fill(words_.begin() + (end + 63) / 64, words_.end(), 0);
}

void RowSet::intersect(const RowSet& other) {
  for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

void RowSet::subtract(const RowSet& other) {
  for (size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
}

void RowSet::unite(const RowSet& other) {
  for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}

uint32_t RowSet::next(uint32_t row) const {
  if (row >= rows_) return rows_;
  size_t word = row / 64;
  uint64_t bits = words_[word] & (~uint64_t{0} << (row % 64));
  while (bits == 0) {
    if (++word == words_.size()) return rows_;
    bits = words_[word];
  }
  return static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(bits));
}

std::vector<uint16_t> RowSet::to_vector() const {
  std::vector<uint16_t> rows;
  rows.reserve(count());
  for (size_t word = 0; word < words_.size(); ++word) {
    for (uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
      rows.push_back(static_cast<uint16_t>(word * 64 + static_cast<size_t>(std::countr_zero(bits))));
    }
  }
  return rows;
}

}  // namespace lokilib::chunk
