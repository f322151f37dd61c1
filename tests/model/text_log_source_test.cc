// SPDX-License-Identifier: Apache-2.0
// text_log_source_test.cc: lines of a text as entries.
#include <charconv>

#include <gtest/gtest.h>

#include <lokilib/text_log_source.h>

namespace lokilib {
namespace {

using Entries = std::vector<std::pair<int64_t, std::string>>;

Entries read_all(const LogSource& source, const SelectRequest& request) {
  Entries entries;
  ScanStats stats;
  const auto cursors = source.select(request, stats);
  EXPECT_TRUE(cursors);
  Batch batch;
  for (const auto& cursor : *cursors) {
    while (*cursor->next(batch, stats)) {
      for (size_t row = 0; row < batch.row_count(); ++row) {
        entries.emplace_back(batch.timestamps_ns()[row], batch.lines()[row]);
      }
    }
  }
  return entries;
}

LabelSet labels() {
  return *parse_labels(R"({file="x"})");
}

std::optional<int64_t> leading_number(std::string_view line) {
  int64_t value = 0;
  if (std::from_chars(line.data(), line.data() + line.size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

TEST(TextLogSource, NumbersLinesWhereNoTimeIsGiven) {
  EXPECT_EQ(read_all(TextLogSource(labels(), "a\r\n\nb"), {}), (Entries{{0, "a"}, {1, ""}, {2, "b"}}));
  EXPECT_EQ(read_all(TextLogSource(labels(), "a\n"), {}), (Entries{{0, "a"}}));
  EXPECT_EQ(read_all(TextLogSource(labels(), ""), {}), (Entries{}));
}

TEST(TextLogSource, SortsByTimeAndLetsALineWithoutTimeFollowTheOneBefore) {
  const TextLogSource source(labels(), "head\n7 a\n  at b\n5 c\n7 d\n", leading_number);
  const Entries want = {{5, "5 c"}, {7, "head"}, {7, "7 a"}, {7, "  at b"}, {7, "7 d"}};
  EXPECT_EQ(read_all(source, {}), want);
  SelectRequest backward;
  backward.direction = Direction::Backward;
  backward.batch_rows_max = 2;
  EXPECT_EQ(read_all(source, backward), Entries(want.rbegin(), want.rend()));
  SelectRequest late;
  late.range = {6, 8};
  EXPECT_EQ(read_all(source, late), Entries(want.begin() + 1, want.end()));
}

TEST(TextLogSource, ReadsAFile) {
  const auto file_system = create_memory_file_system();
  ASSERT_TRUE(file_system->create_directories("/logs"));
  ASSERT_TRUE((*file_system->create("/logs/a"))->append("one\ntwo\n"));
  const auto source = TextLogSource::open(*file_system, "/logs/a", labels());
  ASSERT_TRUE(source) << source.error().to_string();
  EXPECT_EQ(read_all(**source, {}), (Entries{{0, "one"}, {1, "two"}}));
  EXPECT_EQ(TextLogSource::open(*file_system, "/logs/b", labels()).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace lokilib
