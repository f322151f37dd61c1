// SPDX-License-Identifier: Apache-2.0
// store_version.h: what a tenant consists of at one moment. An entry that was acknowledged is in exactly one
// part of a version: a flush replaces a memtable by its segment in one step.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "storage/damage.h"
#include "storage/manifest.h"
#include "storage/memtable.h"
#include "storage/segment_reader.h"

namespace lokilib::storage {

/// A segment of the manifest. One that cannot be opened keeps its place: queries of its time say so.
struct Segment {
  SegmentRecord record;
  std::shared_ptr<const SegmentReader> reader;  ///< null where it is damaged
  std::optional<Damage> damage;
};

/// A memtable that takes no more entries and waits for, or is on, its way into a segment.
struct FlushingMemtable {
  std::shared_ptr<Memtable> memtable;
  uint64_t wal_last = 0;  ///< the newest WAL file with entries of it
};

/// Immutable. In order of arrival: segments, then flushing, then active.
struct StoreVersion {
  std::vector<Segment> segments;
  std::vector<FlushingMemtable> flushing;  ///< oldest first
  std::shared_ptr<Memtable> active;
};

/// The current version. Threads: all members may be called from any thread.
class VersionHolder {
 public:
  std::shared_ptr<const StoreVersion> get() const LOKILIB_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return version_;
  }
  /// Puts a changed copy in place; `change` is called with it.
  template <typename Change>
  void update(Change change) LOKILIB_EXCLUDES(mutex_) {
    std::shared_ptr<const StoreVersion> released;  // freed outside the lock
    const MutexLock lock(mutex_);
    auto next = std::make_shared<StoreVersion>(*version_);
    change(*next);
    released = std::exchange(version_, std::move(next));
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const StoreVersion> version_ LOKILIB_GUARDED_BY(mutex_) = std::make_shared<StoreVersion>();
};

}  // namespace lokilib::storage
