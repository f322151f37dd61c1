// SPDX-License-Identifier: Apache-2.0
// query_property_test.cc: laws of the engine on random data: windows against a naive rescan, backward against
// forward, parts against the whole, counts against lines, instants against ranges.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "logql/exec/query_support.h"
#include "support/random.h"

namespace lokilib::test {
namespace {

struct Value {
  int64_t timestamp_ns;
  size_t stream;
  double value;
};

// Few streams, times that often coincide and often lie on window borders.
std::vector<VectorStream> random_streams(Random& random, std::vector<Value>& values) {
  std::vector<VectorStream> streams;
  const size_t stream_count = 1 + random.below(4);
  for (size_t i = 0; i < stream_count; ++i) {
    VectorStream one{labels(R"({job="x", n=")" + std::to_string(i) + R"("})"), {}};
    int64_t time_ns = kBase + static_cast<int64_t>(random.below(20)) * kSecond;
    const size_t entry_count = random.below(60);
    for (size_t j = 0; j < entry_count; ++j) {
      const int64_t value = random.between(-50, 50);
      one.entries.push_back({time_ns, "v=" + std::to_string(value) + " g=" + std::to_string(j % 3), {}});
      values.push_back({time_ns, i, static_cast<double>(value)});
      time_ns += static_cast<int64_t>(random.below(5)) * kSecond + (random.one_in(4) ? 1 : 0);
    }
    streams.push_back(std::move(one));
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const Value& a, const Value& b) { return a.timestamp_ns < b.timestamp_ns; });
  return streams;
}

double naive_quantile(std::vector<double> window, double quantile) {
  std::sort(window.begin(), window.end());
  const double rank = quantile * (static_cast<double>(window.size()) - 1);
  const auto lower = static_cast<size_t>(std::floor(rank));
  const size_t upper = std::min(lower + 1, window.size() - 1);
  const double weight = rank - std::floor(rank);
  return window[lower] * (1 - weight) + window[upper] * weight;
}

double naive(const std::string& function, const std::vector<double>& window, double range_seconds) {
  const auto count = static_cast<double>(window.size());
  double sum = 0;
  for (const double value : window) sum += value;
  const double mean = sum / count;
  double squares = 0;
  for (const double value : window) squares += (value - mean) * (value - mean);
  if (function == "count_over_time" || function == "rate")
    return function == "rate" ? sum / range_seconds : count;
  if (function == "sum_over_time") return sum;
  if (function == "avg_over_time") return mean;
  if (function == "min_over_time") return *std::min_element(window.begin(), window.end());
  if (function == "max_over_time") return *std::max_element(window.begin(), window.end());
  if (function == "first_over_time") return window.front();
  if (function == "last_over_time") return window.back();
  if (function == "stdvar_over_time") return squares / count;
  if (function == "stddev_over_time") return std::sqrt(squares / count);
  return naive_quantile(window, 0.3);
}

struct Windowed {
  std::string function;
  int64_t step_ns, range_ns, offset_ns, start_ns, end_ns;

