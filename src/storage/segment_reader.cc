// SPDX-License-Identifier: Apache-2.0
// segment_reader.cc: trailer, then directory, then whatever a query asks for. Nothing is used before its
// checksum and its bounds were checked.
#include "storage/segment_reader.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <flatbuffers/flatbuffers.h>

#include "base/byte_reader.h"
#include "chunk/chunk_reader.h"
#include "schema/segment_generated.h"
#include "storage/segment_format.h"

namespace lokilib::storage {
namespace {

constexpr uint32_t kVerifierDepthMax = 16;

struct AlignedDelete {
  void operator()(char* bytes) const { ::operator delete (bytes, std::align_val_t{kDirectoryAlignment}); }
};

/// A part of a file, where it is mapped or in memory of its own, aligned as the file's offsets are.
struct FileBytes {
  std::unique_ptr<char, AlignedDelete> owned;
  std::string_view bytes;
};

Error corrupt_at(uint64_t offset, std::string what) {
  return Error{ErrorCode::Corrupt, std::move(what), {}, offset};
}

// Pre: the range is within the file, and `offset` a multiple of the directory's alignment or the bytes are
// read as bytes only.
Result<FileBytes> read_part(const ReadableFile& file, uint64_t offset, uint64_t size) {
  if (const std::string_view mapped = file.mapped(); mapped.size() >= offset + size) {
    return FileBytes{nullptr, mapped.substr(offset, size)};
  }
  FileBytes part;
  part.owned.reset(static_cast<char*>(
      ::operator new (std::max<uint64_t>(size, 1), std::align_val_t{kDirectoryAlignment})));
  LOKILIB_TRY_ASSIGN(const size_t got, file.read_at(offset, part.owned.get(), size));
  if (got != size) return corrupt_at(offset, fmt::format("{} bytes wanted, {} there", size, got));
  part.bytes = {part.owned.get(), size};
  return part;
}

struct Trailer {
  uint64_t directory_offset = 0;
  uint32_t directory_size = 0;
  uint32_t directory_crc = 0;
};

Result<void> check_header(const ReadableFile& file) {
  LOKILIB_TRY_ASSIGN(const FileBytes part, read_part(file, 0, kSegmentHeaderSize));
  if (part.bytes.substr(0, kSegmentMagic.size()) != kSegmentMagic) {
    return corrupt_at(0, "segment: magic at its start is wrong");
  }
  return {};
}

Result<Trailer> read_trailer(const ReadableFile& file, uint64_t file_size) {
  if (file_size < kSegmentHeaderSize + kSegmentTrailerSize) {
    return corrupt_at(file_size, fmt::format("segment: cut to {} bytes", file_size));
  }
  const uint64_t at = file_size - kSegmentTrailerSize;
  LOKILIB_TRY_ASSIGN(const FileBytes part, read_part(file, at, kSegmentTrailerSize));
  if (part.bytes.substr(kSegmentTrailerSize - kSegmentEndMagic.size()) != kSegmentEndMagic) {
    return corrupt_at(at, "segment: magic at its end is wrong, perhaps the file was cut");
  }
  ByteReader in(part.bytes, at);
  Trailer trailer;
  LOKILIB_TRY_ASSIGN(trailer.directory_offset, in.u64("directory offset"));
  LOKILIB_TRY_ASSIGN(trailer.directory_size, in.u32("directory size"));
  LOKILIB_TRY_ASSIGN(trailer.directory_crc, in.u32("directory checksum"));
  LOKILIB_TRY_ASSIGN(const uint32_t crc, in.u32("trailer checksum"));
  LOKILIB_TRY_ASSIGN(const uint16_t format, in.u16("format"));
  if (crc != segment_trailer_crc(part.bytes)) return corrupt_at(at, "segment: trailer checksum is wrong");
  if (format > kSegmentFormat) {
    return make_error(ErrorCode::Unsupported, "segment format {} is from a newer version (known: up to {})",
                      format, kSegmentFormat);
  }
  if (trailer.directory_offset % kDirectoryAlignment != 0 || trailer.directory_offset > at ||
      trailer.directory_size != at - trailer.directory_offset) {
    return corrupt_at(at, fmt::format("segment: directory of {} bytes at {} does not fit",
                                      trailer.directory_size, trailer.directory_offset));
  }
  return trailer;
}

bool chunk_overlaps(const fbs::ChunkMeta& chunk, const TimeRange& range) {
  if (chunk.blocks() == nullptr) return false;
  for (const fbs::BlockMeta* block : *chunk.blocks()) {
    if (range.overlaps(block->time_min_ns(), block->time_max_ns())) return true;
  }
  return false;
}

}  // namespace

struct SegmentReader::Impl {
  std::string path;
  std::shared_ptr<const ReadableFile> file;
  FileBytes directory_bytes;
  const fbs::SegmentDirectory* directory = nullptr;
  std::unique_ptr<SealedLabelIndex> index;
  chunk::BlockSource source;

