// SPDX-License-Identifier: Apache-2.0
// vector_log_source_test.cc: order, ranges and batches of entries in memory, and the columns of a batch.
#include <gtest/gtest.h>

#include <lokilib/log_source.h>

#include "support/random.h"

namespace lokilib {
namespace {

LabelSet labels_of(std::string_view text) {
  return *parse_labels(text);
}

std::vector<std::pair<int64_t, std::string>> read_all(const LogSource& source, const SelectRequest& request) {
  std::vector<std::pair<int64_t, std::string>> entries;
  ScanStats stats;
  auto cursors = source.select(request, stats);
  EXPECT_TRUE(cursors);
  EXPECT_EQ(stats.streams, cursors->size());
  Batch batch;
  for (const auto& cursor : *cursors) {
    while (true) {
      const int64_t bound = cursor->bound_ns();
      const auto more = cursor->next(batch, stats);
      EXPECT_TRUE(more);
      if (!*more) break;
      EXPECT_EQ(batch.selection.size(), batch.row_count());
      EXPECT_LE(batch.row_count(), request.batch_rows_max);
      EXPECT_EQ(batch.timestamps_ns()[0], bound);
      for (size_t row = 0; row < batch.row_count(); ++row) {
        entries.emplace_back(batch.timestamps_ns()[row], batch.lines()[row]);
        EXPECT_EQ(batch.line_sizes()[row], batch.lines()[row].size());
      }
    }
  }
  EXPECT_EQ(stats.lines_scanned, entries.size());
  return entries;
}

TEST(VectorLogSource, JoinsEqualStreamsAndKeepsEqualEntriesOnce) {
  const VectorLogSource source(
      {{labels_of(R"({a="1"})"), {{2, "x", {}}, {1, "y", {}}, {2, "x", {}}}},
       {labels_of(R"({a="1"})"), {{2, "x", {{"k", "v"}}}, {2, "w", {}}, {2, "x", {}}}}});
  const std::vector<std::pair<int64_t, std::string>> want = {{1, "y"}, {2, "x"}, {2, "x"}, {2, "w"}};
  EXPECT_EQ(read_all(source, {}), want);
}

TEST(VectorLogSource, SelectsByMatchersAndRange) {
  const VectorLogSource source({{labels_of(R"({a="2"})"), {{5, "five", {}}, {6, "six", {}}}},
                                {labels_of(R"({a="1"})"), {{5, "five of 1", {}}}}});
  SelectRequest request;
  request.matchers.push_back(*Matcher::create(MatchOp::Equal, "a", "2"));
  request.range = {5, 6};
  const std::vector<std::pair<int64_t, std::string>> want = {{5, "five"}};
  EXPECT_EQ(read_all(source, request), want);
}

TEST(VectorLogSource, CutsBatchesOfLongLines) {
  std::vector<Entry> entries;
  for (int i = 0; i < 10; ++i) entries.push_back({i, std::string(kBatchLineBytesMax / 3, 'x'), {}});
  const VectorLogSource source({{labels_of(R"({a="1"})"), entries}});
  ScanStats stats;
  const auto cursors = source.select({}, stats);
  Batch batch;
  ASSERT_TRUE(*(*cursors)[0]->next(batch, stats));
  EXPECT_EQ(batch.row_count(), 3u);
}

TEST(VectorLogSourceProperty, BackwardIsForwardReversed) {
  test::for_each_seed(50, [](test::Random& random) {
    std::vector<Entry> entries;
    for (size_t n = random.below(3000); n > 0; --n) {
      entries.push_back({random.between(-50, 50), random.text("ab", 4), {}});
    }
    const VectorLogSource source({{labels_of(R"({a="1"})"), entries}});
    SelectRequest request;
    request.range = {random.between(-60, 0), random.between(0, 60)};
    request.batch_rows_max = static_cast<uint32_t>(random.between(1, kBatchRowsMax));
    auto forward = read_all(source, request);
    ASSERT_TRUE(std::is_sorted(forward.begin(), forward.end(),
                               [](const auto& a, const auto& b) { return a.first < b.first; }));
    request.direction = Direction::Backward;
    std::reverse(forward.begin(), forward.end());
    ASSERT_EQ(read_all(source, request), forward);
  });
}

TEST(Batch, GivesMetadataOfAStreamLabelAnotherName) {
  const LabelSet labels = labels_of(R"({app="x"})");
  Batch batch;
  batch.reset(labels, 2);
  batch.set_metadata("app", 1, "y");
  batch.set_metadata("__error__", 0, "Broken");
  EXPECT_EQ(batch.find_column("app")->get(1), "x");
  EXPECT_EQ(batch.find_column("app_extracted")->get(1), "y");
  EXPECT_EQ(batch.find_column("app_extracted")->get(0).data(), nullptr);
  EXPECT_EQ(batch.errors.get(0), "Broken");
  EXPECT_EQ(batch.find_column("__error__"), nullptr);
}

TEST(Batch, FindsOneOfManyColumns) {
  const LabelSet labels = labels_of(R"({app="x"})");
  Batch batch;
  for (int round = 0; round < 2; ++round) {
    batch.reset(labels, 1);
    for (int i = 0; i < 1000; ++i) {
      LabelColumn& column = batch.column("name" + std::to_string(i));
      column.set_parsed(batch.arena(), 0, batch.arena().copy(std::to_string(i)));
    }
    EXPECT_EQ(batch.columns().size(), 1001u);
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(batch.find_column("name" + std::to_string(i))->get(0), std::to_string(i));
    }
    EXPECT_EQ(batch.find_column("app")->get(0), "x");
    EXPECT_EQ(batch.find_column("name1000"), nullptr);
  }
}

}  // namespace
}  // namespace lokilib
