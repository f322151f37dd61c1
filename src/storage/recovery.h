// SPDX-License-Identifier: Apache-2.0
// recovery.h: from a directory, in whatever state a crash or a bad disk left it, to a store: manifest, then
// segments, then the WAL. What is damaged is reported and left out; what nobody refers to is removed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include <lokilib/result.h>

#include "storage/damage.h"
#include "storage/manifest.h"
#include "storage/memtable.h"
#include "storage/options.h"
#include "storage/paths.h"
#include "storage/store_version.h"

namespace lokilib::storage {

/// A WAL file whose entries are in no segment yet.
struct WalFile {
  uint64_t size = 0;
  bool damaged = false;  ///< not only at its tail: kept aside when it is no longer needed
};

struct RecoveredStore {
  Manifest manifest;
  std::vector<Segment> segments;          ///< as in the manifest
  std::shared_ptr<Memtable> memtable;     ///< the entries of the WAL files
  std::map<uint64_t, WalFile> wal_files;  ///< by number
  std::vector<Damage> damage;
  uint64_t next_number = 1;  ///< no file has this number or a higher one
};

/// Pre: the store's lock is held. Directories are made if need be.
/// Errors: `Io`, `NoSpace`, `Unsupported` (a manifest or WAL of a newer version: reading on could lose data).
Result<RecoveredStore> recover_store(const StoreOptions& options);

}  // namespace lokilib::storage
