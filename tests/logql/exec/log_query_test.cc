// SPDX-License-Identifier: Apache-2.0
// log_query_test.cc: log queries end to end: order, limit, interval, labels by category, and how much is
// read.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "logql/exec/query_support.h"

namespace lokilib::test {
namespace {

QueryRequest logs(std::string query, Direction direction, uint64_t limit = 100) {
  QueryRequest request = range(std::move(query), kBase, kBase + 100 * kSecond, 0);
  request.direction = direction;
  request.limit = limit;
  return request;
}

TEST(LogQuery, OrdersByTimeThenStreamThenArrival) {
  const VectorLogSource source({stream(R"({a="2"})", {{1, "p"}, {1, "q"}, {3, "r"}}),
                                stream(R"({a="1"})", {{1, "s"}, {2, "t"}, {3, "u"}})});
  EXPECT_EQ(to_text(evaluate(logs(R"({a=~".+"})", Direction::Forward), source)),
            "1 s {a=\"1\"}\n1 p {a=\"2\"}\n1 q {a=\"2\"}\n2 t {a=\"1\"}\n3 u {a=\"1\"}\n3 r {a=\"2\"}\n");
  EXPECT_EQ(to_text(evaluate(logs(R"({a=~".+"})", Direction::Backward), source)),
            "3 r {a=\"2\"}\n3 u {a=\"1\"}\n2 t {a=\"1\"}\n1 q {a=\"2\"}\n1 p {a=\"2\"}\n1 s {a=\"1\"}\n");
}

TEST(LogQuery, LimitCountsOverAllStreams) {
  const VectorLogSource source(
      {stream(R"({a="1"})", {{1, "p"}, {4, "q"}}), stream(R"({a="2"})", {{2, "r"}, {3, "s"}})});
  EXPECT_EQ(to_text(evaluate(logs(R"({a=~".+"})", Direction::Backward, 2), source)),
            "4 q {a=\"1\"}\n3 s {a=\"2\"}\n");
  EXPECT_EQ(to_text(evaluate(logs(R"({a=~".+"})", Direction::Forward, 2), source)),
            "1 p {a=\"1\"}\n2 r {a=\"2\"}\n");
}

TEST(LogQuery, EndIsExclusive) {
  const VectorLogSource source({stream(R"({a="1"})", {{0, "p"}, {100, "q"}})});
  EXPECT_EQ(to_text(evaluate(logs(R"({a="1"})", Direction::Forward), source)), "0 p {a=\"1\"}\n");
}

TEST(LogQuery, IntervalSkipsOverAllStreams) {
  const VectorLogSource source(
      {stream(R"({a="1"})", {{0, "p"}, {7, "q"}, {10, "r"}}), stream(R"({a="2"})", {{5, "s"}, {9, "t"}})});
  QueryRequest request = logs(R"({a=~".+"})", Direction::Forward);
  request.interval_ns = 5 * kSecond;
  EXPECT_EQ(to_text(evaluate(request, source)), "0 p {a=\"1\"}\n5 s {a=\"2\"}\n10 r {a=\"1\"}\n");
}

TEST(LogQuery, TellsLabelsByOrigin) {
  const VectorLogSource source({stream(R"({a="1", b="2"})", {{1, "c=3 b=4", {{"d", "5"}, {"a", "6"}}}})});
  EXPECT_EQ(to_text(evaluate(logs(R"({a="1"} | logfmt)", Direction::Forward), source)),
            "1 c=3 b=4 {a=\"1\", b=\"2\"}+{a_extracted=\"6\", d=\"5\"}|{b_extracted=\"4\", c=\"3\"}\n");
  EXPECT_EQ(to_text(evaluate(logs(R"({a="1"} | label_format a=b | drop d)", Direction::Forward), source)),
            "1 c=3 b=4 {}+{a_extracted=\"6\"}|{a=\"2\"}\n");
}

TEST(LogQuery, LeavesOutEmptyMetadata) {
  const VectorLogSource source({stream(R"({a="1"})", {{1, "p", {{"d", ""}, {"e", "5"}}}})});
  EXPECT_EQ(to_text(evaluate(logs(R"({a="1"})", Direction::Forward), source)), "1 p {a=\"1\"}+{e=\"5\"}\n");
}

TEST(LogQuery, GivesEachLabelSetOnce) {
  const VectorLogSource source({stream(R"({a="1"})", {{1, "p"}, {5, "q"}}),
                                stream(R"({a="1", b="2"})", {{2, "r"}}),
                                stream(R"({a="1", b="3"})", {{3, "s"}})});
  const auto result = evaluate(logs(R"({a="1"} | drop b)", Direction::Forward), source);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(std::get<LogResult>(result->data).label_sets.size(), 1U);
  EXPECT_EQ(to_text(result), "1 p {a=\"1\"}\n2 r {a=\"1\"}\n3 s {a=\"1\"}\n5 q {a=\"1\"}\n");
}

TEST(LogQuery, GivesErrorsAsParsedLabels) {
  const VectorLogSource source({stream(R"({a="1"})", {{1, "{broken"}})});
  const auto result = evaluate(logs(R"({a="1"} | json)", Direction::Forward), source);
  ASSERT_TRUE(result.has_value());
  const auto& sets = std::get<LogResult>(result->data).label_sets;
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0].parsed.value_or_empty("__error__"), "JSONParserErr");
}

