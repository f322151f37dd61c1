// SPDX-License-Identifier: Apache-2.0
// options.h: how a tenant's store is run. All that touches the world (files, time, threads, log output) is
// given here by the host.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <lokilib/clock.h>
#include <lokilib/file_system.h>

namespace lokilib::storage {

/// When acknowledged entries are forced to stable storage. In every mode they are in the WAL file, and so
/// survive the death of the process.
enum class SyncMode : uint8_t {
  Always,    ///< before each acknowledgement
  Interval,  ///< every sync_interval_ns: a power failure may take the last of them
  None,      ///< when the operating system likes
};

struct StoreOptions {
  FileSystem* file_system = nullptr;  ///< outlives the store
  const Clock* clock = nullptr;       ///< outlives the store
  std::string directory;              ///< the tenant's own; made if need be

  SyncMode sync = SyncMode::Interval;
  int64_t sync_interval_ns = 1'000'000'000;

  /// Heads are flushed to a segment when they hold this many bytes of lines and metadata, or have been there
  /// for this long (by the clock's monotonic time).
  uint64_t flush_bytes = 256ULL << 20;
  int64_t flush_age_ns = 1'800'000'000'000;
  bool flush_on_close = false;  ///< else the WAL is replayed on the next open

  /// Whether the store runs a thread of its own for syncs and flushes. Without it the host calls
  /// TenantStore::run_background_work(); appends then do syncs that are due.
  bool background = false;

  /// Told what happens (a line without newline), from any thread. May be empty.
  std::function<void(std::string_view)> logger;
};

}  // namespace lokilib::storage
