// SPDX-License-Identifier: Apache-2.0
// log_source.cc: adding up what scans did.
#include <lokilib/log_source.h>

namespace lokilib {

void ScanStats::add(const ScanStats& other) {
  streams += other.streams;
  chunks += other.chunks;
  blocks += other.blocks;
  blocks_skipped_time += other.blocks_skipped_time;
  blocks_skipped_filter += other.blocks_skipped_filter;
  blocks_damaged += other.blocks_damaged;
  compressed_bytes += other.compressed_bytes;
  decompressed_bytes += other.decompressed_bytes;
  lines_scanned += other.lines_scanned;
  line_bytes_scanned += other.line_bytes_scanned;
  metadata_bytes_scanned += other.metadata_bytes_scanned;
  duplicates += other.duplicates;
  damage.insert(damage.end(), other.damage.begin(), other.damage.end());
}

}  // namespace lokilib
