// SPDX-License-Identifier: Apache-2.0
// chunk_writer.cc: see chunk_writer.h. Sealing reads through the same cursor as a query, so what is sealed
// is what was answered.
#include "chunk/chunk_writer.h"

#include <limits>

#include <schema/chunk_generated.h>

#include "base/make_error.h"
#include "chunk/batch_metadata.h"
#include "chunk/merge_cursor.h"

namespace lokilib::chunk {
namespace {

fbs::PageRef to_fbs(const codec::PageRef& ref) {
  return {ref.offset, ref.stored, ref.raw, ref.crc32c, static_cast<uint8_t>(ref.codec)};
}

class Sealer {
 public:
  explicit Sealer(const SealOptions& options) : options_(options) {}

  Result<void> add(const Batch& batch) {
    const BatchMetadata columns(batch);
    for (size_t row = 0; row < batch.row_count(); ++row) {
      columns.collect(row, metadata_);
      const EntryView entry{batch.timestamps_ns()[row], batch.lines()[row], metadata_};
      if (!builder_.has_room(entry, options_.limits)) LOKILIB_TRY(finish_block());
      builder_.add_copy(entry);
    }
    return {};
  }

  Result<EncodedChunk> finish() {
    if (!builder_.empty()) LOKILIB_TRY(finish_block());
    return std::move(chunk_);
  }

 private:
  Result<void> finish_block() {
    LOKILIB_TRY_ASSIGN(EncodedBlock block, encode_plain_block(builder_, options_.plain));
    builder_.clear();
    return add_block(std::move(block), chunk_);
  }

  const SealOptions& options_;
  BlockBuilder builder_;
  EncodedChunk chunk_;
  std::vector<MetadataView> metadata_;
};

}  // namespace

Result<void> add_block(EncodedBlock block, EncodedChunk& chunk) {
  if (chunk.bytes.size() + block.bytes.size() >
      std::numeric_limits<uint32_t>::max() - codec::kPageAlignment) {
    return make_error(ErrorCode::InvalidArgument, "chunk of 4 GiB or more");
  }
  block.meta.offset = static_cast<uint32_t>(chunk.bytes.size());
  chunk.bytes.append(block.bytes);
  while (chunk.bytes.size() % codec::kPageAlignment != 0) chunk.bytes.push_back('\0');
  chunk.blocks.push_back(block.meta);
  return {};
}

flatbuffers::Offset<fbs::ChunkMeta> write_chunk_meta(flatbuffers::FlatBufferBuilder& builder, uint32_t series,
                                                     uint64_t offset, const EncodedChunk& chunk) {
  std::vector<flatbuffers::Offset<fbs::BlockMeta>> blocks;
  blocks.reserve(chunk.blocks.size());
  for (const BlockMeta& block : chunk.blocks) {
    const fbs::PageRef schema = to_fbs(block.schema);
    const fbs::PageRef times = to_fbs(block.times);
    const codec::IntHeader& ints = block.times_header;
    const fbs::IntHeader header(ints.base, ints.scale, ints.count, static_cast<uint8_t>(ints.layout),
                                ints.width);
    blocks.push_back(fbs::CreateBlockMeta(builder, static_cast<fbs::BlockKind>(block.kind), block.offset,
                                          block.length, block.stats.rows, block.stats.line_bytes,
                                          block.stats.metadata_bytes, block.stats.time_min_ns,
                                          block.stats.time_max_ns, &schema, &times, &header));
  }
  return fbs::CreateChunkMeta(builder, series, offset, static_cast<uint32_t>(chunk.bytes.size()),
                              builder.CreateVector(blocks));
}

Result<EncodedChunk> seal_blocks(std::vector<std::shared_ptr<const Block>> blocks, const SealOptions& options,
                                 ScanStats& stats) {
  SelectRequest request;
  request.range = options.range;
  request.cancellation = options.cancellation;
  // Without labels metadata keeps the names it was stored under.
  const auto cursor = create_merge_cursor(LabelSet(), std::move(blocks), request, nullptr);
  const auto batch = std::make_unique<Batch>();
  Sealer sealer(options);
  while (true) {
    LOKILIB_TRY_ASSIGN(const bool more, cursor->next(*batch, stats));
    if (!more) break;
    LOKILIB_TRY(sealer.add(*batch));
  }
  return sealer.finish();
}

}  // namespace lokilib::chunk
