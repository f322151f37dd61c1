// SPDX-License-Identifier: Apache-2.0
// plain_block.h: a block whose lines are stored as they are, in compressed pages of at most 256 KiB, beside
// columns of times, line lengths and metadata. The form of fresh blocks, the fallback for lines without
// structure, and what other kinds of block are tested against.
//
//   block := line page* | metadata page* | times page | schema page      (pages start at multiples of 8)
#pragma once

#include <cstdint>
#include <memory>

#include <lokilib/result.h>

#include "chunk/block_builder.h"
#include "chunk/block_meta.h"
#include "chunk/block_source.h"
#include "codec/compressor.h"

namespace lokilib::chunk {

struct PlainBlockOptions {
  codec::Compression compression;
  uint32_t line_page_bytes_max = 256 * 1024;  ///< a single longer line makes a page of its own
};

/// Encodes the builder's rows, of which there is at least one. Sorts its columns.
/// Errors: `Unsupported` for a compressor that this build lacks.
Result<EncodedBlock> encode_plain_block(BlockBuilder& rows, const PlainBlockOptions& options);

/// A block over `source`, which holds the block's bytes and nothing else. Nothing is read before it is asked
/// for. Pre: `meta` went through check_block_meta() or comes from an encoder.
std::shared_ptr<const Block> create_plain_block(BlockSource source, const BlockMeta& meta);

/// A block over an encoded block in memory.
std::shared_ptr<const Block> create_plain_block(EncodedBlock block);

}  // namespace lokilib::chunk
