// SPDX-License-Identifier: Apache-2.0
// head_test.cc: what a head stores, what it takes for a duplicate, and that readers beside the writer see
// whole entries.
#include "chunk/head.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "chunk/chunk_support.h"

namespace lokilib::chunk {
namespace {

using test::read_blocks;
using test::view_of;

bool append(Head& head, const Entry& entry) {
  std::vector<MetadataView> metadata;
  const Result<bool> stored = head.append(view_of(entry, metadata));
  EXPECT_TRUE(stored.has_value()) << stored.error().to_string();
  return stored.has_value() && *stored;
}

TEST(Head, IsEmptyAtFirst) {
  const Head head;
  EXPECT_TRUE(head.snapshot().empty());
  EXPECT_EQ(head.stats().rows, 0U);
}

TEST(Head, GivesEntriesInTimeOrderAndEqualTimesInOrderOfArrival) {
  Head head;
  for (const Entry& entry : {Entry{20, "c", {}}, Entry{10, "b", {}}, Entry{20, "a", {}}, Entry{5, "d", {}}}) {
    EXPECT_TRUE(append(head, entry));
  }
  const std::vector<Entry> want = {{5, "d", {}}, {10, "b", {}}, {20, "c", {}}, {20, "a", {}}};
  EXPECT_EQ(read_blocks(head.snapshot()), want);
  const BlockStats stats = head.stats();
  EXPECT_EQ(stats.rows, 4U);
  EXPECT_EQ(stats.line_bytes, 4U);
  EXPECT_EQ(stats.time_min_ns, 5);
  EXPECT_EQ(stats.time_max_ns, 20);
}

TEST(Head, StoresAnEntryOfTheOpenPartOnce) {
  Head head;
  EXPECT_TRUE(append(head, {1, "a", {}}));
  EXPECT_FALSE(append(head, {1, "a", {}}));
  EXPECT_TRUE(append(head, {1, "b", {}}));
  EXPECT_FALSE(append(head, {1, "a", {}}));
  EXPECT_TRUE(append(head, {1, "a", {{"k", "1"}}}));
  EXPECT_TRUE(append(head, {2, "a", {}}));
  EXPECT_FALSE(append(head, {1, "b", {}})) << "an older time, found in the index";
  EXPECT_TRUE(append(head, {0, "a", {}}));
  EXPECT_FALSE(append(head, {1, "a", {{"k", "1"}}}));
  EXPECT_EQ(head.stats().rows, 5U);
}

TEST(Head, FindsDuplicatesAmongThousandsOfEqualTimes) {
  Head head;
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(append(head, {1, "line " + std::to_string(i), {}}));
  for (int i = 0; i < 5000; ++i) EXPECT_FALSE(append(head, {1, "line " + std::to_string(i), {}}));
}

TEST(Head, KnowsTheLastEntryOfAClosedPart) {
  Head head;
  EXPECT_TRUE(append(head, {1, "a", {{"k", "1"}}}));
  ASSERT_TRUE(head.cut().has_value());
  EXPECT_FALSE(append(head, {1, "a", {{"k", "1"}}}));
  EXPECT_TRUE(append(head, {1, "a", {{"k", "2"}}}));
}

TEST(Head, TakesTheLastOfARepeatedNameAndNoneWithoutName) {
  Head head;
  EXPECT_TRUE(append(head, {1, "a", {{"k", "1"}, {"b", "x"}, {"", "y"}, {"k", "2"}}}));
  const std::vector<Entry> want = {{1, "a", {{"b", "x"}, {"k", "2"}}}};
  EXPECT_EQ(read_blocks(head.snapshot()), want);
}

TEST(Head, RefusesWhatNoBlockCanHold) {
  Head head;
  const std::string line(kLineBytesMax + 1, 'x');
  const Result<bool> refused = head.append({1, line});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::LineTooLong);
  const std::string value(kMetadataBytesMax, 'x');
  const std::vector<MetadataView> metadata = {{"k", value}};
  const Result<bool> too_large = head.append({1, "", metadata});
  ASSERT_FALSE(too_large.has_value());
  EXPECT_EQ(too_large.error().code, ErrorCode::MetadataTooLarge);
  EXPECT_EQ(head.stats().rows, 0U);
}

TEST(Head, ASnapshotDoesNotSeeWhatComesLater) {
  Head head;
  append(head, {1, "a", {}});
  const auto snapshot = head.snapshot();
  append(head, {0, "b", {}});
  EXPECT_EQ(read_blocks(snapshot), (std::vector<Entry>{{1, "a", {}}}));
}

TEST(Head, DropsTheOldestBlocksAndKeepsWhatCameAfterTheCut) {
  Head head;
  append(head, {1, "a", {}});
  const Result<size_t> count = head.cut();
  ASSERT_TRUE(count.has_value());
  append(head, {2, "b", {}});
  EXPECT_EQ(read_blocks(head.snapshot()).size(), 2U);
  head.drop_oldest(*count);
  EXPECT_EQ(read_blocks(head.snapshot()), (std::vector<Entry>{{2, "b", {}}}));
  EXPECT_EQ(head.stats().rows, 1U);
}

TEST(Head, LevelsOnEveryEntryCostAFewBytes) {
  Head with;
  Head without;
  static const char* const kLevels[] = {"info", "warn", "error"};
  for (int i = 0; i < 50'000; ++i) {
    const std::string line = "request " + std::to_string(i * 7919);
    append(without, {i, line, {}});
    append(with, {i, line, {{"detected_level", kLevels[i % 7 % 3]}}});
  }
  EXPECT_LT(with.memory_bytes(), without.memory_bytes() + 50'000);
}

TEST(Head, ReadersBesideTheWriterSeeAPrefixOfWhatWasAppended) {
  constexpr int kCount = 20'000;
  Head head;
  std::atomic<bool> done{false};
  const auto line_of = [](int64_t i) {
    return "line " + std::to_string(i) + std::string(static_cast<size_t>(i % 90), 'x');
  };
  const auto read = [&] {
    size_t last = 0;
    while (!done.load()) {
      const auto blocks = head.snapshot();
      const std::vector<Entry> entries = read_blocks(blocks);
      ASSERT_GE(entries.size(), last);
      last = entries.size();
      for (size_t i = 0; i < entries.size(); ++i) {
        ASSERT_EQ(entries[i].timestamp_ns, static_cast<int64_t>(i));
        ASSERT_EQ(entries[i].line, line_of(static_cast<int64_t>(i)));
      }
    }
  };
  std::thread first(read);
  std::thread second(read);
  for (int i = 0; i < kCount; ++i) append(head, {i, line_of(i), {{"n", std::to_string(i % 3)}}});
  done.store(true);
  first.join();
  second.join();
  EXPECT_EQ(head.stats().rows, static_cast<uint32_t>(kCount));
}

}  // namespace
}  // namespace lokilib::chunk
