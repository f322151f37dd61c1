// SPDX-License-Identifier: Apache-2.0
// exec_bench.cc: whole queries over entries in memory: the functions of range aggregations, groupings, the
// merge of a log query, and parsing and planning alone. Entries and raw bytes of lines per second of one
// core.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <lokilib/log_source.h>
#include <lokilib/query.h>

namespace lokilib {
namespace {

constexpr size_t kStreams = 20;
constexpr size_t kEntriesPerStream = 10'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kBase = 1'767'225'600 * kSecond;
constexpr int64_t kLength = 3'600 * kSecond;

struct Source {
  Source() : logs(streams()) {}

  std::vector<VectorStream> streams() {
    std::mt19937_64 engine(1);
    std::vector<VectorStream> all;
    for (size_t i = 0; i < kStreams; ++i) {
      VectorStream& one = all.emplace_back();
      one.labels =
          LabelSet::create(
              {{"app", "api"}, {"host", fmt::format("h{}", i)}, {"level", i % 4 == 0 ? "error" : "info"}})
              .value();
      for (size_t j = 0; j < kEntriesPerStream; ++j) {
        const int64_t time = kBase + static_cast<int64_t>(engine() % static_cast<uint64_t>(kLength));
        one.entries.push_back({time,
                               fmt::format("method=GET path=/users/{} status={} took={}", engine() % 100,
                                           engine() % 20 == 0 ? 503 : 200, engine() % 1000),
                               {}});
        bytes += one.entries.back().line.size();
      }
    }
    return all;
  }

  size_t bytes = 0;
  VectorLogSource logs;
};

const Source& source() {
  static const Source made;
  return made;
}

void run(benchmark::State& state, QueryRequest request) {
  uint64_t scanned = 0;
  for (auto _ : state) {
    const auto result = evaluate(request, source().logs);
    if (!result) return state.SkipWithError(result.error().message.c_str());
    scanned = result->stats.scan.lines_scanned;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * scanned));
  state.SetBytesProcessed(
      static_cast<int64_t>(state.iterations() * scanned * source().bytes / (kStreams * kEntriesPerStream)));
}

void BM_Range(benchmark::State& state, const char* query) {
  QueryRequest request;
  request.query = query;
  request.start_ns = kBase;
  request.end_ns = kBase + kLength;
  request.step_ns = 60 * kSecond;
  run(state, request);
}

// One window over everything.
void BM_Instant(benchmark::State& state, const char* query) {
  QueryRequest request;
  request.query = query;
  request.kind = QueryRequest::Kind::Instant;
  request.end_ns = kBase + kLength;
  run(state, request);
}

void BM_Logs(benchmark::State& state, const char* query, uint64_t limit) {
  QueryRequest request;
  request.query = query;
  request.start_ns = kBase;
  request.end_ns = kBase + kLength;
  request.limit = limit;
  run(state, request);
}

void BM_Explain(benchmark::State& state, const char* query) {
  QueryRequest request;
  request.query = query;
  for (auto _ : state) {
    const auto plan = explain(request);
    if (!plan) return state.SkipWithError(plan.error().message.c_str());
    benchmark::DoNotOptimize(plan->size());
  }
}

BENCHMARK_CAPTURE(BM_Range, count, R"(count_over_time({app="api"}[1m]))");
BENCHMARK_CAPTURE(BM_Range, sum_by_stream_label, R"(sum by (level) (count_over_time({app="api"}[1m])))");
BENCHMARK_CAPTURE(BM_Range, count_of_long_windows, R"(sum(count_over_time({app="api"}[30m])))");
BENCHMARK_CAPTURE(BM_Instant, count, R"(sum(count_over_time({app="api"}[1h])))");
BENCHMARK_CAPTURE(BM_Range, bytes, R"(sum(bytes_over_time({app="api"}[1m])))");
BENCHMARK_CAPTURE(BM_Range, sum_by_parsed_label, R"(sum by (status) (rate({app="api"} | logfmt [1m])))");
BENCHMARK_CAPTURE(BM_Range, sum_by_many, R"(sum by (path) (rate({app="api"} | logfmt [1m])))");
BENCHMARK_CAPTURE(BM_Range, series_of_parsed_labels,
                  R"(count_over_time({app="api"} | logfmt | drop took [1m]))");
BENCHMARK_CAPTURE(BM_Range, sum_unwrap, R"(sum(sum_over_time({app="api"} | logfmt | unwrap took [1m])))");
BENCHMARK_CAPTURE(BM_Range, max_unwrap,
                  R"(max_over_time({app="api"} | logfmt | unwrap took [5m]) by (level))");
BENCHMARK_CAPTURE(BM_Range, avg_unwrap,
                  R"(avg_over_time({app="api"} | logfmt | unwrap took [5m]) by (level))");
BENCHMARK_CAPTURE(BM_Range, stddev_unwrap,
                  R"(stddev_over_time({app="api"} | logfmt | unwrap took [5m]) by (level))");
BENCHMARK_CAPTURE(BM_Range, quantile_unwrap,
                  R"(quantile_over_time(0.99, {app="api"} | logfmt | unwrap took [5m]) by (level))");
BENCHMARK_CAPTURE(BM_Range, rate_counter, R"(rate_counter({app="api"} | logfmt | unwrap took [5m]))");
BENCHMARK_CAPTURE(BM_Range, first_unwrap,
                  R"(first_over_time({app="api"} | logfmt | unwrap took [5m]) by (level))");
BENCHMARK_CAPTURE(BM_Range, absent, R"(absent_over_time({app="api"}[1m]))");
BENCHMARK_CAPTURE(BM_Logs, last_100, R"({app="api"})", 100);
BENCHMARK_CAPTURE(BM_Logs, last_100_filtered, R"({app="api"} |= "status=503")", 100);
BENCHMARK_CAPTURE(BM_Logs, all, R"({app="api"})", 0);
BENCHMARK_CAPTURE(BM_Logs, all_parsed, R"({app="api"} | logfmt)", 0);
BENCHMARK_CAPTURE(
    BM_Explain, long_query,
    R"(sum by (level, path) (rate({app="api", env=~"prod|staging"} |= "error" != "timeout" | json )"
    R"(| level =~ "error|warn" and duration > 10ms | line_format "{{.msg}}" [5m])) / on (level) )"
    R"(group_left (path) sum by (level) (rate({app="api"} | logfmt | unwrap bytes(size) [5m])) > 0.5)");

}  // namespace
}  // namespace lokilib

BENCHMARK_MAIN();
