// SPDX-License-Identifier: Apache-2.0
// db_bench.cc: the main job on one thread: raw log bytes a second into a Database with its WAL on, all of it
// back after SIGKILL, and how long a search through all of it takes. A program of its own: a database is
// judged by a long run with its flushes and syncs.
//
//   db_bench [directory] [MiB] [entries per append]
//
// A child appends and kills itself; the parent reopens, counts, and asks. Lines are generated: web server,
// JSON, logfmt and Java-like, in 40 streams. Each answer is checked against what was appended.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lokilib/database.h>

namespace {

using namespace lokilib;  // NOLINT(google-build-using-namespace)

constexpr size_t kStreams = 40;
constexpr int64_t kStart = 1'790'000'000'000'000'000;
constexpr int64_t kSpacing = 100'003;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Corpus {
  std::vector<std::string> lines[4];  // by kind
};

Corpus make_corpus(size_t count) {
  Corpus corpus;
  uint64_t state = 88172645463325252ULL;
  const auto next = [&](unsigned bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<unsigned>(state % bound);
  };
  const char* const paths[] = {"/api/v1/items", "/api/v1/users", "/static/app.js", "/login", "/health"};
  const char* const levels[] = {"info", "info", "info", "warn", "error"};
  const char* const words[] = {"request completed", "cache miss", "retrying upstream", "order placed",
                               "session closed"};
  char line[640];
  for (size_t i = 0; i < count; ++i) {
    std::snprintf(
        line, sizeof line,
        "10.0.%u.%u - - [24/Nov/2026:13:27:31 +0000] \"GET %s/%u HTTP/1.1\" %u %u \"-\" \"Mozilla/5.0 (X11; "
        "Linux x86_64) AppleWebKit/537.36\" %u.%03u",
        next(256), next(256), paths[next(5)], next(100'000), next(20) == 0 ? 500U : 200U, next(50'000),
        next(3), next(1000));
    corpus.lines[0].emplace_back(line);
    std::snprintf(line, sizeof line,
                  "{\"ts\":\"2026-11-24T13:27:%02u.%03uZ\",\"level\":\"%s\",\"msg\":\"%s\",\"user\":{\"id\":"
                  "\"u%u\"},\"http\":{"
                  "\"status\":%u,\"path\":\"%s\"},\"trace_id\":\"%08x%08x%08x%08x\",\"duration_ms\":%u.%u}",
                  next(60), next(1000), levels[next(5)], words[next(5)], next(5000),
                  next(20) == 0 ? 503U : 200U, paths[next(5)], next(~0U), next(~0U), next(~0U), next(~0U),
                  next(3000), next(10));
    corpus.lines[1].emplace_back(line);
    std::snprintf(line, sizeof line,
                  "ts=2026-11-24T13:27:%02u.%03uZ caller=server.go:%u level=%s msg=\"%s\" tenant=t%u "
                  "bytes=%u took=%ums",
                  next(60), next(1000), next(400), levels[next(5)], words[next(5)], next(50), next(90'000),
                  next(900));
    corpus.lines[2].emplace_back(line);
    std::snprintf(line, sizeof line,
                  "2026-11-24 13:27:%02u,%03u INFO  [worker-%u] com.example.orders.OrderService - %s for "
                  "order %u of customer "
                  "C%06u",
                  next(60), next(1000), next(32), words[next(5)], next(1'000'000), next(100'000));
    corpus.lines[3].emplace_back(line);
  }
  return corpus;
}

std::vector<LabelSet> make_streams() {
  const char* const apps[] = {"edge", "shop", "platform", "orders"};
  std::vector<LabelSet> streams;
  for (size_t i = 0; i < kStreams; ++i) {
    streams.push_back(
        *LabelSet::create({{"app", apps[i % 4]}, {"pod", "pod-" + std::to_string(i)}, {"env", "prod"}}));
  }
  return streams;
}

struct Sums {
  uint64_t entries = 0;
  uint64_t bytes = 0;
};

[[noreturn]] void fail(const Error& error) {
  std::printf("failed: %s\n", error.to_string().c_str());
  std::fflush(stdout);
  std::_Exit(1);
}

Sums append_all(Database& database, uint64_t total_bytes, size_t per_append) {
  const Corpus corpus = make_corpus(20'000);
  const auto streams = make_streams();
  Sums sums;
  std::vector<EntryView> views(per_append);
  int64_t time_ns = kStart;
  size_t line = 0;
  const double wall = wall_seconds();
  const double cpu = cpu_seconds();
  double slowest = 0;
  for (size_t round = 0; sums.bytes < total_bytes; ++round) {
    const auto& lines = corpus.lines[round % kStreams % 4];
    for (EntryView& view : views) {
      view = {time_ns += kSpacing, lines[line++ % lines.size()], {}};
      sums.bytes += view.line.size();
    }
    const StreamEntries entries{streams[round % kStreams], views};
    const double before = wall_seconds();
    const auto report = database.append({&entries, 1});
    slowest = std::max(slowest, wall_seconds() - before);
    if (!report) fail(report.error());
    sums.entries += report->entries_accepted;
  }
  const double seconds = wall_seconds() - wall;
  std::printf("append         %8.1f MB/s  (%.2f s wall, %.2f s CPU, slowest append %.0f ms)\n",
              static_cast<double>(sums.bytes) / 1e6 / seconds, seconds, cpu_seconds() - cpu, slowest * 1e3);
  return sums;
}

/// Appends in a child that kills itself without closing anything.
Sums append_and_die(const DatabaseOptions& options, uint64_t total_bytes, size_t per_append) {
  int channel[2];
  if (pipe(channel) != 0) std::exit(1);
  const pid_t child = fork();
  if (child == 0) {
    auto database = Database::open(options);
    if (!database) fail(database.error());
    const Sums sums = append_all(*database, total_bytes, per_append);
    std::fflush(stdout);
    if (write(channel[1], &sums, sizeof sums) != sizeof sums) std::_Exit(1);
    kill(getpid(), SIGKILL);
  }
  close(channel[1]);
  Sums sums;
  const bool complete = read(channel[0], &sums, sizeof sums) == sizeof sums;
  close(channel[0]);
  waitpid(child, nullptr, 0);
  if (!complete) std::exit(1);
  return sums;
}

double ask(const Database& database, const std::string& query, const Sums& sums) {
  QueryRequest request;
  request.query = query;
  request.kind = QueryRequest::Kind::Instant;
  request.end_ns = kStart + static_cast<int64_t>(sums.entries) * kSpacing + 1'000'000'000;
  double value = 0;
  double best_wall = 1e9;
  double best_cpu = 1e9;
  for (int run = 0; run < 3; ++run) {
    const double wall = wall_seconds();
    const double cpu = cpu_seconds();
    const auto result = database.query(request);
    if (!result) fail(result.error());
    best_wall = std::min(best_wall, wall_seconds() - wall);
    best_cpu = std::min(best_cpu, cpu_seconds() - cpu);
    const auto& series = std::get<VectorResult>(result->data).series;
    value = series.empty() ? 0 : series[0].samples[0].value;
  }
  std::printf("%8.1f ms wall %8.1f ms CPU  %12.0f  %s\n", best_wall * 1e3, best_cpu * 1e3, value,
              query.c_str());
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string directory = argc > 1 ? argv[1] : "/tmp/lokilib-db-bench";
  const uint64_t total = (argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 256) << 20;
  const size_t per_append = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 100;
  std::filesystem::remove_all(directory);
  DatabaseOptions options;
  options.directory = directory;

  const Sums sums = append_and_die(options, total, per_append);
  const double before = wall_seconds();
  auto database = Database::open(options);
  if (!database) fail(database.error());
  std::printf("reopen         %8.2f s after SIGKILL, %zu damaged places\n", wall_seconds() - before,
              database->stats().damage.size());
  const std::string range = "[1h]";
  const double count = ask(*database, "sum(count_over_time({env=\"prod\"}" + range + "))", sums);
  const bool whole = count == static_cast<double>(sums.entries);
  std::printf("%s: %.0f of %llu entries\n", whole ? "complete" : "INCOMPLETE", count,
              static_cast<unsigned long long>(sums.entries));
  for (const bool flushed : {false, true}) {
    if (flushed) {
      const double start = wall_seconds();
      if (const auto done = database->flush(); !done) fail(done.error());
      std::printf("flush          %8.2f s\n", wall_seconds() - start);
    }
    ask(*database, "sum(count_over_time({env=\"prod\"} |= \"no such needle\"" + range + "))", sums);
    ask(*database, "sum(count_over_time({env=\"prod\"} |= \"order placed\"" + range + "))", sums);
    ask(*database, "sum(count_over_time({app=\"shop\"} | json | http_status >= 500" + range + "))", sums);
    ask(*database, "sum(count_over_time({app=\"platform\"} | logfmt | level=\"error\"" + range + "))", sums);
  }
  const DatabaseStats stats = database->stats();
  std::printf("stored         %8.1f MB in segments for %.1f MB raw: %.3f\n",
              static_cast<double>(stats.segment_bytes) / 1e6, static_cast<double>(sums.bytes) / 1e6,
              static_cast<double>(stats.segment_bytes) / static_cast<double>(sums.bytes));
  static_cast<void>(database->close());
  std::filesystem::remove_all(directory);
  return whole ? 0 : 1;
}
