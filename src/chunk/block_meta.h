// SPDX-License-Identifier: Apache-2.0
// block_meta.h: what is known about a stored block without reading it: the directory's part of a block.
#pragma once

#include <cstdint>
#include <string>

#include "chunk/block.h"
#include "codec/int_sequence.h"
#include "codec/page.h"

namespace lokilib::chunk {

/// Numbers are stored: never change one.
enum class BlockKind : uint8_t { Plain = 0, Template = 1 };

struct BlockMeta {
  BlockKind kind = BlockKind::Plain;
  uint32_t offset = 0;  ///< from the chunk's start
  uint32_t length = 0;
  BlockStats stats;
  codec::PageRef schema;  ///< offsets of pages count from the block's start
  codec::PageRef times;
  codec::IntHeader times_header;
};

/// A block's bytes before they have a place in a chunk: meta.offset is 0.
struct EncodedBlock {
  std::string bytes;
  BlockMeta meta;
};

/// The most bytes a block may hold, whoever wrote it. A reader refuses more.
inline constexpr uint64_t kBlockLineBytesMax = kLineBytesMax;
inline constexpr uint64_t kBlockMetadataBytesMax = kMetadataBytesMax;

}  // namespace lokilib::chunk
