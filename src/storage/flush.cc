// SPDX-License-Identifier: Apache-2.0
// flush.cc: seals each head's blocks and hands them to the segment writer, in order of label sets.
#include "storage/flush.h"

#include "base/make_error.h"
#include "chunk/chunk_writer.h"
#include "storage/segment_writer.h"

namespace lokilib::storage {

Result<std::optional<Segment>> flush_memtable(FileSystem& file_system, const StorePaths& paths,
                                              uint64_t number, uint64_t wal_last, const Memtable& memtable) {
  LOKILIB_TRY_ASSIGN(const auto writer, SegmentWriter::create(file_system, paths, number));
  for (const MemtableStream* stream : memtable.sorted_streams()) {
    ScanStats stats;
    LOKILIB_TRY_ASSIGN(const auto chunk, chunk::seal_blocks(stream->head.snapshot(), {}, stats));
    if (stats.blocks_damaged != 0) {
      // Memory that fails its own checksums: better to stop here than to write less and drop the WAL.
      return make_error(ErrorCode::Corrupt, "a head in memory is damaged: {}",
                        stats.damage.empty() ? "" : stats.damage.front());
    }
    LOKILIB_TRY(writer->add(stream->labels, chunk));
  }
  if (writer->empty()) return std::optional<Segment>();
  LOKILIB_TRY_ASSIGN(const SegmentRecord record, writer->finish(wal_last));
  Segment segment{record, nullptr, std::nullopt};
  // Read back what a query will read: a segment that does not open must not take the place of the WAL.
  LOKILIB_TRY_ASSIGN(segment.reader, SegmentReader::open(file_system, paths.segment(number)));
  return std::optional<Segment>(std::move(segment));
}

}  // namespace lokilib::storage
