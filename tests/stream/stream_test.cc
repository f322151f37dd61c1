// SPDX-License-Identifier: Apache-2.0
// stream_test.cc: the ordering window's edge, duplicates, and snapshots that stay as they are.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/stream.h>

#include "stream/ordering_window.h"

namespace lokilib {
namespace {

constexpr int64_t kHour = 3'600'000'000'000;

LabelSet app_labels() {
  return LabelSet::from_sorted({{"app", "api"}});
}

std::vector<std::string> lines_of(const StreamSnapshot& snapshot, const SelectRequest& request = {}) {
  std::vector<std::string> lines;
  auto cursor = snapshot.cursor(request);
  EXPECT_TRUE(cursor.has_value());
  Batch batch;
  ScanStats stats;
  while (true) {
    const Result<bool> more = (*cursor)->next(batch, stats);
    EXPECT_TRUE(more.has_value());
    if (!more.has_value() || !*more) return lines;
    for (const std::string_view line : batch.lines()) lines.emplace_back(line);
  }
}

TEST(OrderingWindow, AcceptsAnEntryOnTheEdgeAndRefusesOneOlder) {
  stream::OrderingWindow window(kHour);
  EXPECT_TRUE(window.accepts(std::numeric_limits<int64_t>::min()));
  window.advance(5 * kHour);
  EXPECT_TRUE(window.accepts(4 * kHour));
  EXPECT_FALSE(window.accepts(4 * kHour - 1));
  window.advance(4 * kHour);  // does not go back
  EXPECT_FALSE(window.accepts(4 * kHour - 1));
}

TEST(OrderingWindow, DoesNotOverflowNearTheBeginningOfTime) {
  stream::OrderingWindow window(kHour);
  window.advance(std::numeric_limits<int64_t>::min() + 5);
  EXPECT_TRUE(window.accepts(std::numeric_limits<int64_t>::min()));
}

TEST(OrderingWindow, OfMinusOneAcceptsAnyOrder) {
  stream::OrderingWindow window(-1);
  window.advance(5 * kHour);
  EXPECT_TRUE(window.accepts(-5 * kHour));
}

// Recorded, 3.7.6: the newest time advances entry by entry, and a new stream takes any age.
TEST(Stream, JudgesEachEntryByTheNewestBeforeIt) {
  Stream stream(app_labels(), {});
  const int64_t now = 1'700'000'000'000'000'000;
  EXPECT_TRUE(stream.append({now - 72 * kHour, "three days ago"}).has_value());
  EXPECT_TRUE(stream.append({now, "now"}).has_value());
  EXPECT_TRUE(stream.append({now - kHour + 10, "in the window"}).has_value());
  const Result<AppendResult> refused = stream.append({now - kHour - 1, "too late"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::TooFarBehind);
  EXPECT_EQ(lines_of(stream.snapshot()),
            (std::vector<std::string>{"three days ago", "in the window", "now"}));
}

TEST(Stream, RefusesALongLineAndStaysUnchanged) {
  StreamOptions options;
  options.line_bytes_max = 3;
  Stream stream(app_labels(), options);
  EXPECT_TRUE(stream.append({1, "abc"}).has_value());
  const Result<AppendResult> refused = stream.append({10 * kHour, "abcd"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::LineTooLong);
  EXPECT_TRUE(stream.append({0, "old"}).has_value()) << "the refused entry did not move the window";
}

TEST(Stream, SaysWhatIsADuplicate) {
  Stream stream(app_labels(), {});
  const Result<AppendResult> first = stream.append({1, "a"});
  const Result<AppendResult> second = stream.append({1, "a"});
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(*first, AppendResult::Stored);
  EXPECT_EQ(*second, AppendResult::Duplicate);
  EXPECT_EQ(stream.snapshot().entry_count(), 1U);
}

TEST(Stream, ASnapshotOutlivesTheStream) {
  StreamSnapshot snapshot;
  EXPECT_EQ(snapshot.time_min_ns(), std::nullopt);
  {
    Stream stream(app_labels(), {});
    ASSERT_TRUE(stream.append({1, "a"}).has_value());
    ASSERT_TRUE(stream.append({2, "bc"}).has_value());
    snapshot = stream.snapshot();
    ASSERT_TRUE(stream.append({3, "d"}).has_value());
  }
  EXPECT_EQ(snapshot.entry_count(), 2U);
  EXPECT_EQ(snapshot.line_bytes(), 3U);
  EXPECT_EQ(snapshot.time_max_ns(), 2);
  SelectRequest request;
  request.direction = Direction::Backward;
  EXPECT_EQ(lines_of(snapshot, request), (std::vector<std::string>{"bc", "a"}));
}

TEST(Stream, GivesTheLabelsWithItsEntries) {
  Stream stream(app_labels(), {});
  ASSERT_TRUE(stream.append({1, "a"}).has_value());
  auto cursor = stream.snapshot().cursor({});
  ASSERT_TRUE(cursor.has_value());
  EXPECT_EQ((*cursor)->labels(), app_labels());
}

}  // namespace
}  // namespace lokilib