  Result<void> load(uint64_t file_size);
  Result<void> check_chunks() const;
  /// The first chunk whose series is not below `series`.
  uint32_t first_chunk(SeriesId series) const;
};

SegmentReader::SegmentReader() = default;
SegmentReader::~SegmentReader() = default;

Result<void> SegmentReader::Impl::load(uint64_t file_size) {
  LOKILIB_TRY_ASSIGN(const Trailer trailer, read_trailer(*file, file_size));
  LOKILIB_TRY(check_header(*file));
  const uint64_t at = trailer.directory_offset;
  LOKILIB_TRY_ASSIGN(directory_bytes, read_part(*file, at, trailer.directory_size));
  if (crc32c(directory_bytes.bytes) != trailer.directory_crc) {
    return corrupt_at(at, "segment: directory checksum is wrong");
  }
  const auto* const bytes = reinterpret_cast<const uint8_t*>(directory_bytes.bytes.data());
  // Each table takes four bytes or more.
  flatbuffers::Verifier verifier(bytes, trailer.directory_size, kVerifierDepthMax,
                                 std::max<uint32_t>(trailer.directory_size / 4, 1));
  if (!fbs::VerifySegmentDirectoryBuffer(verifier)) {
    return corrupt_at(at, "segment: its directory's tables do not hold together");
  }
  directory = fbs::GetSegmentDirectory(bytes);
  if (directory->chunks() == nullptr || directory->label_index() == nullptr) {
    return corrupt_at(at, "segment: directory without chunks or label index");
  }
  const auto* const index_bytes = directory->label_index();
  const auto index_at = at + static_cast<uint64_t>(index_bytes->data() - bytes);
  if (index_at % kLabelIndexAlignment != 0)
    return corrupt_at(index_at, "segment: label index is not aligned");
  auto opened =
      SealedLabelIndex::open({reinterpret_cast<const char*>(index_bytes->data()), index_bytes->size()});
  if (!opened) {
    Error error = std::move(opened).error();
    error.offset = index_at + error.offset.value_or(0);
    return error;
  }
  index = std::move(*opened);
  LOKILIB_TRY(check_chunks());
  source = chunk::BlockSource(file, path, 0, at);
  return {};
}

Result<void> SegmentReader::Impl::check_chunks() const {
  SeriesId last = 0;
  for (const fbs::ChunkMeta* chunk : *directory->chunks()) {
    if (chunk->series() < last || chunk->series() >= index->series_count()) {
      const auto at = reinterpret_cast<const char*>(chunk) - directory_bytes.bytes.data();
      return corrupt_at(static_cast<uint64_t>(at),
                        fmt::format("segment: chunk of series {} is out of place", chunk->series()));
    }
    last = chunk->series();
  }
  return {};
}

uint32_t SegmentReader::Impl::first_chunk(SeriesId series) const {
  const auto& chunks = *directory->chunks();
  uint32_t low = 0;
  uint32_t high = chunks.size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (chunks.Get(middle)->series() < series) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<std::shared_ptr<const SegmentReader>> SegmentReader::open(FileSystem& file_system,
                                                                 const std::string& path) {
  LOKILIB_TRY_ASSIGN(std::shared_ptr<const ReadableFile> file, file_system.open_read(path));
  LOKILIB_TRY_ASSIGN(const uint64_t size, file->size());
  std::shared_ptr<SegmentReader> reader(new SegmentReader());
  reader->impl_ = std::make_unique<Impl>();
  reader->impl_->path = path;
  reader->impl_->file = std::move(file);
  if (auto loaded = reader->impl_->load(size).in_file(path); !loaded) return std::move(loaded).error();
  const fbs::SegmentDirectory& directory = *reader->impl_->directory;
  reader->record_ = {.number = directory.number(),
                     .size = size,
                     .time_min_ns = directory.time_min_ns(),
                     .time_max_ns = directory.time_max_ns(),
                     .entries = directory.entries(),
                     .line_bytes = directory.line_bytes(),
                     .metadata_bytes = directory.metadata_bytes(),
                     .streams = directory.streams(),
                     .wal_last = directory.wal_last()};
  return std::shared_ptr<const SegmentReader>(std::move(reader));
}

const LabelIndex& SegmentReader::index() const {
  return *impl_->index;
}

Result<std::vector<StreamBlocks>> SegmentReader::select(const std::vector<Matcher>& matchers,
                                                        const TimeRange& range,
                                                        std::vector<Damage>& damage) const {
  LOKILIB_TRY_ASSIGN(const auto series, impl_->index->resolve(matchers));
  const auto& chunks = *impl_->directory->chunks();
  std::vector<StreamBlocks> result;
  for (const SeriesId id : series) {
    StreamBlocks stream;
    for (uint32_t i = impl_->first_chunk(id); i < chunks.size() && chunks.Get(i)->series() == id; ++i) {
      if (!chunk_overlaps(*chunks.Get(i), range)) continue;
      auto blocks = chunk::open_chunk(impl_->source, *chunks.Get(i));
      if (!blocks) {
        damage.push_back(damage_of(blocks.error(), impl_->path));
        continue;
      }
      stream.blocks.insert(stream.blocks.end(), blocks->begin(), blocks->end());
    }
    if (stream.blocks.empty()) continue;
    stream.labels = impl_->index->labels(id);
    result.push_back(std::move(stream));
  }
  return result;
}

}  // namespace lokilib::storage
