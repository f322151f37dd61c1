// SPDX-License-Identifier: Apache-2.0
// arena.cc: where an arena's blocks come from. Blocks double from 4 KiB to 256 KiB; what is larger than a
// quarter of that gets a block of its own, so that it does not end the open one.
#include <algorithm>

#include <lokilib/arena.h>

namespace lokilib {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kBlockBytesMin = size_t{4} << 10;
constexpr size_t kBlockBytesMax = size_t{256} << 10;
constexpr size_t kOwnBlockBytes = kBlockBytesMax / 4;  // larger allocations do not share a block
constexpr size_t kKeptBytesMax = size_t{1} << 20;      // reset() gives larger blocks back

char* align(char* bytes) {
  return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(bytes) + kAlignment - 1) & ~(kAlignment - 1));
}

}  // namespace

char* Arena::add_block(size_t size) {
  blocks_.reserve(blocks_.size() + 1);
  blocks_.push_back({std::unique_ptr<char[]>(new char[size + kAlignment - 1]), size});
  capacity_ += size;
  return align(blocks_.back().bytes.get());
}

char* Arena::allocate_slow(size_t size) {
  if (size > kOwnBlockBytes) return add_block(size + kPadding);
  const size_t next = std::clamp(2 * block_size_, kBlockBytesMin, kBlockBytesMax);
  const size_t block_size = std::max(next, (size + kPadding + kBlockBytesMin - 1) & ~(kBlockBytesMin - 1));
  block_ = add_block(block_size);
  block_size_ = block_size;
  used_ = size;
  return block_;
}

void Arena::reset() {
  Block kept;
  for (Block& block : blocks_) {
    if (block.size <= kKeptBytesMax && block.size > kept.size) std::swap(kept, block);
  }
  blocks_.clear();
  used_ = 0;
  capacity_ = block_size_ = kept.size;
  block_ = nullptr;
  if (kept.size == 0) return;
  block_ = align(kept.bytes.get());
  blocks_.push_back(std::move(kept));
}

}  // namespace lokilib
