// SPDX-License-Identifier: Apache-2.0
#include "query_stats_json.h"

#include <string_view>

#include <fmt/format.h>

namespace lokilib::http {
namespace {

/// The part that a querier's store and an ingester's store have in common; ours is always the querier's.
std::string store_json(const ScanStats* scan, uint64_t lines_passed) {
  const ScanStats none;
  const ScanStats& s = scan == nullptr ? none : *scan;
  return fmt::format(
      R"({{"totalChunksRef":{},"totalChunksDownloaded":{},"chunksDownloadTime":0,)"
      R"("queryReferencedStructuredMetadata":{},"queryUsedV2Engine":false,"chunk":{{"headChunkBytes":0,)"
      R"("headChunkLines":0,"decompressedBytes":{},"decompressedLines":{},"compressedBytes":{},"totalDuplicates":{},)"
      R"("postFilterLines":{},"headChunkStructuredMetadataBytes":0,"decompressedStructuredMetadataBytes":{}}},)"
      R"("chunkRefsFetchTime":0,"congestionControlLatency":0,"pipelineWrapperFilteredLines":0,)"
      R"("dataobj":{{"prePredicateDecompressedRows":0,"prePredicateDecompressedBytes":0,)"
      R"("prePredicateDecompressedStructuredMetadataBytes":0,"postPredicateRows":0,)"
      R"("postPredicateDecompressedBytes":0,"postPredicateStructuredMetadataBytes":0,"postFilterRows":0,)"
      R"("pagesScanned":0,"pagesDownloaded":0,"pagesDownloadedBytes":0,"pageBatches":0,"totalRowsAvailable":0,)"
      R"("totalPageDownloadTime":0}}}})",
      s.chunks, s.blocks - s.blocks_skipped_time, s.metadata_bytes_scanned > 0, s.line_bytes_scanned,
      s.lines_scanned, s.compressed_bytes, s.duplicates, lines_passed, s.metadata_bytes_scanned);
}

std::string cache_json() {
  constexpr std::string_view kNames[] = {
      "chunk",        "index",        "result",      "statsResult",
      "volumeResult", "seriesResult", "labelResult", "instantMetricResult"};
  std::string out = "{";
  for (const std::string_view name : kNames) {
    if (out.size() > 1) out.push_back(',');
    out += fmt::format(R"("{}":{{"entriesFound":0,"entriesRequested":0,"entriesStored":0,"bytesReceived":0,)"
                       R"("bytesSent":0,"requests":0,"downloadTime":0,"queryLengthServed":0}})",
                       name);
  }
  return out + "}";
}

}  // namespace

void append_query_stats(const QueryStats& stats, std::string& out) {
  const ScanStats& scan = stats.scan;
  const double seconds = static_cast<double>(stats.duration_ns) / 1e9;
  const auto per_second = [&](uint64_t amount) {
    return seconds > 0 ? static_cast<uint64_t>(static_cast<double>(amount) / seconds) : 0;
  };
  const uint64_t bytes = scan.line_bytes_scanned + scan.metadata_bytes_scanned;
  out += fmt::format(
      R"({{"summary":{{"bytesProcessedPerSecond":{},"linesProcessedPerSecond":{},"totalBytesProcessed":{},)"
      R"("totalLinesProcessed":{},"execTime":{},"queueTime":0,"subqueries":0,"totalEntriesReturned":{},"splits":1,)"
      R"("shards":0,"totalPostFilterLines":{},"totalStructuredMetadataBytesProcessed":{}}},)",
      per_second(bytes), per_second(scan.lines_scanned), bytes, scan.lines_scanned, seconds,
      stats.entries_returned, stats.lines_passed, scan.metadata_bytes_scanned);
  out += "\"querier\":{\"store\":" + store_json(&scan, stats.lines_passed) + ",\"querierExecTime\":0},";
  out +=
      R"("ingester":{"totalReached":0,"totalChunksMatched":0,"totalBatches":0,"totalLinesSent":0,"store":)" +
      store_json(nullptr, 0) + "},";
  out += "\"cache\":" + cache_json() + ",";
  out += fmt::format(
      R"("index":{{"totalChunks":{},"postFilterChunks":{},"shardsDuration":0,)"
      R"("usedBloomFilters":false,"totalStreams":{},"chunkRefsLookupTime":0,"bloomFilterTime":0}}}})",
      scan.chunks, scan.chunks, scan.streams);
}

}  // namespace lokilib::http
