// SPDX-License-Identifier: Apache-2.0
// options.h: how a database is opened. Everything that the library takes from its host is here: files, time,
// threads, memory, and where its messages go.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <lokilib/clock.h>
#include <lokilib/export.h>
#include <lokilib/file_system.h>
#include <lokilib/ingest_limits.h>
#include <lokilib/query.h>

namespace lokilib {

/// When an acknowledged append is on stable storage. Whatever the mode, it survives the death of the process.
enum class SyncMode : uint8_t {
  Always,    ///< before it is acknowledged
  Interval,  ///< at most DatabaseOptions::sync_interval_ns later
  None,      ///< when the operating system writes it
};

enum class LogLevel : uint8_t { Debug, Info, Warn, Error };

/// What one tenant may do.
struct TenantLimits {
  IngestLimits ingest = IngestLimits::lokilib();
  QueryLimits query = {};
  bool loki_quirks = false;  ///< see QueryRequest::loki_quirks
};

struct DatabaseOptions {
  /// Where the data lives; created if it is not there. Empty: in memory only, gone with the database.
  std::string directory = {};

  SyncMode sync = SyncMode::Interval;
  int64_t sync_interval_ns = 100'000'000;

  /// Raw bytes of lines and metadata in memory, over all streams of a tenant, at which they are flushed to a
  /// segment.
  uint64_t head_bytes_max = 256ULL << 20;
  /// Age of the oldest entry in memory (since its append) at which it is flushed.
  int64_t head_age_ns_max = 1'800'000'000'000;

  /// One thread per open tenant, for syncs and flushes. Without it they happen inside append(), and on
  /// flush().
  bool background_thread = true;

  TenantLimits limits = {};

  FileSystem* file_system = nullptr;  ///< null: the machine's (or memory); outlives the database
  const Clock* clock = nullptr;       ///< null: the machine's; outlives the database
  /// Receives the library's messages, from any thread; null: none are made.
  std::function<void(LogLevel, std::string_view)> logger = {};
};

}  // namespace lokilib
