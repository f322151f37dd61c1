// SPDX-License-Identifier: Apache-2.0
// wal_writer.h: the write-ahead log of one tenant. Records of many threads become one write (group commit):
// whoever comes first writes for those who came meanwhile.
//
// Invariant: records stand in the file in the order of their tickets, and a ticket that was committed is in
// the file (write(2) returned), and synced where the mode is Always. After a failed write or sync the file is
// broken: nothing more is written to it, as what follows a hole would be hard to tell from damage; the owner
// then starts the next file.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

#include "base/mutex.h"
#include "storage/options.h"

namespace lokilib::storage {

/// A WAL file with its header written, durable by name unless the mode is None.
/// Errors: `Io`, `NoSpace`, `AlreadyExists`.
Result<std::unique_ptr<WritableFile>> create_wal_file(FileSystem& file_system, const std::string& directory,
                                                      uint64_t number, SyncMode mode);

/// Threads: all members may be called from any thread, but see start_file().
class WalWriter {
 public:
  explicit WalWriter(SyncMode mode) : mode_(mode) {}

  /// Whose turn a record is. `owns_write` means that commit() must be called soon: others wait for it.
  struct Ticket {
    uint64_t number = 0;
    bool owns_write = false;
  };

  /// Gives a record (WalRecordBuilder::bytes()) its place and its header. The bytes stay with the caller,
  /// untouched, until commit() returns. Errors: that which broke the file.
  Result<Ticket> enqueue(std::string& record);

  /// Returns when the record is in the file, and synced in Always. Errors: `Io`, `NoSpace`.
  Result<void> commit(Ticket ticket, const std::string& record);

  /// Syncs all that is committed, older files first. Errors: `Io`; the file is then broken, and what was in
  /// memory should be flushed, as the WAL no longer vouches for it.
  Result<void> sync();

  /// Files before `number` are no longer needed: they are not synced any more.
  void forget_files_before(uint64_t number);

  /// Writes what is in line and goes on in another file, which mends a broken one. Returns the size of the
  /// file before. Pre: no enqueue() runs meanwhile; calls of commit() may, and are waited for.
  uint64_t start_file(std::unique_ptr<WritableFile> file, uint64_t number);

  /// Writes what is in line, syncs unless the mode is None, and closes. Pre: as start_file().
  Result<void> close();

  bool broken() const { return is_broken_.load(std::memory_order_acquire); }
  /// Size of the file that is written now, with what is in line.
  uint64_t file_size() const { return end_offset_.load(std::memory_order_relaxed); }

 private:
  struct File {
    std::unique_ptr<WritableFile> file;
    uint64_t number = 0;
  };

  /// Writes `bytes`, the records up to ticket `last`; the caller has set writing_.
  void write_out(MutexLock& lock, std::string_view bytes, uint64_t last) LOKILIB_NO_THREAD_SAFETY_ANALYSIS;
  /// Writes pending_, if there is some and nobody writes.
  void drain(MutexLock& lock) LOKILIB_REQUIRES(mutex_);
  /// Until nobody writes, waits or stands in line.
  void settle(MutexLock& lock) LOKILIB_REQUIRES(mutex_);
  void set_broken(Error error) LOKILIB_REQUIRES(mutex_);

  const SyncMode mode_;
  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<File> file_ LOKILIB_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<File>> unsynced_ LOKILIB_GUARDED_BY(mutex_);  // earlier files, oldest first
  std::optional<Error> broken_ LOKILIB_GUARDED_BY(mutex_);
  std::string pending_ LOKILIB_GUARDED_BY(mutex_);    // records in line behind the one being written
  std::string spare_ LOKILIB_GUARDED_BY(mutex_);      // pending_'s other buffer
  uint64_t enqueued_ LOKILIB_GUARDED_BY(mutex_) = 0;  // tickets given
  uint64_t written_ LOKILIB_GUARDED_BY(mutex_) = 0;   // tickets committed
  uint64_t waiting_ LOKILIB_GUARDED_BY(mutex_) = 0;   // threads in commit()
  uint64_t synced_ LOKILIB_GUARDED_BY(mutex_) = 0;    // tickets that sync() has seen to
  bool writing_ LOKILIB_GUARDED_BY(mutex_) = false;
  std::atomic<uint64_t> end_offset_{0};  // of the file once all in line are written; set under mutex_
  std::atomic<bool> is_broken_{false};   // broken_ has a value; set under mutex_
};

}  // namespace lokilib::storage
