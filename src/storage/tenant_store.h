// SPDX-License-Identifier: Apache-2.0
// tenant_store.h: one tenant's streams on disk and in memory: append, flush, and a LogSource over all of it.
//
// An append goes to the heads first and then to the WAL, and returns when it is in the WAL file: so what was
// acknowledged survives the process, and what is refused (too far behind, or there already) never reaches the
// file. A query may see an entry some microseconds before its append returns.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <lokilib/result.h>

#include "base/mutex.h"
#include "base/thread_pool.h"
#include "storage/append.h"
#include "storage/damage.h"
#include "storage/options.h"
#include "storage/paths.h"
#include "storage/recovery.h"
#include "storage/store_version.h"
#include "storage/stored_log_source.h"
#include "storage/wal_record.h"
#include "storage/wal_writer.h"

namespace lokilib::storage {

struct StoreStats {
  uint64_t streams_in_memory = 0;
  uint64_t bytes_in_memory = 0;  ///< of lines and metadata that are in no segment yet
  uint64_t segments = 0;         ///< damaged ones included
  uint64_t segment_bytes = 0;
  uint64_t wal_files = 0;
  uint64_t wal_bytes = 0;
  uint64_t entries_appended = 0;  ///< since open
  uint64_t bytes_appended = 0;    ///< since open
  uint64_t flushes = 0;           ///< segments written since open
  uint64_t flush_failures = 0;    ///< since open; each is tried again
};

/// Threads: all members may be called from any thread, but close() and the destructor.
class TenantStore {
 public:
  /// Opens or creates. What is damaged is in damage() and left out.
  /// Errors: `Busy` (another store has the directory), `Unsupported` (written by a newer version), `Io`,
  /// `NoSpace`.
  static Result<std::unique_ptr<TenantStore>> open(StoreOptions options);
  /// Closes, without a word about errors.
  ~TenantStore();
  TenantStore(const TenantStore&) = delete;
  TenantStore& operator=(const TenantStore&) = delete;

  /// Stores what the rules accept; see AppendOutcome for the rest. When it returns, the entries are visible
  /// to queries and in the WAL, synced as the options say. Errors: `Io`, `NoSpace`, `Closed`: nothing is
  /// acknowledged then, though some of it may be kept.
  Result<AppendOutcome> append(std::span<const StreamAppend> streams, const AppendRules& rules = {});

  /// The streams for queries; keeps nothing open but files and memory.
  std::shared_ptr<const StoredLogSource> source() const { return source_; }

  /// Writes all that is in memory to segments and lets the WAL behind it go. After an error nothing is lost:
  /// the entries stay in memory and in the WAL, and the next flush tries again. Errors: `Io`, `NoSpace`,
  /// `Closed`.
  Result<void> flush();

  /// Does the syncs and flushes that are due by the clock. Called by the background thread if there is one,
  /// else by the host now and then, or by a test that steps through time. Errors are logged and tried again.
  void run_background_work();

  /// Stops the background thread, flushes if the options say so, syncs, and releases the directory. Later
  /// appends answer `Closed`. Errors: of the flush or sync; it is closed nevertheless.
  Result<void> close();

  StoreStats stats() const;
  /// What could not be read on opening.
  const std::vector<Damage>& damage() const { return damage_; }
  const StoreOptions& options() const { return options_; }

 private:
  explicit TenantStore(StoreOptions options);

  Result<void> start(RecoveredStore recovered);
  Result<void> append_streams(std::span<const StreamAppend> streams, const AppendRules& rules,
                              WalRecordBuilder& record, AppendOutcome& outcome, WalWriter::Ticket& ticket)
      LOKILIB_EXCLUDES(gate_);
  void add_run(Memtable& memtable, uint32_t stream_index, const StreamAppend& append,
               const AppendRules& rules, WalRecordBuilder& record, std::vector<uint32_t>& kept,
               AppendOutcome& outcome) LOKILIB_REQUIRES_SHARED(gate_);

  /// Goes on in a new WAL file; with `new_memtable` also in a new memtable, the old one joining the flushing.
  Result<void> start_wal_file(bool new_memtable) LOKILIB_EXCLUDES(gate_, wal_mutex_);
  Result<void> flush_all() LOKILIB_EXCLUDES(flush_mutex_);
  /// Writes the memtables that wait, oldest first, until one fails.
  Result<void> flush_waiting() LOKILIB_REQUIRES(flush_mutex_);
  Result<void> flush_oldest() LOKILIB_REQUIRES(flush_mutex_);
  void let_wal_go(uint64_t wal_last) LOKILIB_EXCLUDES(wal_mutex_);

  /// After an append: does, or asks the background thread for, what is due.
  void after_append();
  bool flush_is_due(int64_t now_ns) const;
  void sync_if_due(int64_t now_ns);
  void flush_if_due(int64_t now_ns);
  void background_loop();
  void log(std::string_view text) const;

  std::unique_ptr<WalRecordBuilder> take_record() LOKILIB_EXCLUDES(records_mutex_);
  void give_back(std::unique_ptr<WalRecordBuilder> record) LOKILIB_EXCLUDES(records_mutex_);

  const StoreOptions options_;
  const StorePaths paths_;
  std::unique_ptr<FileLock> lock_;
  std::vector<Damage> damage_;  // set by open()
  const std::shared_ptr<VersionHolder> versions_ = std::make_shared<VersionHolder>();
  const std::shared_ptr<const StoredLogSource> source_ = std::make_shared<StoredLogSource>(versions_);
  WalWriter wal_;
  std::atomic<uint64_t> next_number_{1};
  std::atomic<bool> closed_{false};

  // Appends hold the gate shared from the look-up of the memtable until their record is in line; who changes
  // memtable or WAL file holds it alone. So a memtable's entries are in its WAL files and no others.
  mutable SharedMutex gate_;
  std::shared_ptr<Memtable> active_ LOKILIB_GUARDED_BY(gate_);
  uint64_t wal_number_ LOKILIB_GUARDED_BY(gate_) = 0;

  // Order of locks: flush_mutex_, wal_mutex_, gate_.
  mutable Mutex wal_mutex_;  // who starts WAL files
  std::map<uint64_t, WalFile> wal_files_ LOKILIB_GUARDED_BY(wal_mutex_);
  Mutex flush_mutex_;  // who writes segments and the manifest
  Manifest manifest_ LOKILIB_GUARDED_BY(flush_mutex_);

  std::atomic<int64_t> synced_at_ns_{0};         // monotonic
  std::atomic<int64_t> flush_not_before_ns_{0};  // monotonic; after a failure it waits a little
  std::atomic<uint64_t> entries_appended_{0};
  std::atomic<uint64_t> bytes_appended_{0};
  std::atomic<uint64_t> flushes_{0};
  std::atomic<uint64_t> flush_failures_{0};
  std::atomic<bool> flush_wanted_{false};  // memory holds what the WAL may have lost

  Mutex records_mutex_;
  std::vector<std::unique_ptr<WalRecordBuilder>> records_ LOKILIB_GUARDED_BY(records_mutex_);

  Mutex background_mutex_;
  std::condition_variable background_wake_;
  bool background_stop_ LOKILIB_GUARDED_BY(background_mutex_) = false;
  bool background_woken_ LOKILIB_GUARDED_BY(background_mutex_) = false;
  std::unique_ptr<ThreadPool> background_;  // last: its thread uses all of the above
};

}  // namespace lokilib::storage
