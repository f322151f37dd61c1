// SPDX-License-Identifier: Apache-2.0
// chunk_writer.h: the blocks of one stream put one behind the other, and what a directory keeps of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <lokilib/log_source.h>
#include <lokilib/result.h>

#include "chunk/block_builder.h"
#include "chunk/block_meta.h"
#include "chunk/plain_block.h"

namespace flatbuffers {
class FlatBufferBuilder;
template <typename T>
struct Offset;
}  // namespace flatbuffers
namespace lokilib::fbs {
struct ChunkMeta;
}

namespace lokilib::chunk {

/// A chunk's bytes and its blocks. The bytes may be put at any multiple of 8 in a file; their number is a
/// multiple of 8 too.
struct EncodedChunk {
  std::string bytes;
  std::vector<BlockMeta> blocks;  ///< in order of arrival
};

/// Appends a block. Errors: `InvalidArgument` for a chunk of 4 GiB.
Result<void> add_block(EncodedBlock block, EncodedChunk& chunk);

/// The directory's table of a chunk that begins at `offset` of its file.
flatbuffers::Offset<fbs::ChunkMeta> write_chunk_meta(flatbuffers::FlatBufferBuilder& builder, uint32_t series,
                                                     uint64_t offset, const EncodedChunk& chunk);

struct SealOptions {
  BlockLimits limits;
  PlainBlockOptions plain;
  TimeRange range;                             ///< entries outside are left out
  const Cancellation* cancellation = nullptr;  ///< may be null
};

/// Merges the blocks of one stream, given in order of arrival, by time, leaves out entries that are there
/// twice, and encodes them into as few blocks as the limits allow. No entries: a chunk without blocks.
/// A damaged block is left out and described in `stats`.
Result<EncodedChunk> seal_blocks(std::vector<std::shared_ptr<const Block>> blocks, const SealOptions& options,
                                 ScanStats& stats);

}  // namespace lokilib::chunk
