// SPDX-License-Identifier: Apache-2.0
// query_stats.cc: what a query did, as text for people.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include <lokilib/query.h>

#include "model/byte_size.h"
#include "model/duration.h"

namespace lokilib {
namespace {

void append_scan(const ScanProfile& scan, std::string& out) {
  out += fmt::format("scan {}: {}\n", scan.selector, format_go_duration(scan.duration_ns));
  size_t width = 0;
  for (const StageStats& stage : scan.stages) width = std::max(width, stage.stage.size());
  width = std::min<size_t>(width, 60);
  for (const StageStats& stage : scan.stages) {
    out += fmt::format("  {:<{}}  {} -> {} lines, {}\n", stage.stage, width, stage.lines_in, stage.lines_out,
                       format_go_duration(stage.duration_ns));
  }
}

}  // namespace

std::string to_string(const QueryStats& stats) {
  const ScanStats& scan = stats.scan;
  std::string out =
      fmt::format("{} in {}: {} given, {} came through the pipeline, {} scanned\n",
                  stats.complete ? "complete" : "INCOMPLETE", format_go_duration(stats.duration_ns),
                  stats.entries_returned, stats.lines_passed, scan.lines_scanned);
  out += fmt::format("streams: {}, chunks: {}, blocks: {} ({} skipped by time, {} by filter, {} damaged)\n",
                     scan.streams, scan.chunks, scan.blocks, scan.blocks_skipped_time,
                     scan.blocks_skipped_filter, scan.blocks_damaged);
  out +=
      fmt::format("bytes: {} stored, {} decompressed, {} of lines, {} of structured metadata\n",
                  format_byte_size(scan.compressed_bytes), format_byte_size(scan.decompressed_bytes),
                  format_byte_size(scan.line_bytes_scanned), format_byte_size(scan.metadata_bytes_scanned));
  for (const ScanProfile& profile : stats.scans) append_scan(profile, out);
  for (const std::string& place : scan.damage) out += "damage: " + place + '\n';
  return out;
}

}  // namespace lokilib