  std::string query() const {
    const std::string window =
        " [" + std::to_string(range_ns / kSecond) + "s] offset " + std::to_string(offset_ns / kSecond) + "s)";
    if (function == "sum_over_time" || function == "rate") {
      return "sum(" + function + R"(({job="x"} | logfmt | unwrap v)" + window + ")";
    }
    return function + (function == "quantile_over_time" ? "(0.3, " : "(") +
           R"({job="x"} | logfmt | unwrap v)" + window + " by (job)";
  }
};

Windowed random_windowed(Random& random) {
  static const std::vector<std::string> functions = {"rate",
                                                     "sum_over_time",
                                                     "avg_over_time",
                                                     "min_over_time",
                                                     "max_over_time",
                                                     "first_over_time",
                                                     "last_over_time",
                                                     "stdvar_over_time",
                                                     "stddev_over_time",
                                                     "quantile_over_time"};
  Windowed setup;
  setup.function = random.pick(functions);
  setup.step_ns = random.between(1, 40) * kSecond;
  setup.range_ns = random.between(1, 60) * kSecond;
  setup.offset_ns = random.between(-20, 20) * kSecond;
  setup.start_ns = kBase + random.between(-30, 60) * kSecond + (random.one_in(3) ? 1 : 0);
  setup.end_ns = setup.start_ns + random.between(0, 200) * kSecond;
  return setup;
}

TEST(QueryProperty, SlidingWindowsEqualANaiveRescan) {
  for_each_seed(300, [](Random& random) {
    std::vector<Value> values;
    const VectorLogSource source(random_streams(random, values));
    const Windowed setup = random_windowed(random);
    const auto result = evaluate(range(setup.query(), setup.start_ns, setup.end_ns, setup.step_ns), source);
    ASSERT_TRUE(result.has_value()) << setup.query() << ": " << result.error().message;
    std::map<int64_t, double> got;
    for (const Series& series : std::get<MatrixResult>(result->data).series) {
      for (const Sample& sample : series.samples) got[sample.timestamp_ns] = sample.value;
    }
    for (int64_t time_ns = setup.start_ns; time_ns <= setup.end_ns; time_ns += setup.step_ns) {
      std::vector<double> window;
      for (const Value& value : values) {
        const int64_t end_ns = time_ns - setup.offset_ns;
        if (value.timestamp_ns > end_ns - setup.range_ns && value.timestamp_ns <= end_ns)
          window.push_back(value.value);
      }
      ASSERT_EQ(got.count(time_ns), window.empty() ? 0U : 1U) << setup.query() << " at " << time_ns - kBase;
      if (window.empty()) continue;
      const double want = naive(setup.function, window, static_cast<double>(setup.range_ns) / 1e9);
      ASSERT_NEAR(got[time_ns], want, 1e-9 * std::max(1.0, std::abs(want)))
          << setup.query() << " at " << time_ns - kBase;
    }
  });
}

std::vector<std::string> lines_of(const Result<QueryResult>& result) {
  std::vector<std::string> lines;
  if (!result) return {result.error().message};
  const auto& logs = std::get<LogResult>(result->data);
  for (const ResultEntry& entry : logs.entries) {
    lines.push_back(std::to_string(entry.timestamp_ns) + ' ' + entry.line + ' ' +
                    logs.label_sets[entry.labels].stream.to_string());
  }
  return lines;
}

QueryRequest all_logs(Direction direction, int64_t start_ns, int64_t end_ns) {
  QueryRequest request = range(R"({job="x"} | logfmt | g != "1")", start_ns, end_ns, 0);
  request.direction = direction;
  request.limit = 0;
  return request;
}

TEST(QueryProperty, ForwardIsTheReverseOfBackward) {
  for_each_seed(100, [](Random& random) {
    std::vector<Value> values;
    const VectorLogSource source(random_streams(random, values));
    auto forward = lines_of(evaluate(all_logs(Direction::Forward, kBase, kBase + 300 * kSecond), source));
    const auto backward =
        lines_of(evaluate(all_logs(Direction::Backward, kBase, kBase + 300 * kSecond), source));
    std::reverse(forward.begin(), forward.end());
    ASSERT_EQ(forward, backward);
    QueryRequest limited = all_logs(Direction::Backward, kBase, kBase + 300 * kSecond);
    limited.limit = 1 + random.below(20);
    const auto first = lines_of(evaluate(limited, source));
    ASSERT_LE(first.size(), limited.limit);
    ASSERT_TRUE(std::equal(first.begin(), first.end(), backward.begin()));
  });
}

TEST(QueryProperty, PartsOfARangeMakeUpTheRange) {
  for_each_seed(100, [](Random& random) {
    std::vector<Value> values;
    const VectorLogSource source(random_streams(random, values));
    const int64_t middle_ns = kBase + random.between(0, 150) * kSecond;
    const auto whole = lines_of(evaluate(all_logs(Direction::Forward, kBase, kBase + 300 * kSecond), source));
    auto joined = lines_of(evaluate(all_logs(Direction::Forward, kBase, middle_ns), source));
    const auto rest =
        lines_of(evaluate(all_logs(Direction::Forward, middle_ns, kBase + 300 * kSecond), source));
    joined.insert(joined.end(), rest.begin(), rest.end());
    ASSERT_EQ(joined, whole);
  });
}

TEST(QueryProperty, CountOverTimeCountsTheLines) {
  for_each_seed(100, [](Random& random) {
    std::vector<Value> values;
    const VectorLogSource source(random_streams(random, values));
    const int64_t end_ns = kBase + random.between(1, 150) * kSecond;
    // (end - 100 s, end] is [end - 100 s + 1 ns, end + 1 ns).
    const auto lines =
        lines_of(evaluate(all_logs(Direction::Forward, end_ns - 100 * kSecond + 1, end_ns + 1), source));
    const auto counted = evaluate(
        instant(R"(sum(count_over_time({job="x"} | logfmt | g != "1" [100s])) or vector(0))", end_ns),
        source);
    ASSERT_EQ(to_text(counted), "{}=" + std::to_string(lines.size()));
  });
}

TEST(QueryProperty, AnInstantIsTheRangeAtThatStep) {
  for_each_seed(100, [](Random& random) {
    std::vector<Value> values;
    const VectorLogSource source(random_streams(random, values));
    const Windowed setup = random_windowed(random);
    const std::vector<std::string> queries = {
        setup.query(),
        "topk(1, count_over_time({job=\"x\"}[20s]))",
        "sum by (g) (count_over_time({job=\"x\"} | logfmt [7s])) > 1",
        "count_over_time({job=\"x\"}[20s]) / on(n) group_left count_over_time({job=\"x\"}[40s])",
        "count_over_time({job=\"x\", n=\"0\"}[9s]) or on() count_over_time({job=\"x\", n=\"1\"}[9s])",
        "absent_over_time({job=\"x\", n=\"0\"}[5s])"};
    for (const std::string& query : queries) {
      const auto ranged = evaluate(range(query, setup.start_ns, setup.end_ns, setup.step_ns), source);
      ASSERT_TRUE(ranged.has_value()) << query << ": " << ranged.error().message;
      std::map<int64_t, std::vector<Series>> by_time;
      for (const Series& series : std::get<MatrixResult>(ranged->data).series) {
        for (const Sample& sample : series.samples)
          by_time[sample.timestamp_ns].push_back({series.labels, {sample}});
      }
      const int64_t steps = (setup.end_ns - setup.start_ns) / setup.step_ns;
      const int64_t time_ns = setup.start_ns + random.between(0, steps) * setup.step_ns;
      QueryResult expected;
      expected.data = VectorResult{by_time[time_ns]};
      const auto at_once = evaluate(instant(query, time_ns), source);
      ASSERT_TRUE(at_once.has_value());
      const auto& got = std::get<VectorResult>(at_once->data).series;
      const auto& want = by_time[time_ns];
      ASSERT_EQ(got.size(), want.size()) << query;
      for (size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(got[i].labels, want[i].labels) << query;
        ASSERT_NEAR(got[i].samples[0].value, want[i].samples[0].value, 1e-9) << query;
      }
    }
  });
}

}  // namespace
}  // namespace lokilib::test
