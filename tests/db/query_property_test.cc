// SPDX-License-Identifier: Apache-2.0
// query_property_test.cc: random queries over a database answer as over the same entries in a vector, where
// nothing is pushed down or skipped; and the laws of order hold whatever the query: backward is the reverse
// of forward, parts make up the whole, pages join without gap or repeat.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/logql.h>

#include "db/random_database.h"
#include "support/random_logql.h"

namespace lokilib::test {
namespace {

RandomLogqlOptions logql_options() {
  RandomLogqlOptions options;
  options.stream_labels = {"app", "env"};
  options.labels = {"level", "status", "duration", "bytes", "msg", "method", "n"};
  options.values = RandomDatabase::kValues;
  options.regexes = {"api|web", "2..", ".*err.*", "(?i)ERROR", "a.b", "x?", ".+"};
  options.stage_count_max = 3;
  return options;
}

// Over all entries, or a part of them.
QueryRequest random_request(Random& random, std::string query) {
  constexpr int64_t kMinute = 60 * kSecond;
  QueryRequest request = range(std::move(query), kBase + random.between(-5, 30) * kMinute,
                               kBase + random.between(30, 105) * kMinute, random.between(1, 20) * kMinute);
  request.direction = random.one_in(2) ? Direction::Forward : Direction::Backward;
  request.limit = random.one_in(2) ? 0 : 1 + random.below(10);
  request.loki_quirks = random.one_in(4);
  if (random.one_in(6)) request.interval_ns = random.between(1, 5) * kMinute;
  return request;
}

// Sums and means of other cells differ in the last digits.
void expect_near(const QueryResult& got, const QueryResult& want, const std::string& query) {
  const auto& a = std::get<MatrixResult>(got.data).series;
  const auto& b = std::get<MatrixResult>(want.data).series;
  ASSERT_EQ(a.size(), b.size()) << query;
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].labels, b[i].labels) << query;
    ASSERT_EQ(a[i].samples.size(), b[i].samples.size()) << query;
    for (size_t j = 0; j < a[i].samples.size(); ++j) {
      const Sample& x = a[i].samples[j];
      const Sample& y = b[i].samples[j];
      ASSERT_EQ(x.timestamp_ns, y.timestamp_ns) << query;
      if (std::isnan(x.value) && std::isnan(y.value)) continue;
      if (x.value == y.value) continue;  // infinities
      ASSERT_NEAR(x.value, y.value, 1e-6 * std::max(1.0, std::abs(y.value))) << query;
    }
  }
}

TEST(DatabaseQueryProperty, AnswersAsOverTheEntriesThemselves) {
  size_t query_count = 0;
  size_t answer_count = 0;
  for_each_seed(30, [&](Random& random) {
    RandomDatabase data(random);
    data.fill(4, 80);
    const VectorLogSource naive = data.naive();
    RandomLogql logql(random, logql_options());
    for (int i = 0; i < 40; ++i) {
      const QueryRequest request = random_request(random, logql::print(logql.query(2)));
      const std::string expected = to_text(evaluate(request, naive));
      ASSERT_EQ(to_text(data.database().query(request)), expected)
          << request.query << (request.loki_quirks ? " with quirks" : "");
      ++query_count;
      answer_count += expected.empty() || expected.rfind("error", 0) == 0 ? 0 : 1;
    }
  });
  EXPECT_GE(answer_count * 5, query_count);  // most others fail on lines that no parser understands
}

std::vector<std::string> lines_of(const Result<QueryResult>& result, const std::string& query) {
  std::vector<std::string> lines;
  if (!result) {
    ADD_FAILURE() << query << ": " << result.error().message;
    return lines;
  }
  const auto& logs = std::get<LogResult>(result->data);
  for (const ResultEntry& entry : logs.entries) {
    const EntryLabels& set = logs.label_sets[entry.labels];
    lines.push_back(std::to_string(entry.timestamp_ns) + ' ' + entry.line + ' ' + set.stream.to_string() +
                    '+' + set.structured_metadata.to_string() + '|' + set.parsed.to_string());
  }
  return lines;
}

