// SPDX-License-Identifier: Apache-2.0
// chunk_reader.h: from a directory's table to blocks that can be queried.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <lokilib/result.h>

#include "chunk/block.h"
#include "chunk/block_meta.h"
#include "chunk/block_source.h"

namespace lokilib::fbs {
struct ChunkMeta;
struct BlockMeta;
}  // namespace lokilib::fbs

namespace lokilib::chunk {

/// What the table says, checked against `chunk_length`: places, counts, times. Pages are checked when they
/// are read.
/// Errors: `Corrupt`; `Unsupported` for a kind of block from a newer version.
Result<BlockMeta> read_block_meta(const fbs::BlockMeta& meta, uint64_t chunk_length);

/// The chunk's blocks, in order of arrival, over `file`: a source of the whole file, of which only pages that
/// are asked for are ever read. `meta` is from a directory that a verifier accepted.
/// Errors: as read_block_meta(), with file and offset.
Result<std::vector<std::shared_ptr<const Block>>> open_chunk(const BlockSource& file,
                                                             const fbs::ChunkMeta& meta);

}  // namespace lokilib::chunk
