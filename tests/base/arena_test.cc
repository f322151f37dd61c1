// SPDX-License-Identifier: Apache-2.0
// arena_test.cc: allocations keep apart, aligned and padded; blocks grow, are not wasted, and are given back.
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/arena.h>

#include "support/random.h"

namespace lokilib {
namespace {

uintptr_t address(const void* pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

TEST(Arena, HoldsWhatWasCopied) {
  Arena arena;
  const std::string_view a = arena.copy("hello");
  const std::string_view empty = arena.copy("");
  const std::string_view b = arena.copy("world");
  EXPECT_EQ(a, "hello");
  EXPECT_EQ(empty, "");
  EXPECT_EQ(b, "world");
}

TEST(Arena, GrowsFrom4KiBTo256KiB) {
  Arena arena;
  EXPECT_EQ(arena.capacity(), 0u);
  arena.allocate(1);
  EXPECT_EQ(arena.capacity(), 4096u);
  for (int i = 0; i < 2'000; ++i) arena.allocate(1000);
  const size_t before = arena.capacity();
  while (arena.capacity() == before) arena.allocate(1000);
  EXPECT_EQ(arena.capacity() - before, 256u << 10);
}

TEST(Arena, ALargeAllocationDoesNotWasteTheOpenBlock) {
  Arena arena;
  char* const first = arena.allocate(10);
  arena.allocate(1u << 20);
  EXPECT_EQ(arena.allocate(10), first + 10);
}

TEST(Arena, ResetKeepsABlock) {
  Arena arena;
  for (int i = 0; i < 100; ++i) arena.allocate(1000);
  arena.allocate(8u << 20);
  arena.reset();
  const size_t kept = arena.capacity();
  EXPECT_GT(kept, 0u);
  EXPECT_LE(kept, 1u << 20);
  arena.allocate(1000);
  EXPECT_EQ(arena.capacity(), kept);
  arena.reset();
  EXPECT_EQ(arena.capacity(), kept);
}

TEST(Arena, MovingLeavesAnEmptyOne) {
  Arena arena;
  const std::string_view text = arena.copy("text");
  Arena other = std::move(arena);
  EXPECT_EQ(text, "text");
  arena.copy("something else");  // NOLINT(bugprone-use-after-move): it must be usable
  EXPECT_EQ(text, "text");
  arena = std::move(other);
  EXPECT_EQ(text, "text");
  EXPECT_EQ(other.capacity(), 0u);  // NOLINT(bugprone-use-after-move)
}

TEST(Arena, ArraysBeginWithZeros) {
  Arena arena;
  std::memset(arena.allocate(100), 0xff, 100);
  arena.reset();
  const uint64_t* const values = arena.allocate_array<uint64_t>(8);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(values[i], 0u);
}

TEST(ArenaProperty, AllocationsAreAlignedApartAndPadded) {
  test::for_each_seed(50, [](test::Random& random) {
    Arena arena;
    std::vector<std::pair<char*, size_t>> taken;
    for (int i = 0; i < 200; ++i) {
      if (random.one_in(60)) {
        arena.reset();
        taken.clear();
      }
      const size_t size = random.one_in(20) ? random.below(400'000) : random.below(300);
      const size_t alignment = size_t{1} << random.below(7);
      char* const bytes = arena.allocate(size, alignment);
      ASSERT_EQ(address(bytes) % alignment, 0u);
      std::memset(bytes, i & 0x7f, size);
      volatile char behind = bytes[size + Arena::kPadding - 1];  // readable: a sanitizer would say if not
      static_cast<void>(behind);
      for (const auto& [other, other_size] : taken) {
        ASSERT_TRUE(other + other_size <= bytes || bytes + size <= other) << "allocations overlap";
      }
      taken.emplace_back(bytes, size);
    }
  });
}

}  // namespace
}  // namespace lokilib
