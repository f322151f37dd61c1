// SPDX-License-Identifier: Apache-2.0
// query_stats_test.cc: what a result says of how it came about: entries in and out of each stage of each
// scan.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "logql/exec/query_support.h"

namespace lokilib::test {
namespace {

VectorLogSource three_lines() {
  return VectorLogSource({stream(R"({a="1"})", {{1, "v=1"}, {2, "v=2"}, {3, "w=3"}})});
}

// "stage in>out; ..." of each scan.
std::vector<std::string> stages_of(const Result<QueryResult>& result) {
  if (!result) return {result.error().message};
  std::vector<std::string> scans;
  for (const ScanProfile& scan : result->stats.scans) {
    std::string& text = scans.emplace_back(scan.selector + ":");
    int64_t stages_ns = 0;
    for (const StageStats& stage : scan.stages) {
      text += ' ' + stage.stage + ' ' + std::to_string(stage.lines_in) + '>' +
              std::to_string(stage.lines_out) + ';';
      stages_ns += stage.duration_ns;
    }
    EXPECT_GE(stages_ns, 0);
    EXPECT_GE(scan.duration_ns, stages_ns);
    EXPECT_GE(result->stats.duration_ns, scan.duration_ns);
  }
  return scans;
}

TEST(QueryStats, CountsEntriesOfEachStage) {
  const auto result =
      evaluate(range(R"({a="1"} |= "v" | logfmt | v > 1)", kBase, kBase + 10 * kSecond, 0), three_lines());
  EXPECT_EQ(stages_of(result),
            std::vector<std::string>{R"({a="1"}: read 3>3; |= "v" 3>2; | logfmt 2>2; | v>1 2>1;)"});
  EXPECT_EQ(result->stats.lines_passed, 1U);
  EXPECT_TRUE(result->stats.complete);
}

TEST(QueryStats, HasAScanPerRangeAggregation) {
  const auto result = evaluate(instant(R"(sum(sum_over_time({a="1"} | logfmt | unwrap v [1m])) /
                                          sum(count_over_time({a="1"} | logfmt [1m])))",
                                       kBase + 10 * kSecond),
                               three_lines());
  // In the second no label is read, so its parser does not run.
  EXPECT_EQ(stages_of(result),
            (std::vector<std::string>{R"({a="1"}: read 3>3; | logfmt 3>3; | unwrap v 3>2;)",
                                      R"({a="1"}: read 3>3;)"}));
  EXPECT_EQ(result->stats.lines_passed, 5U);
}

TEST(QueryStats, IsReadable) {
  QueryStats stats;
  stats.complete = false;
  stats.duration_ns = 1'500'000;
  stats.scan.damage = {"x.seg: block 3"};
  stats.scans.push_back({R"({a="1"})", {{"read", 3, 2, 1000}, {"| logfmt", 2, 1, 2000}}, 5000});
  EXPECT_EQ(to_string(stats),
            "INCOMPLETE in 1.5ms: 0 given, 0 came through the pipeline, 0 scanned\n"
            "streams: 0, chunks: 0, blocks: 0 (0 skipped by time, 0 by filter, 0 damaged)\n"
            "bytes: 0B stored, 0B decompressed, 0B of lines, 0B of structured metadata\n"
            "scan {a=\"1\"}: 5\xC2\xB5s\n"
            "  read      3 -> 2 lines, 1\xC2\xB5s\n"
            "  | logfmt  2 -> 1 lines, 2\xC2\xB5s\n"
            "damage: x.seg: block 3\n");
}

}  // namespace
}  // namespace lokilib::test
