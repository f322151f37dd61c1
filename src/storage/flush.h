// SPDX-License-Identifier: Apache-2.0
// flush.h: a memtable on its way to the disk: all its heads become one segment.
#pragma once

#include <cstdint>
#include <optional>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

#include "storage/memtable.h"
#include "storage/paths.h"
#include "storage/store_version.h"

namespace lokilib::storage {

/// Writes the entries of a memtable that takes no more to segment `number`, under a temporary name, syncs it,
/// gives it its name, and opens it. It counts only once the manifest names it. Nothing where the memtable is
/// empty. `wal_last` is the newest WAL file with entries of it.
///
/// Errors: `Io`, `NoSpace`; what was written is then removed if that is possible.
Result<std::optional<Segment>> flush_memtable(FileSystem& file_system, const StorePaths& paths,
                                              uint64_t number, uint64_t wal_last, const Memtable& memtable);

}  // namespace lokilib::storage
