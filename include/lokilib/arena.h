// SPDX-License-Identifier: Apache-2.0
// arena.h: memory for the bytes of one batch or one request: allocation is a pointer move, and all of it
// is freed at once. Nothing in it is ever destroyed, so it holds only trivially destructible things.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <lokilib/export.h>

namespace lokilib {

/// Threads: one at a time.
class LOKILIB_EXPORT Arena {
 public:
  /// Readable (not writable) bytes behind every allocation, so that vector code may read past an end.
  static constexpr size_t kPadding = 64;

  Arena() = default;
  Arena(Arena&& other) noexcept { swap(other); }
  /// Frees what this arena held; the other one is empty afterwards.
  Arena& operator=(Arena&& other) noexcept {
    Arena taken(std::move(other));
    swap(taken);
    return *this;
  }

  /// `size` bytes, aligned to `alignment` (a power of two, at most 64), not initialised.
  char* allocate(size_t size, size_t alignment = 1) {
    const size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + size + kPadding > block_size_) return allocate_slow(size);
    used_ = start + size;
    return block_ + start;
  }

  /// `count` objects of T, value-initialised.
  template <typename T>
  T* allocate_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    T* const first = reinterpret_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (size_t i = 0; i < count; ++i) new (first + i) T();
    return first;
  }

  /// A copy of `text` that lives as long as the arena's contents.
  std::string_view copy(std::string_view text) {
    char* const bytes = allocate(text.size());
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  /// Forgets the contents; keeps one block for reuse.
  void reset();

  /// Bytes taken from the system.
  size_t capacity() const { return capacity_; }

 private:
  char* allocate_slow(size_t size);
  char* add_block(size_t size);
  void swap(Arena& other) noexcept {
    std::swap(blocks_, other.blocks_);
    std::swap(block_, other.block_);
    std::swap(block_size_, other.block_size_);
    std::swap(used_, other.used_);
    std::swap(capacity_, other.capacity_);
  }

  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  std::vector<Block> blocks_;
  char* block_ = nullptr;  // 64-byte aligned start of the open block
  size_t block_size_ = 0;  // usable bytes of the open block
  size_t used_ = 0;
  size_t capacity_ = 0;
};

}  // namespace lokilib
