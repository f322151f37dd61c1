// SPDX-License-Identifier: Apache-2.0
// merge_cursor.h: the StreamCursor over any blocks of one stream, wherever they come from: heads, segments,
// overlapping in time or not. It keeps the one order, and leaves out entries that are there twice.
#pragma once

#include <memory>
#include <vector>

#include <lokilib/log_source.h>

#include "chunk/block.h"

namespace lokilib::chunk {

/// `blocks` are in order of arrival: of entries with equal timestamps those of an earlier block come first
/// (forward). Blocks outside the range are skipped without opening them, and counted. Equal entries
/// (timestamp, line, metadata) of different blocks are given once. A damaged block is left out, counted and
/// described in the stats.
///
/// `predicate` is request.predicate compiled, or null if it is empty.
std::unique_ptr<StreamCursor> create_merge_cursor(LabelSet labels,
                                                  std::vector<std::shared_ptr<const Block>> blocks,
                                                  const SelectRequest& request,
                                                  std::shared_ptr<const text::CompiledPredicate> predicate);

}  // namespace lokilib::chunk