TEST(LogQuery, SharesLabelSetsOfDifferentStreams) {
  const VectorLogSource source(
      {stream(R"({a="1", b="1"})", {{1, "p"}}), stream(R"({a="1", b="2"})", {{2, "q"}})});
  const auto result = evaluate(logs(R"({a="1"} | drop b)", Direction::Forward), source);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(std::get<LogResult>(result->data).label_sets.size(), 1U);
}

TEST(LogQuery, CollapsesEntriesMadeEqualOnlyWithQuirks) {
  const VectorLogSource source({stream(R"({a="1"})", {{1, "p", {{"d", "1"}}}, {1, "p", {{"d", "2"}}}})});
  QueryRequest request = logs(R"({a="1"} | drop d)", Direction::Forward);
  EXPECT_EQ(to_text(evaluate(request, source)), "1 p {a=\"1\"}\n1 p {a=\"1\"}\n");
  request.loki_quirks = true;
  EXPECT_EQ(to_text(evaluate(request, source)), "1 p {a=\"1\"}\n");
}

TEST(LogQuery, RefusesALimitAboveTheMaximum) {
  const VectorLogSource source({});
  QueryRequest request = logs(R"({a="1"})", Direction::Forward, 5001);
  request.limits.entries_max = 5000;
  EXPECT_EQ(to_text(evaluate(request, source)),
            "error: max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)");
}

// One entry per stream, stream i at second i; counts how many cursors were read.
class CountingSource final : public LogSource {
 public:
  explicit CountingSource(int streams) : streams_(streams) {}

  Result<std::vector<std::unique_ptr<StreamCursor>>> select(const SelectRequest&, ScanStats&) const override {
    std::vector<std::unique_ptr<StreamCursor>> cursors;
    for (int i = 0; i < streams_; ++i) cursors.push_back(std::make_unique<Cursor>(i, reads_));
    return cursors;
  }
  int reads() const { return *reads_; }

 private:
  class Cursor final : public StreamCursor {
   public:
    Cursor(int number, std::shared_ptr<int> reads)
        : labels_(LabelSet::from_sorted({{"n", std::to_string(1000 + number)}})),
          time_ns_(kBase + number * kSecond / 100),
          reads_(std::move(reads)) {}
    const LabelSet& labels() const override { return labels_; }
    int64_t bound_ns() const override { return time_ns_; }
    Result<bool> next(Batch& batch, ScanStats&) override {
      ++*reads_;
      if (std::exchange(is_done_, true)) return false;
      batch.reset(labels_, 1);
      batch.timestamps_ns()[0] = time_ns_;
      batch.lines()[0] = "line";
      return true;
    }

   private:
    LabelSet labels_;
    int64_t time_ns_;
    bool is_done_ = false;
    std::shared_ptr<int> reads_;
  };

  int streams_;
  std::shared_ptr<int> reads_ = std::make_shared<int>(0);
};

TEST(LogQuery, OpensOnlyTheStreamsItNeeds) {
  const CountingSource source(1000);
  const auto result = evaluate(logs(R"({n=~".+"})", Direction::Backward, 10), source);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(std::get<LogResult>(result->data).entries.size(), 10U);
  EXPECT_LE(source.reads(), 21);  // each of the ten once, and again for its end
}

}  // namespace
}  // namespace lokilib::test