TEST(DatabaseQueryProperty, LogQueriesKeepTheLawsOfOrder) {
  for_each_seed(20, [](Random& random) {
    RandomDatabase data(random);
    data.fill(4, 60);
    RandomLogql logql(random, logql_options());
    for (int i = 0; i < 15; ++i) {
      QueryRequest request = random_request(random, logql::print(logql.log()));
      request.limit = 0;
      request.interval_ns = 0;
      request.loki_quirks = false;
      const auto run = [&](Direction direction, int64_t start_ns, int64_t end_ns) {
        QueryRequest one = request;
        one.direction = direction;
        one.start_ns = start_ns;
        one.end_ns = end_ns;
        return lines_of(data.database().query(one), one.query);
      };
      const auto whole = run(Direction::Forward, request.start_ns, request.end_ns);
      auto reversed = run(Direction::Backward, request.start_ns, request.end_ns);
      std::reverse(reversed.begin(), reversed.end());
      ASSERT_EQ(reversed, whole) << request.query;
      const int64_t middle_ns = random.between(request.start_ns, request.end_ns);
      auto joined = run(Direction::Forward, request.start_ns, middle_ns);
      const auto rest = run(Direction::Forward, middle_ns, request.end_ns);
      joined.insert(joined.end(), rest.begin(), rest.end());
      ASSERT_EQ(joined, whole) << request.query;
    }
  });
}

TEST(DatabaseQueryProperty, PagesJoinAcrossFlushesAndRestarts) {
  for_each_seed(30, [](Random& random) {
    RandomDatabase data(random);
    data.fill(3, 60);
    RandomLogql logql(random, logql_options());
    for (int i = 0; i < 5; ++i) {
      QueryRequest request = random_request(random, logql::print(logql.log()));
      QueryRequest all = request;
      all.limit = 0;
      const auto whole = lines_of(data.database().query(all), all.query);
      request.limit = 1 + random.below(9);
      std::vector<std::string> joined;
      do {
        const auto result = data.database().query(request);
        const auto page = lines_of(result, request.query);
        if (testing::Test::HasFailure()) return;
        joined.insert(joined.end(), page.begin(), page.end());
        ASSERT_LE(joined.size(), whole.size()) << request.query;
        request.after = std::get<LogResult>(result->data).cursor;
        data.disturb();
      } while (!request.after.empty());
      ASSERT_EQ(joined, whole) << request.query;
    }
  });
}

// Whether a last digit can decide which samples there are.
bool has_cliffs(const std::string& query) {
  for (const char* word : {"topk", "bottomk", "==", "!=", "<", ">", "%", "sort"}) {
    if (query.find(word) != std::string::npos) return true;
  }
  return false;
}

TEST(DatabaseQueryProperty, PartsOfAMetricMakeUpTheWhole) {
  for_each_seed(30, [](Random& random) {
    RandomDatabase data(random);
    data.fill(3, 60);
    RandomLogql logql(random, logql_options());
    for (int i = 0; i < 15; ++i) {
      const QueryRequest whole = random_request(random, logql::print(logql.metric_query(2)));
      const int64_t steps = (whole.end_ns - whole.start_ns) / whole.step_ns;
      QueryRequest first = whole;
      QueryRequest second = whole;
      const int64_t cut = random.between(0, steps);
      first.end_ns = whole.start_ns + cut * whole.step_ns;
      second.start_ns = first.end_ns + whole.step_ns;
      const auto expected = data.database().query(whole);
      if (!expected || second.start_ns > second.end_ns || has_cliffs(whole.query)) continue;
      const auto early = data.database().query(first);
      const auto late = data.database().query(second);
      ASSERT_TRUE(early.has_value() && late.has_value()) << whole.query;
      std::map<LabelSet, Series> joined;
      for (const auto* part : {&early, &late}) {
        for (const Series& series : std::get<MatrixResult>((*part)->data).series) {
          Series& all = joined[series.labels];
          all.labels = series.labels;
          all.samples.insert(all.samples.end(), series.samples.begin(), series.samples.end());
        }
      }
      MatrixResult matrix;
      for (auto& [key, series] : joined) matrix.series.push_back(std::move(series));
      QueryResult got;
      got.data = std::move(matrix);
      expect_near(got, *expected, whole.query);
    }
  });
}

}  // namespace
}  // namespace lokilib::test
