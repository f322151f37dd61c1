// SPDX-License-Identifier: Apache-2.0
// head.h: one stream's entries in memory, as they come. The newest part is open and readable at once; full
// parts are frozen to LZ4 blocks, so that idle heads cost compressed bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <lokilib/entry.h>
#include <lokilib/result.h>

#include "base/mutex.h"
#include "chunk/block.h"

namespace lokilib::chunk {

class HeadPart;

/// Threads: append(), cut() and drop_oldest() by one writer at a time; the rest by any beside it.
class Head {
 public:
  Head();
  ~Head();
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  /// Copies the entry; snapshots taken after the return have it. False: it is here already and nothing was
  /// stored, that is, the last stored entry, or one of the open part, has its time, line and metadata
  /// (Loki's rule, recorded, 3.7.6).
  ///
  /// Errors: `LineTooLong` and `MetadataTooLarge` beyond what a block can hold.
  Result<bool> append(const EntryView& entry);

  /// All entries, in order of arrival of the blocks; their rows are in time order. Unchanged by what is
  /// appended later.
  std::vector<std::shared_ptr<const Block>> snapshot() const;

  /// Closes the open part: entries appended from now on are in later blocks. Returns the number of blocks
  /// there are, for drop_oldest().
  Result<size_t> cut();
  /// Lets the first `count` blocks go, when their entries are safe elsewhere. Pre: cut() gave `count` or
  /// more since the last call.
  void drop_oldest(size_t count);

  /// All rows together; the times are those of the oldest and newest entry.
  BlockStats stats() const;
  /// Bytes of memory that the head holds, roughly.
  uint64_t memory_bytes() const;

 private:
  Result<void> freeze_open_part();
  bool is_last_stored(const EntryView& entry) const;

  mutable Mutex mutex_;
  std::vector<std::shared_ptr<const Block>> frozen_ LOKILIB_GUARDED_BY(mutex_);
  BlockStats frozen_stats_ LOKILIB_GUARDED_BY(mutex_);  // of frozen_, together
  uint64_t frozen_bytes_ LOKILIB_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<HeadPart> open_ LOKILIB_GUARDED_BY(mutex_);  // never null

  // Writer only.
  HeadPart* writing_;                   // open_, without the lock
  std::vector<MetadataView> metadata_;  // of the entry being appended, sorted, without repeats
  Entry last_;                          // the last entry of the last frozen part
  bool has_last_ = false;
};

/// A part's first `row_count` rows as a block.
std::shared_ptr<const Block> create_head_block(std::shared_ptr<const HeadPart> part, uint32_t row_count);

/// Adds the other's rows, bytes and time range. Pre: `other` is not empty.
void add_stats(BlockStats& sum, const BlockStats& other);

}  // namespace lokilib::chunk
