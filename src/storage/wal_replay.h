// SPDX-License-Identifier: Apache-2.0
// wal_replay.h: puts the entries of a WAL file back into a memtable, each stream's in their order of arrival,
// whatever order their runs have in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

#include "storage/damage.h"
#include "storage/memtable.h"

namespace lokilib::storage {

struct WalReplay {
  uint64_t entries = 0;
  uint64_t file_size = 0;
  std::vector<Damage> damage;       ///< inside the file; all that is whole was replayed nevertheless
  std::optional<Damage> torn_tail;  ///< what a crash left at its end
};

/// Rules are not applied: what is in the WAL was accepted.
/// Errors: `Unsupported` (a newer format), `Io`, `NotFound`; the memtable then has a part of the entries.
Result<WalReplay> replay_wal(FileSystem& file_system, const std::string& path, uint64_t number,
                             Memtable& memtable);

}  // namespace lokilib::storage
