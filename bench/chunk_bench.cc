// SPDX-License-Identifier: Apache-2.0
// chunk_bench.cc: appending to a head, encoding and scanning plain blocks. The scan is to be read as a share
// of BM_Lz4DecompressOnly of the same run: what decompressing the same pages costs and nothing else.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <lz4.h>

#include "chunk/chunk_writer.h"
#include "chunk/head.h"
#include "chunk/merge_cursor.h"
#include "chunk/plain_block.h"
#include "text/compiled_predicate.h"

namespace {

using namespace lokilib;         // NOLINT(google-build-using-namespace)
using namespace lokilib::chunk;  // NOLINT(google-build-using-namespace)

struct Corpus {
  std::vector<std::string> lines;
  std::vector<int64_t> times_ns;
  uint64_t bytes = 0;
};

// Lines like those of a web server's access log, a few milliseconds apart.
Corpus make_corpus(size_t count) {
  Corpus corpus;
  uint64_t state = 88172645463325252ULL;
  const auto below = [&state](uint64_t end) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % end;
  };
  static const char* const kPaths[] = {"/api/v1/items", "/login", "/static/app.js", "/api/v1/orders",
                                       "/health"};
  static const char* const kAgents[] = {"Mozilla/5.0 (X11; Linux x86_64)", "curl/7.88.1",
                                        "Go-http-client/2.0"};
  int64_t time = 1'700'000'000'000'000'000;
  for (size_t i = 0; i < count; ++i) {
    time += static_cast<int64_t>(below(20'000'000));
    corpus.lines.push_back(fmt::format(
        R"(10.{}.{}.{} - - [14/Nov/2023:22:{:02}:{:02} +0000] "GET {}/{} HTTP/1.1" {} {} "-" "{}" rt=0.{:03})",
        below(4), below(256), below(256), i / 6000 % 60, i / 100 % 60, kPaths[below(5)], below(100'000),
        below(20) == 0 ? 500 : 200, below(50'000), kAgents[below(3)], below(1000)));
    corpus.times_ns.push_back(time);
    corpus.bytes += corpus.lines.back().size();
  }
  return corpus;
}

const Corpus& corpus() {
  static const Corpus instance = make_corpus(100'000);
  return instance;
}

const EncodedChunk& sealed() {
  static const EncodedChunk instance = [] {
    Head head;
    for (size_t i = 0; i < corpus().lines.size(); ++i) {
      static_cast<void>(head.append({corpus().times_ns[i], corpus().lines[i]}).has_value());
    }
    ScanStats stats;
    return std::move(*seal_blocks(head.snapshot(), {}, stats));
  }();
  return instance;
}

std::vector<std::shared_ptr<const Block>> sealed_blocks() {
  const BlockSource source(sealed().bytes);
  std::vector<std::shared_ptr<const Block>> blocks;
  for (const BlockMeta& meta : sealed().blocks) {
    blocks.push_back(create_plain_block(source.part(meta.offset, meta.length), meta));
  }
  return blocks;
}

void set_bytes(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(corpus().bytes) * state.iterations());
  state.SetItemsProcessed(static_cast<int64_t>(corpus().lines.size()) * state.iterations());
}

// The time per line includes freezing full parts.
void BM_HeadAppend(benchmark::State& state, bool with_level) {
  const MetadataView level[] = {{"detected_level", "info"}};
  for (auto _ : state) {
    Head head;
    for (size_t i = 0; i < corpus().lines.size(); ++i) {
      EntryView entry{corpus().times_ns[i], corpus().lines[i]};
      if (with_level) entry.metadata = level;
      benchmark::DoNotOptimize(head.append(entry).has_value());
    }
  }
  set_bytes(state);
}
BENCHMARK_CAPTURE(BM_HeadAppend, line, false);
BENCHMARK_CAPTURE(BM_HeadAppend, line_and_level, true);

// Only the open part: what an append costs between two freezes.
void BM_HeadAppendOpenPart(benchmark::State& state) {
  constexpr size_t kLines = 1000;
  for (auto _ : state) {
    Head head;
    for (size_t i = 0; i < kLines; ++i) {
      benchmark::DoNotOptimize(head.append({corpus().times_ns[i], corpus().lines[i]}).has_value());
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(kLines) * state.iterations());
}
BENCHMARK(BM_HeadAppendOpenPart);

void BM_Seal(benchmark::State& state, codec::Compression compression) {
  Head head;
  for (size_t i = 0; i < corpus().lines.size(); ++i) {
    static_cast<void>(head.append({corpus().times_ns[i], corpus().lines[i]}).has_value());
  }
  SealOptions options;
  options.plain.compression = compression;
  size_t size = 0;
  for (auto _ : state) {
    ScanStats stats;
    size = seal_blocks(head.snapshot(), options, stats)->bytes.size();
  }
  set_bytes(state);
  state.counters["raw_per_stored"] =
      static_cast<double>(corpus().bytes + 8 * corpus().lines.size()) / static_cast<double>(size);
}
BENCHMARK_CAPTURE(BM_Seal, lz4, codec::Compression{codec::Codec::Lz4, 0});
BENCHMARK_CAPTURE(BM_Seal, lz4hc, codec::Compression{codec::Codec::Lz4, 9});
BENCHMARK_CAPTURE(BM_Seal, zstd, codec::Compression{codec::Codec::Zstd, 3});

// The baseline of sizes: time and line together, 256 KiB at a time.
void BM_Lz4Interleaved(benchmark::State& state) {
  std::vector<char> out(LZ4_COMPRESSBOUND(300 * 1024));
  size_t size = 0;
  for (auto _ : state) {
    size = 0;
    std::string page;
    for (size_t i = 0; i < corpus().lines.size(); ++i) {
      page.append(reinterpret_cast<const char*>(&corpus().times_ns[i]), 8);
      page.append(corpus().lines[i]);
      if (page.size() < 256 * 1024 && i + 1 < corpus().lines.size()) continue;
      size += static_cast<size_t>(LZ4_compress_default(page.data(), out.data(), static_cast<int>(page.size()),
                                                       static_cast<int>(out.size())));
      page.clear();
    }
  }
  set_bytes(state);
  state.counters["raw_per_stored"] =
      static_cast<double>(corpus().bytes + 8 * corpus().lines.size()) / static_cast<double>(size);
}
BENCHMARK(BM_Lz4Interleaved);

void BM_PlainBlockScan(benchmark::State& state, const char* needle) {
  const auto blocks = sealed_blocks();
  SelectRequest request;
  if (*needle != '\0') request.predicate.filters.push_back({LineFilterOp::Contains, {{needle, false}}});
  std::shared_ptr<const text::CompiledPredicate> predicate;
  if (*needle != '\0') predicate = *text::CompiledPredicate::compile(request.predicate);
  const auto batch = std::make_unique<Batch>();
  for (auto _ : state) {
    ScanStats stats;
    const auto cursor = create_merge_cursor(LabelSet(), blocks, request, predicate);
    while (*cursor->next(*batch, stats)) benchmark::DoNotOptimize(batch->lines().data());
  }
  set_bytes(state);
}
BENCHMARK_CAPTURE(BM_PlainBlockScan, absent_needle, "no such text");
BENCHMARK_CAPTURE(BM_PlainBlockScan, one_in_twenty, "\" 500 ");
BENCHMARK_CAPTURE(BM_PlainBlockScan, all_lines, "");

void BM_NewestHundred(benchmark::State& state) {
  const auto blocks = sealed_blocks();
  SelectRequest request;
  request.direction = Direction::Backward;
  request.batch_rows_max = 100;
  const auto batch = std::make_unique<Batch>();
  for (auto _ : state) {
    ScanStats stats;
    const auto cursor = create_merge_cursor(LabelSet(), blocks, request, nullptr);
    benchmark::DoNotOptimize(*cursor->next(*batch, stats));
  }
}
BENCHMARK(BM_NewestHundred);

void BM_Lz4DecompressOnly(benchmark::State& state) {
  std::vector<std::string> pages;
  std::vector<size_t> sizes;
  std::string page;
  for (size_t i = 0; i < corpus().lines.size(); ++i) {
    page.append(corpus().lines[i]);
    if (page.size() < 256 * 1024 && i + 1 < corpus().lines.size()) continue;
    std::string out(static_cast<size_t>(LZ4_compressBound(static_cast<int>(page.size()))), '\0');
    out.resize(static_cast<size_t>(LZ4_compress_default(
        page.data(), out.data(), static_cast<int>(page.size()), static_cast<int>(out.size()))));
    pages.push_back(out);
    sizes.push_back(page.size());
    page.clear();
  }
  std::vector<char> out(512 * 1024);
  for (auto _ : state) {
    for (size_t i = 0; i < pages.size(); ++i) {
      benchmark::DoNotOptimize(LZ4_decompress_safe(
          pages[i].data(), out.data(), static_cast<int>(pages[i].size()), static_cast<int>(sizes[i])));
    }
  }
  set_bytes(state);
}
BENCHMARK(BM_Lz4DecompressOnly);

}  // namespace

BENCHMARK_MAIN();
