// SPDX-License-Identifier: Apache-2.0
// chunk.cc: a chunk as bytes that stand for themselves:
//
//   "LOKICHNK" | u16 format | u16 flags | u32 zero
//   chunk                                              pages of blocks
//   directory                                          FlatBuffer ChunkMeta
//   u64 directory offset | u32 directory length | u32 directory crc32c | u16 format | u16 flags
//   | u32 crc32c of the trailer so far | "LOKICEND"
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <schema/chunk_generated.h>

#include <lokilib/chunk.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/crc32c.h"
#include "base/make_error.h"
#include "chunk/chunk_reader.h"
#include "chunk/chunk_writer.h"
#include "chunk/head.h"
#include "chunk/merge_cursor.h"
#include "text/compiled_predicate.h"

namespace lokilib {
namespace {

constexpr std::string_view kHeaderMagic = "LOKICHNK";
constexpr std::string_view kTrailerMagic = "LOKICEND";
constexpr uint16_t kFormat = 1;
constexpr uint64_t kHeaderSize = 16;
constexpr uint64_t kTrailerSize = 32;
constexpr uint64_t kTrailerCheckedSize = 20;  // what its own checksum covers
constexpr flatbuffers::uoffset_t kDirectoryDepthMax = 8;
constexpr flatbuffers::uoffset_t kDirectoryTablesMax = 1'000'000;

codec::Compression compression_of(ChunkCodec codec) {
  switch (codec) {
    case ChunkCodec::None:
      return {codec::Codec::Stored, 0};
    case ChunkCodec::Lz4:
      return {codec::Codec::Lz4, 0};
    case ChunkCodec::Lz4High:
      return {codec::Codec::Lz4, 9};
    case ChunkCodec::Zstd:
      return {codec::Codec::Zstd, 3};
  }
  return {};
}

Error corrupt(uint64_t offset, const char* what) {
  Error error = make_error(ErrorCode::Corrupt, "chunk: {}", what);
  error.offset = offset;
  return error;
}

Result<void> check_format(uint16_t format, uint64_t offset) {
  if (format == kFormat) return {};
  Error error = make_error(ErrorCode::Unsupported,
                           "chunk format {} is from a newer version (known: up to {})", format, kFormat);
  error.offset = offset;
  return error;
}

// The directory's bytes, with its place and checksum verified.
Result<std::string_view> find_directory(std::string_view bytes) {
  if (bytes.size() < kHeaderSize + kTrailerSize) return corrupt(0, "too short");
  if (bytes.substr(0, kHeaderMagic.size()) != kHeaderMagic) return corrupt(0, "no header");
  const uint64_t trailer_offset = bytes.size() - kTrailerSize;
  const std::string_view trailer = bytes.substr(trailer_offset);
  if (trailer.substr(kTrailerSize - kTrailerMagic.size()) != kTrailerMagic) {
    return corrupt(trailer_offset, "no trailer: the end is missing");
  }
  ByteReader in(trailer, trailer_offset);
  LOKILIB_TRY_ASSIGN(const uint64_t offset, in.u64("directory offset"));
  LOKILIB_TRY_ASSIGN(const uint32_t length, in.u32("directory length"));
  LOKILIB_TRY_ASSIGN(const uint32_t directory_crc, in.u32("directory checksum"));
  LOKILIB_TRY_ASSIGN(const uint16_t format, in.u16("format"));
  LOKILIB_TRY_ASSIGN(const uint16_t flags, in.u16("flags"));
  LOKILIB_TRY_ASSIGN(const uint32_t trailer_crc, in.u32("trailer checksum"));
  if (crc32c(trailer.substr(0, kTrailerCheckedSize)) != trailer_crc)
    return corrupt(trailer_offset, "trailer checksum");
  LOKILIB_TRY(check_format(format, trailer_offset));
  ByteReader header(bytes.substr(kHeaderMagic.size(), kHeaderSize - kHeaderMagic.size()),
                    kHeaderMagic.size());
  LOKILIB_TRY_ASSIGN(const uint16_t header_format, header.u16("format"));
  LOKILIB_TRY_ASSIGN(const uint16_t header_flags, header.u16("flags"));
  LOKILIB_TRY_ASSIGN(const uint32_t header_zero, header.u32("header"));
  if (header_format != format || header_flags != flags || header_zero != 0) {
    return corrupt(0, "header and trailer differ");
  }
  if (offset % codec::kPageAlignment != 0 || offset < kHeaderSize || offset > trailer_offset ||
      length != trailer_offset - offset) {
    return corrupt(trailer_offset, "directory at an impossible place");
  }
  const std::string_view directory = bytes.substr(offset, length);
  if (crc32c(directory) != directory_crc) return corrupt(offset, "directory checksum");
  return directory;
}

}  // namespace

struct ChunkBuilder::Impl {
  ChunkOptions options;
  chunk::Head head;
};

ChunkBuilder::ChunkBuilder(const ChunkOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
}
ChunkBuilder::~ChunkBuilder() = default;
ChunkBuilder::ChunkBuilder(ChunkBuilder&&) noexcept = default;
ChunkBuilder& ChunkBuilder::operator=(ChunkBuilder&&) noexcept = default;

Result<void> ChunkBuilder::append(const EntryView& entry) {
  if (const Result<bool> stored = impl_->head.append(entry); !stored.has_value()) return stored.error();
  return {};
}

Result<std::string> ChunkBuilder::seal() {
  const ChunkOptions& options = impl_->options;
  chunk::SealOptions seal_options;
  if (options.block_rows_max == 0 || options.block_rows_max > chunk::kRowsPerBlockMax ||
      options.block_line_bytes_max > seal_options.limits.line_bytes_max) {
    return make_error(ErrorCode::InvalidArgument, "blocks of {} rows and {} bytes: at most {} and {}",
                      options.block_rows_max, options.block_line_bytes_max, chunk::kRowsPerBlockMax,
                      seal_options.limits.line_bytes_max);
  }
  seal_options.limits.rows_max = options.block_rows_max;
  seal_options.limits.line_bytes_max = options.block_line_bytes_max;
  seal_options.plain.compression = compression_of(options.codec);
  ScanStats stats;
  LOKILIB_TRY_ASSIGN(const chunk::EncodedChunk encoded,
                     chunk::seal_blocks(impl_->head.snapshot(), seal_options, stats));

  ByteWriter out;
  out.bytes(kHeaderMagic);
  out.u16(kFormat);
  out.u16(0);
  out.u32(0);
  out.bytes(encoded.bytes);
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(chunk::write_chunk_meta(builder, /*series=*/0, kHeaderSize, encoded));
  const std::string_view directory(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                                   builder.GetSize());
  ByteWriter trailer;
  trailer.u64(out.size());
  trailer.u32(static_cast<uint32_t>(directory.size()));
  trailer.u32(crc32c(directory));
  trailer.u16(kFormat);
  trailer.u16(0);
  trailer.u32(crc32c(trailer.view()));
  trailer.bytes(kTrailerMagic);
  out.bytes(directory);
  out.bytes(trailer.view());
  auto empty = std::make_unique<Impl>();
  empty->options = options;
  impl_ = std::move(empty);
  return out.take();
}

struct ChunkView::Impl {
  std::vector<std::shared_ptr<const chunk::Block>> blocks;
  chunk::BlockStats stats;  // of all blocks together
};

Result<ChunkView> ChunkView::open(std::string bytes) {
  const chunk::BlockSource source(std::move(bytes));
  LOKILIB_TRY_ASSIGN(const std::string_view directory, find_directory(source.memory()));
  const auto* const data = reinterpret_cast<const uint8_t*>(directory.data());
  flatbuffers::Verifier verifier(data, directory.size(), kDirectoryDepthMax, kDirectoryTablesMax);
  if (!verifier.VerifyBuffer<fbs::ChunkMeta>(nullptr)) {
    return corrupt(static_cast<uint64_t>(directory.data() - source.memory().data()), "malformed directory");
  }
  const auto* const meta = flatbuffers::GetRoot<fbs::ChunkMeta>(data);
  if (meta->offset() != kHeaderSize) return corrupt(0, "blocks at an impossible place");
  auto impl = std::make_shared<Impl>();
  LOKILIB_TRY_ASSIGN(impl->blocks, chunk::open_chunk(source, *meta));
  for (const auto& block : impl->blocks) chunk::add_stats(impl->stats, block->stats());
  return ChunkView(std::move(impl));
}

ChunkView::ChunkView(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
ChunkView::ChunkView(const ChunkView&) = default;
ChunkView& ChunkView::operator=(const ChunkView&) = default;
ChunkView::~ChunkView() = default;

uint64_t ChunkView::entry_count() const {
  return impl_->stats.rows;
}

uint64_t ChunkView::line_bytes() const {
  return impl_->stats.line_bytes;
}

uint32_t ChunkView::block_count() const {
  return static_cast<uint32_t>(impl_->blocks.size());
}

std::optional<int64_t> ChunkView::time_min_ns() const {
  if (impl_->stats.rows == 0) return std::nullopt;
  return impl_->stats.time_min_ns;
}

std::optional<int64_t> ChunkView::time_max_ns() const {
  if (impl_->stats.rows == 0) return std::nullopt;
  return impl_->stats.time_max_ns;
}

Result<std::unique_ptr<StreamCursor>> ChunkView::cursor(LabelSet labels, const SelectRequest& request) const {
  std::shared_ptr<const text::CompiledPredicate> predicate;
  if (!request.predicate.empty()) {
    LOKILIB_TRY_ASSIGN(predicate, text::CompiledPredicate::compile(request.predicate));
  }
  return chunk::create_merge_cursor(std::move(labels), impl_->blocks, request, std::move(predicate));
}

}  // namespace lokilib
