// SPDX-License-Identifier: Apache-2.0
// text_bench.cc: search and field parsers in bytes of raw log per second. Baselines in the same run: memchr
// for a byte that is not there (what the memory gives), std::string_view::find, RE2.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "model/regex.h"
#include "text/compiled_predicate.h"
#include "text/find.h"
#include "text/json_fields.h"
#include "text/logfmt_fields.h"

namespace lokilib::text {
namespace {

struct Corpus {
  std::string page;
  std::vector<uint32_t> ends;
  std::vector<std::string_view> lines;
};

// `json`: lines as an access log in JSON has them, about 330 bytes; else the same as logfmt.
Corpus make_corpus(size_t count, bool json) {
  std::mt19937_64 engine(1);
  Corpus corpus;
  const char* const methods[] = {"GET", "POST", "PUT", "DELETE"};
  const char* const levels[] = {"info", "warn", "error", "debug"};
  for (size_t i = 0; i < count; ++i) {
    const auto n = engine();
    const unsigned status = n % 50 == 0 ? 500 : 200;
    const std::string path = fmt::format("/api/v1/users/{}/orders", n % 100000);
    if (json) {
      corpus.page += fmt::format(
          R"({{"time":"2026-01-01T00:{:02}:{:02}.{:06}Z","level":"{}","caller":"server/handler.go:{}","msg":"request done","method":"{}","path":"{}","status":{},"duration":"{}ms","remote_addr":"10.{}.{}.{}:443","user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","request":{{"id":"{:016x}","bytes":{}}},"trace_id":"{:032x}"}})",
          n % 60, n / 60 % 60, n % 1000000, levels[n % 4], n % 500, methods[n % 4], path, status, n % 1000,
          n % 256, n / 256 % 256, n / 65536 % 256, n, n % 100000, n);
    } else {
      corpus.page += fmt::format(
          R"(time=2026-01-01T00:{:02}:{:02}.{:06}Z level={} caller=server/handler.go:{} msg="request done" method={} path={} status={} duration={}ms remote_addr=10.{}.{}.{}:443 user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36" request_id={:016x} bytes={} trace_id={:032x})",
          n % 60, n / 60 % 60, n % 1000000, levels[n % 4], n % 500, methods[n % 4], path, status, n % 1000,
          n % 256, n / 256 % 256, n / 65536 % 256, n, n % 100000, n);
    }
    corpus.ends.push_back(static_cast<uint32_t>(corpus.page.size()));
  }
  uint32_t begin = 0;
  for (const uint32_t end : corpus.ends) {
    corpus.lines.push_back(std::string_view(corpus.page).substr(begin, end - begin));
    begin = end;
  }
  return corpus;
}

const Corpus& json_corpus() {
  static const Corpus corpus = make_corpus(2000, true);
  return corpus;
}
const Corpus& logfmt_corpus() {
  static const Corpus corpus = make_corpus(2000, false);
  return corpus;
}

void report(benchmark::State& state, const Corpus& corpus) {
  const auto bytes = static_cast<size_t>(state.iterations()) * corpus.page.size();
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.counters["line_bytes"] =
      static_cast<double>(corpus.page.size()) / static_cast<double>(corpus.lines.size());
}

void BM_MemchrAbsent(benchmark::State& state) {
  const Corpus& corpus = json_corpus();
  for (auto _ : state) benchmark::DoNotOptimize(std::memchr(corpus.page.data(), '\x01', corpus.page.size()));
  report(state, corpus);
}
BENCHMARK(BM_MemchrAbsent);

void BM_StringViewFindAbsent(benchmark::State& state) {
  const Corpus& corpus = json_corpus();
  for (auto _ : state) benchmark::DoNotOptimize(corpus.page.find("no such text"));
  report(state, corpus);
}
BENCHMARK(BM_StringViewFindAbsent);

void BM_Find(benchmark::State& state, const char* needle) {
  const Corpus& corpus = json_corpus();
  const Finder finder(needle);
  for (auto _ : state) benchmark::DoNotOptimize(finder.find(corpus.page));
  report(state, corpus);
}
BENCHMARK_CAPTURE(BM_Find, absent, "no such text");
BENCHMARK_CAPTURE(BM_Find, absent_of_common_bytes, "tatione");

void BM_FindIgnoringCase(benchmark::State& state) {
  const Corpus& corpus = json_corpus();
  const CaseInsensitiveFinder finder("no such text");
  for (auto _ : state) benchmark::DoNotOptimize(finder.find(corpus.page));
  report(state, corpus);
}
BENCHMARK(BM_FindIgnoringCase);

void BM_FilterPage(benchmark::State& state, LineFilterOp op, const char* text) {
  const Corpus& corpus = json_corpus();
  const auto predicate = CompiledPredicate::compile({{LineFilter{op, {{text}}}}});
  std::vector<uint64_t> words(corpus.lines.size() / 64 + 1);
  for (auto _ : state) {
    std::fill(words.begin(), words.end(), ~uint64_t{0});
    (*predicate)->filter_page(corpus.page, corpus.ends, words.data(), 0);
    benchmark::DoNotOptimize(words.data());
  }
  report(state, corpus);
}
BENCHMARK_CAPTURE(BM_FilterPage, absent, LineFilterOp::Contains, "no such text");
BENCHMARK_CAPTURE(BM_FilterPage, one_line_in_50, LineFilterOp::Contains, "\"status\":500");
BENCHMARK_CAPTURE(BM_FilterPage, every_line, LineFilterOp::Contains, "request done");
BENCHMARK_CAPTURE(BM_FilterPage, regex_ignoring_case, LineFilterOp::Regex, "(?i)panic|fatal");
BENCHMARK_CAPTURE(BM_FilterPage, regex_with_literal, LineFilterOp::Regex, "status\":5\\d\\d");
BENCHMARK_CAPTURE(BM_FilterPage, regex_without_literal, LineFilterOp::Regex, "[45]\\d\\d,");

void BM_JsonAll(benchmark::State& state) {
  const Corpus& corpus = json_corpus();
  Arena arena;
  size_t fields = 0;
  for (auto _ : state) {
    for (const std::string_view line : corpus.lines) {
      scan_json_fields(line, arena, [&](std::string_view name, std::string_view value) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(value);
        ++fields;
        return true;
      });
    }
    arena.reset();
  }
  report(state, corpus);
}
BENCHMARK(BM_JsonAll);

