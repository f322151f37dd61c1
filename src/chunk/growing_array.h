// SPDX-License-Identifier: Apache-2.0
// growing_array.h: an array that grows at its end and whose elements never move, so that one thread can
// append while others read what was published before.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <utility>

namespace lokilib::chunk {

/// Pages of kFirst, 2*kFirst, 4*kFirst ... elements; kFirst is a power of two.
///
/// Threads: one writer. A reader may use the elements below a size that the writer has published to it
/// (release and acquire on an atomic of the owner).
template <typename T, uint32_t kFirst, uint32_t kPages>
class GrowingArray {
 public:
  static constexpr uint32_t kSizeMax = kFirst * ((uint32_t{1} << kPages) - 1);

  /// Writer only.
  uint32_t size() const { return size_; }

  /// Writer only. Pre: size() < kSizeMax.
  T& push_back(T value) {
    if (size_ == room_end_) add_page();
    T& place = open_page_[size_ - open_begin_];
    place = std::move(value);
    ++size_;
    return place;
  }

  T& operator[](uint32_t index) { return *place_of(index); }
  const T& operator[](uint32_t index) const { return *place_of(index); }

 private:
  static constexpr uint32_t begin_of(uint32_t page) { return kFirst * ((uint32_t{1} << page) - 1); }

  T* place_of(uint32_t index) const {
    const auto page = static_cast<uint32_t>(std::bit_width(index / kFirst + 1)) - 1;
    return &pages_[page][index - begin_of(page)];
  }

  void add_page() {
    const auto page = static_cast<uint32_t>(std::bit_width(size_ / kFirst + 1)) - 1;
    pages_[page].reset(new T[size_t{kFirst} << page]);
    open_page_ = pages_[page].get();
    open_begin_ = size_;
    room_end_ = begin_of(page + 1);
  }

  std::array<std::unique_ptr<T[]>, kPages> pages_;
  T* open_page_ = nullptr;
  uint32_t open_begin_ = 0;
  uint32_t room_end_ = 0;
  uint32_t size_ = 0;
};

}  // namespace lokilib::chunk
