// SPDX-License-Identifier: Apache-2.0
// stream_blocks.h: what every part of a store (memtable or segment) gives to a query: streams with blocks.
#pragma once

#include <memory>
#include <vector>

#include <lokilib/labels.h>

#include "chunk/block.h"

namespace lokilib::storage {

/// The entries that one part has of one stream: its head's, or its chunk's.
struct StreamBlocks {
  LabelSet labels;
  std::vector<std::shared_ptr<const chunk::Block>> blocks;  ///< in order of arrival
};

}  // namespace lokilib::storage