void BM_JsonWanted(benchmark::State& state, const char* name) {
  const Corpus& corpus = json_corpus();
  const WantedNames wanted({name});
  Arena arena;
  for (auto _ : state) {
    for (const std::string_view line : corpus.lines) {
      scan_wanted_json_fields(line, wanted, arena, [](size_t, std::string_view value) {
        benchmark::DoNotOptimize(value);
        return true;
      });
    }
    arena.reset();
  }
  report(state, corpus);
}
BENCHMARK_CAPTURE(BM_JsonWanted, in_the_middle, "status");
BENCHMARK_CAPTURE(BM_JsonWanted, nested, "request_bytes");
BENCHMARK_CAPTURE(BM_JsonWanted, last, "trace_id");
BENCHMARK_CAPTURE(BM_JsonWanted, absent, "zone");

void BM_LogfmtAll(benchmark::State& state) {
  const Corpus& corpus = logfmt_corpus();
  Arena arena;
  for (auto _ : state) {
    for (const std::string_view line : corpus.lines) {
      scan_logfmt_fields(line, {}, arena, [](std::string_view name, std::string_view value) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(value);
        return true;
      });
    }
    arena.reset();
  }
  report(state, corpus);
}
BENCHMARK(BM_LogfmtAll);

void BM_LogfmtWanted(benchmark::State& state, const char* name) {
  const Corpus& corpus = logfmt_corpus();
  const WantedNames wanted({name});
  Arena arena;
  for (auto _ : state) {
    for (const std::string_view line : corpus.lines) {
      scan_wanted_logfmt_fields(line, {}, wanted, arena, [](size_t, std::string_view value) {
        benchmark::DoNotOptimize(value);
        return false;
      });
    }
    arena.reset();
  }
  report(state, corpus);
}
BENCHMARK_CAPTURE(BM_LogfmtWanted, in_the_middle, "status");
BENCHMARK_CAPTURE(BM_LogfmtWanted, absent, "zone");

}  // namespace
}  // namespace lokilib::text

BENCHMARK_MAIN();
