// SPDX-License-Identifier: Apache-2.0
// pipeline_bench.cc: what each stage costs, over batches that stand ready in memory: entries and raw bytes of
// lines per second of one core. `fill` is the cost of making the batch, which every other figure includes.
#include <cstdint>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <lokilib/batch.h>
#include <lokilib/logql.h>

#include "logql/pipeline/pipeline.h"

namespace lokilib {
namespace {

constexpr size_t kLines = 16 * kBatchRowsMax;

enum class Format { Json, Logfmt, Access };

std::string make_line(Format format, std::mt19937_64& engine) {
  const auto pick = [&](auto... texts) {
    const char* all[] = {texts...};
    return all[engine() % sizeof...(texts)];
  };
  const char* method = pick("GET", "GET", "GET", "POST", "PUT");
  const char* level = pick("info", "info", "info", "debug", "warn", "error");
  const unsigned status = engine() % 20 == 0 ? 503 : 200;
  const uint64_t took = engine() % 100'000;
  const uint64_t size = engine() % 1'000'000;
  const uint64_t user = engine() % 5'000;
  switch (format) {
    case Format::Json:
      return fmt::format(
          R"({{"time":"2026-01-01T10:00:00.{:06}Z","level":"{}","msg":"request served","method":"{}","path":"/api/v1/users/{}",)"
          R"("status":{},"duration":"{}.{}ms","size":"{}kB","request_id":"{:016x}"}})",
          took, level, method, user, status, took / 1000, took % 1000, size / 1000, engine());
    case Format::Logfmt:
      return fmt::format(
          R"(time=2026-01-01T10:00:00.{:06}Z level={} msg="request served" method={} path=/api/v1/users/{} )"
          R"(status={} duration={}.{}ms size={}kB request_id={:016x})",
          took, level, method, user, status, took / 1000, took % 1000, size / 1000, engine());
    case Format::Access:
      break;
  }
  return fmt::format(
      R"(10.{}.{}.7 - user{} [01/Jan/2026:10:00:00 +0000] "{} /api/v1/users/{} HTTP/1.1" {} {} "-" "curl/7.88.1")",
      user % 256, took % 256, user, method, user, status, size);
}

struct Corpus {
  explicit Corpus(Format format) {
    std::mt19937_64 engine(1);
    for (size_t i = 0; i < kLines; ++i) {
      lines.push_back(make_line(format, engine));
      bytes += lines.back().size();
    }
  }
  void fill(Batch& batch, size_t first) const {
    batch.reset(labels, kBatchRowsMax);
    for (size_t row = 0; row < kBatchRowsMax; ++row) {
      const std::string& line = lines[first + row];
      batch.timestamps_ns()[row] = static_cast<int64_t>(first + row);
      batch.lines()[row] = line;
      batch.line_sizes()[row] = static_cast<uint32_t>(line.size());
    }
  }
  LabelSet labels = LabelSet::create({{"app", "api"}, {"env", "prod"}, {"host", "h1"}}).value();
  std::vector<std::string> lines;
  size_t bytes = 0;
};

const Corpus& corpus(Format format) {
  static const Corpus json(Format::Json);
  static const Corpus logfmt(Format::Logfmt);
  static const Corpus access(Format::Access);
  return format == Format::Json ? json : format == Format::Logfmt ? logfmt : access;
}

// `needed`: as for a metric query whose series are by these labels; null: all labels are wanted.
void run(benchmark::State& state, Format format, const std::string& stages, const char* needed) {
  const Corpus& source = corpus(format);
  const auto query = logql::parse("{app=\"api\"} " + stages);
  if (!query) return state.SkipWithError(query.error().message.c_str());
  logql::PipelineOptions options;
  if (needed != nullptr) {
    options.hints.needed = std::vector<std::string>{needed};
    options.hints.stop_early = true;
  }
  const auto pipeline = logql::Pipeline::build(query->as<logql::LogExpr>()->stages, options);
  if (!pipeline) return state.SkipWithError(pipeline.error().message.c_str());
  const auto batch = std::make_unique<Batch>();
  uint64_t passed = 0;
  for (auto _ : state) {
    passed = 0;
    for (size_t first = 0; first < kLines; first += kBatchRowsMax) {
      source.fill(*batch, first);
      benchmark::DoNotOptimize(pipeline->run(*batch).has_value());
      passed += batch->selection.size();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * source.bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kLines));
  state.counters["passed"] = static_cast<double>(passed) / static_cast<double>(kLines);
}

void BM_Json(benchmark::State& state, const char* stages, const char* needed) {
  run(state, Format::Json, stages, needed);
}
void BM_Logfmt(benchmark::State& state, const char* stages, const char* needed) {
  run(state, Format::Logfmt, stages, needed);
}
void BM_Access(benchmark::State& state, const char* stages, const char* needed) {
  run(state, Format::Access, stages, needed);
}

BENCHMARK_CAPTURE(BM_Json, fill, "", nullptr);
BENCHMARK_CAPTURE(BM_Json, line_filter, R"(|= "request_id\":\"0000")", nullptr);
BENCHMARK_CAPTURE(BM_Json, all_fields, "| json", nullptr);
BENCHMARK_CAPTURE(BM_Json, one_field, "| json", "status");
BENCHMARK_CAPTURE(BM_Json, one_path, R"(| json s="status")", nullptr);
BENCHMARK_CAPTURE(BM_Json, all_status_500, "| json | status >= 500", nullptr);
BENCHMARK_CAPTURE(BM_Json, one_status_500, "| json | status >= 500", "status");
BENCHMARK_CAPTURE(BM_Json, text_equal, R"(| json | level = "error")", "level");
BENCHMARK_CAPTURE(BM_Json, text_regex, R"(| json | path =~ "/api/v1/users/1.*")", "path");
BENCHMARK_CAPTURE(BM_Json, duration, "| json | duration > 50ms", "duration");
BENCHMARK_CAPTURE(BM_Json, bytes, "| json | size > 500kB", "size");
BENCHMARK_CAPTURE(BM_Json, line_format, R"(| json | line_format "{{.method}} {{.path}} {{.status}}")",
                  nullptr);
BENCHMARK_CAPTURE(BM_Json, label_format, R"(| json | label_format code=status,text="{{.method | lower}}")",
                  nullptr);
BENCHMARK_CAPTURE(BM_Json, drop, "| json | drop request_id, time, msg", nullptr);
BENCHMARK_CAPTURE(BM_Json, keep, "| json | keep status", nullptr);
BENCHMARK_CAPTURE(BM_Logfmt, all_fields, "| logfmt", nullptr);
BENCHMARK_CAPTURE(BM_Logfmt, one_field, "| logfmt", "status");
BENCHMARK_CAPTURE(BM_Logfmt, one_status_500, "| logfmt | status >= 500", "status");
BENCHMARK_CAPTURE(BM_Access, pattern,
                  R"(| pattern `<ip> - <user> [<_>] "<method> <path> <_>" <status> <size> <_>`)", nullptr);
BENCHMARK_CAPTURE(BM_Access, regexp, R"(| regexp `"(?P<method>\w+) (?P<path>\S+) [^"]*" (?P<status>\d{3})`)",
                  nullptr);
BENCHMARK_CAPTURE(BM_Access, ip_filter, R"(|= ip("10.1.0.0/16"))", nullptr);
BENCHMARK_CAPTURE(BM_Access, regex_filter, R"(|~ "users/1[0-9]+ HTTP")", nullptr);

}  // namespace
}  // namespace lokilib

BENCHMARK_MAIN();
