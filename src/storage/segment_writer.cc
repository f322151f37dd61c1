// SPDX-License-Identifier: Apache-2.0
// segment_writer.cc: chunks go out through a buffer as they come; directory and trailer at the end.
#include "storage/segment_writer.h"

#include <algorithm>
#include <limits>
#include <vector>

#include <flatbuffers/flatbuffers.h>

#include <lokilib/label_index.h>

#include "base/assertion.h"
#include "base/byte_writer.h"
#include "base/make_error.h"
#include "schema/segment_generated.h"
#include "storage/segment_format.h"
#include "storage/whole_file.h"

namespace lokilib::storage {
namespace {

constexpr size_t kWriteBytes = 1024 * 1024;

}  // namespace

struct SegmentWriter::Impl {
  Impl(FileSystem& fs, const StorePaths& store_paths, uint64_t segment_number)
      : file_system(fs),
        paths(store_paths),
        number(segment_number),
        path(paths.segment(number)),
        temporary(path + std::string(kTemporarySuffix)) {}

  Result<void> write_buffer() {
    Result<void> result = file->append(buffer.view());
    buffer.clear();
    return std::move(result).in_file(temporary);
  }
  uint64_t position() const { return written + buffer.size(); }
  void align(uint64_t alignment) {
    while (position() % alignment != 0) buffer.u8(0);
  }
  Result<void> write_some() {
    const size_t size = buffer.size();
    LOKILIB_TRY(write_buffer());
    written += size;
    return {};
  }
  void count(const chunk::BlockStats& stats) {
    record.time_min_ns = std::min(record.time_min_ns, stats.time_min_ns);
    record.time_max_ns = std::max(record.time_max_ns, stats.time_max_ns);
    record.entries += stats.rows;
    record.line_bytes += stats.line_bytes;
    record.metadata_bytes += stats.metadata_bytes;
  }
  void put_directory();

  FileSystem& file_system;
  const StorePaths paths;
  const uint64_t number;
  const std::string path;
  const std::string temporary;
  std::unique_ptr<WritableFile> file;
  bool finished = false;
  ByteWriter buffer;     // bytes behind `written`
  uint64_t written = 0;  // bytes in the file
  GrowingLabelIndex index;
  flatbuffers::FlatBufferBuilder directory{64 * 1024};
  std::vector<flatbuffers::Offset<fbs::ChunkMeta>> chunks;
  SegmentRecord record{.time_min_ns = std::numeric_limits<int64_t>::max(),
                       .time_max_ns = std::numeric_limits<int64_t>::min()};
};

SegmentWriter::SegmentWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SegmentWriter::~SegmentWriter() {
  if (impl_->finished || impl_->file == nullptr) return;
  impl_->file.reset();
  static_cast<void>(impl_->file_system.remove(impl_->temporary));  // else the next open removes it
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(FileSystem& file_system, const StorePaths& paths,
                                                             uint64_t number) {
  auto impl = std::make_unique<Impl>(file_system, paths, number);
  LOKILIB_TRY_ASSIGN(impl->file, create_temporary(file_system, impl->temporary));
  impl->buffer.bytes(kSegmentMagic);
  impl->buffer.u16(kSegmentFormat);
  impl->buffer.u16(0);
  impl->buffer.u32(0);
  return std::unique_ptr<SegmentWriter>(new SegmentWriter(std::move(impl)));
}

Result<void> SegmentWriter::add(const LabelSet& labels, const chunk::EncodedChunk& chunk) {
  if (chunk.blocks.empty()) return {};
  Impl& out = *impl_;
  const SeriesId series = out.index.add(labels);
  LOKILIB_ASSERT(series == out.chunks.size());
  out.align(kChunkAlignment);
  out.chunks.push_back(chunk::write_chunk_meta(out.directory, series, out.position(), chunk));
  for (const chunk::BlockMeta& block : chunk.blocks) out.count(block.stats);
  out.buffer.bytes(chunk.bytes);
  if (out.buffer.size() < kWriteBytes) return {};
  return out.write_some();
}

bool SegmentWriter::empty() const {
  return impl_->chunks.empty();
}

void SegmentWriter::Impl::put_directory() {
  const std::string encoded_index = index.encode();
  directory.ForceVectorAlignment(encoded_index.size(), 1, kLabelIndexAlignment);
  const auto index_bytes =
      directory.CreateVector(reinterpret_cast<const uint8_t*>(encoded_index.data()), encoded_index.size());
  const auto chunk_metas = directory.CreateVector(chunks);
  directory.Finish(fbs::CreateSegmentDirectory(
      directory, record.number, record.wal_last, record.time_min_ns, record.time_max_ns, record.entries,
      record.line_bytes, record.metadata_bytes, record.streams, chunk_metas, index_bytes));
}

Result<SegmentRecord> SegmentWriter::finish(uint64_t wal_last) {
  Impl& out = *impl_;
  out.record.number = out.number;
  out.record.wal_last = wal_last;
  out.record.streams = out.index.series_count();
  out.put_directory();
  const std::string_view directory(reinterpret_cast<const char*>(out.directory.GetBufferPointer()),
                                   out.directory.GetSize());
  if (directory.size() > kDirectoryBytesMax) {
    return make_error(ErrorCode::LimitExceeded, "a segment's directory would have {} bytes",
                      directory.size());
  }
  out.align(kDirectoryAlignment);
  ByteWriter trailer;
  trailer.u64(out.position());
  trailer.u32(static_cast<uint32_t>(directory.size()));
  trailer.u32(crc32c(directory));
  trailer.u32(0);
  trailer.u16(kSegmentFormat);
  trailer.u16(0);
  trailer.bytes(kSegmentEndMagic);
  const uint32_t crc = segment_trailer_crc(trailer.view());
  out.buffer.bytes(directory);
  out.buffer.bytes(trailer.view().substr(0, kSegmentTrailerCrcAt));
  out.buffer.u32(crc);
  out.buffer.bytes(trailer.view().substr(kSegmentTrailerCrcAt + 4));
  LOKILIB_TRY(out.write_some());
  out.record.size = out.written;
  LOKILIB_TRY(out.file->sync());
  LOKILIB_TRY(out.file->close());
  LOKILIB_TRY(rename_durably(out.file_system, out.paths.segment_directory(), out.temporary, out.path));
  out.finished = true;
  return out.record;
}

}  // namespace lokilib::storage
