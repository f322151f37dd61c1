// SPDX-License-Identifier: Apache-2.0
// storage_bench.cc: raw log bytes a second into a store on the machine's own disk, one thread appending with
// the WAL on, and what it takes to open it again. A program of its own (not many short iterations): a store
// is judged by a long run with its flushes and syncs.
//
//   storage_bench [directory] [MiB] [entries per append] [flush MiB] [background 0|1] [sync
//   interval|none|always]
//
// The baseline of the same run is writing the same lines to one file with write(2), 64 KiB at a time.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/tenant_store.h"

namespace {

using namespace lokilib;           // NOLINT(google-build-using-namespace)
using namespace lokilib::storage;  // NOLINT(google-build-using-namespace)

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Corpus {
  std::vector<std::string> lines;
  uint64_t bytes = 0;
};

// Lines like those of a web server: some 190 bytes, three numbers and an id that differ.
Corpus make_corpus(size_t count) {
  Corpus corpus;
  uint64_t state = 88172645463325252ULL;
  const auto next = [&] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  const char* const paths[] = {"/api/v1/items", "/api/v1/users", "/static/app.js", "/login", "/health"};
  char line[512];
  for (size_t i = 0; i < count; ++i) {
    const int size = std::snprintf(
        line, sizeof line,
        "10.0.%u.%u - - [24/Nov/2026:13:27:31 +0000] \"GET %s/%u HTTP/1.1\" %u %u \"-\" "
        "\"Mozilla/5.0 (X11; Linux x86_64)\" request_id=%016llx upstream=10.1.0.%u:8080 duration=%u.%03us",
        static_cast<unsigned>(next() % 256), static_cast<unsigned>(next() % 256), paths[next() % 5],
        static_cast<unsigned>(next() % 100000), next() % 20 == 0 ? 500U : 200U,
        static_cast<unsigned>(next() % 50000), static_cast<unsigned long long>(next()),
        static_cast<unsigned>(next() % 16), static_cast<unsigned>(next() % 3),
        static_cast<unsigned>(next() % 1000));
    corpus.lines.emplace_back(line, static_cast<size_t>(size));
    corpus.bytes += static_cast<uint64_t>(size);
  }
  return corpus;
}

int fail(const Error& error) {
  std::printf("failed: %s\n", error.to_string().c_str());
  return 1;
}

double baseline(const std::string& path, const Corpus& corpus, uint64_t total) {
  FileSystem& fs = posix_file_system();
  static_cast<void>(fs.remove(path));
  auto file = fs.create(path);
  if (!file) return 0;
  const double start = now();
  std::string buffer;
  uint64_t written = 0;
  for (size_t i = 0; written < total; i = (i + 1) % corpus.lines.size()) {
    buffer += corpus.lines[i];
    written += corpus.lines[i].size();
    if (buffer.size() < 65536) continue;
    static_cast<void>((*file)->append(buffer));
    buffer.clear();
  }
  const double seconds = now() - start;
  static_cast<void>((*file)->close());
  static_cast<void>(fs.remove(path));
  return static_cast<double>(written) / seconds / 1e6;
}

int append_all(const StoreOptions& options, const Corpus& corpus, const std::vector<LabelSet>& streams,
               uint64_t total, size_t per_append, bool kill) {
  auto store = TenantStore::open(options);
  if (!store) return fail(store.error());
  const double start = now();
  uint64_t bytes = 0;
  uint64_t entries = 0;
  uint64_t appends = 0;
  int64_t time_ns = 1'700'000'000'000'000'000;
  std::vector<EntryView> views(per_append);
  double slowest = 0;
  size_t line = 0;
  while (bytes < total) {
    for (EntryView& view : views) {
      view.timestamp_ns = time_ns += 1'000'037;
      view.line = corpus.lines[line];
      line = line + 1 == corpus.lines.size() ? 0 : line + 1;
      bytes += view.line.size();
    }
    const StreamAppend append{&streams[appends % streams.size()], views};
    const double before = now();
    const auto outcome = (*store)->append({&append, 1});
    slowest = std::max(slowest, now() - before);
    if (!outcome) return fail(outcome.error());
    entries += outcome->accepted;
    ++appends;
  }
  const double seconds = now() - start;
  std::printf(
      "append               %7.1f MB/s, %.0f ns a line, %zu lines an append, slowest append %.1f ms\n",
      static_cast<double>(bytes) / seconds / 1e6, seconds / static_cast<double>(entries) * 1e9, per_append,
      slowest * 1e3);
  const StoreStats stats = (*store)->stats();
  std::printf("then                 %llu segments of %.1f MB, %.1f MB in memory, %.1f MB of WAL\n",
              static_cast<unsigned long long>(stats.segments), static_cast<double>(stats.segment_bytes) / 1e6,
              static_cast<double>(stats.bytes_in_memory) / 1e6, static_cast<double>(stats.wal_bytes) / 1e6);
  std::fflush(stdout);
  if (kill) ::raise(SIGKILL);  // before the store is closed
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, const char* otherwise) { return argc > i ? argv[i] : otherwise; };
  const std::string directory = argument(1, "/tmp/lokilib_storage_bench");
  const uint64_t total = std::strtoull(argument(2, "1024"), nullptr, 10) << 20;
  const size_t per_append = std::strtoull(argument(3, "100"), nullptr, 10);
  StoreOptions options;
  options.file_system = &posix_file_system();
  options.clock = &system_clock();
  options.directory = directory + "/tenant";
  options.flush_bytes = std::strtoull(argument(4, "256"), nullptr, 10) << 20;
  options.background = std::string(argument(5, "1")) == "1";
  options.sync_interval_ns = 100'000'000;
  const std::string sync = argument(6, "interval");
  options.sync = sync == "none" ? SyncMode::None : sync == "always" ? SyncMode::Always : SyncMode::Interval;
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);

  const Corpus corpus = make_corpus(200'000);
  std::printf("write(2) alone       %7.1f MB/s\n", baseline(directory + "/plain", corpus, total));

  std::vector<LabelSet> streams;
  for (int i = 0; i < 20; ++i) {
    streams.push_back(
        LabelSet::create(
            {{"app", "app" + std::to_string(i % 5)}, {"env", "prod"}, {"host", "host-" + std::to_string(i)}})
            .value());
  }
  uint64_t entries = 0;
  for (uint64_t bytes = 0, line = 0; bytes < total; entries += per_append) {
    for (size_t i = 0; i < per_append; ++i, line = (line + 1) % corpus.lines.size()) {
      bytes += corpus.lines[line].size();
    }
  }
  const bool kill = std::string(argument(7, "close")) == "kill";
  std::fflush(stdout);
  if (!kill || ::fork() == 0) {
    const int code = append_all(options, corpus, streams, total, per_append, kill);
    if (code != 0) return code;
  }
  int status = 0;
  if (kill && (::wait(&status) < 0 || !WIFSIGNALED(status))) return 1;

  const double reopen = now();
  auto store = TenantStore::open(options);
  if (!store) return fail(store.error());
  std::printf("reopened in          %7.2f s, %.1f MB in memory, %zu places damaged\n", now() - reopen,
              static_cast<double>((*store)->stats().bytes_in_memory) / 1e6, (*store)->damage().size());
  const double flush = now();
  if (auto flushed = (*store)->flush(); !flushed) return fail(flushed.error());
  std::printf("flushed in           %7.2f s, %.1f MB of segments\n", now() - flush,
              static_cast<double>((*store)->stats().segment_bytes) / 1e6);
  const auto volumes = (*store)->source()->volumes({}, {});
  if (!volumes) return fail(volumes.error());
  uint64_t stored = 0;
  for (const auto& stream : *volumes) {
    for (const auto& block : stream.blocks) stored += block.entries;
  }
  std::printf("%s: %llu of %llu entries\n", stored == entries ? "complete" : "INCOMPLETE",
              static_cast<unsigned long long>(stored), static_cast<unsigned long long>(entries));
  store->reset();
  std::filesystem::remove_all(directory);
  return stored == entries ? 0 : 1;
}
