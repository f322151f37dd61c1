// SPDX-License-Identifier: Apache-2.0
// chunk_reader.cc: nothing of a directory's table is believed before it is checked.
#include "chunk/chunk_reader.h"

#include <schema/chunk_generated.h>

#include "base/make_error.h"
#include "chunk/plain_block.h"
#include "chunk/stored_columns.h"

namespace lokilib::chunk {
namespace {

Result<void> check_stats(const BlockStats& stats) {
  if (stats.rows == 0 || stats.rows > kRowsPerBlockMax) {
    return make_error(ErrorCode::Corrupt, "block of {} rows", stats.rows);
  }
  if (stats.line_bytes > kBlockLineBytesMax || stats.metadata_bytes > kBlockMetadataBytesMax) {
    return make_error(ErrorCode::Corrupt, "block of {} bytes of lines and {} of metadata", stats.line_bytes,
                      stats.metadata_bytes);
  }
  if (stats.time_min_ns > stats.time_max_ns) {
    return make_error(ErrorCode::Corrupt, "block from time {} to {}", stats.time_min_ns, stats.time_max_ns);
  }
  return {};
}

}  // namespace

Result<BlockMeta> read_block_meta(const fbs::BlockMeta& meta, uint64_t chunk_length) {
  if (meta.kind() != fbs::BlockKind::Plain) {
    return make_error(ErrorCode::Unsupported, "block kind {} is from a newer version",
                      static_cast<unsigned>(meta.kind()));
  }
  if (meta.schema() == nullptr || meta.times() == nullptr || meta.times_header() == nullptr) {
    return make_error(ErrorCode::Corrupt, "block without schema or times");
  }
  BlockMeta block;
  block.kind = BlockKind::Plain;
  block.offset = meta.offset();
  block.length = meta.length();
  if (block.offset % codec::kPageAlignment != 0 || block.offset > chunk_length ||
      block.length > chunk_length - block.offset) {
    return make_error(ErrorCode::Corrupt, "block of {} bytes at {} in a chunk of {}", block.length,
                      block.offset, chunk_length);
  }
  block.stats = {meta.rows(), meta.line_bytes(), meta.metadata_bytes(), meta.time_min_ns(),
                 meta.time_max_ns()};
  LOKILIB_TRY(check_stats(block.stats));
  block.schema = from_fbs(*meta.schema());
  block.times = from_fbs(*meta.times());
  block.times_header = from_fbs(*meta.times_header());
  return block;
}

Result<std::vector<std::shared_ptr<const Block>>> open_chunk(const BlockSource& file,
                                                             const fbs::ChunkMeta& meta) {
  if (meta.offset() % codec::kPageAlignment != 0 || meta.offset() > file.length() ||
      meta.length() > file.length() - meta.offset()) {
    return file.corrupt(meta.offset(), "chunk of {} bytes in a file of {}", meta.length(), file.length());
  }
  std::vector<std::shared_ptr<const Block>> blocks;
  if (meta.blocks() == nullptr) return blocks;
  blocks.reserve(meta.blocks()->size());
  for (const fbs::BlockMeta* table : *meta.blocks()) {
    Result<BlockMeta> block = read_block_meta(*table, meta.length());
    if (!block.has_value()) return file.located(std::move(block).error(), meta.offset() + table->offset());
    blocks.push_back(create_plain_block(file.part(meta.offset() + block->offset, block->length), *block));
  }
  return blocks;
}

}  // namespace lokilib::chunk
