// SPDX-License-Identifier: Apache-2.0
// file_system.h: everything the library asks of a file system, as an interface that a host may replace.
// Tests put a memory file system or one with faults in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/result.h>

namespace lokilib {

/// A file opened for reading at any offset. Threads: any number may read at once.
class LOKILIB_EXPORT ReadableFile {
 public:
  virtual ~ReadableFile() = default;

  /// The file's size in bytes now (a file that is still written may grow).
  virtual Result<uint64_t> size() const = 0;

  /// Reads up to `out_size` bytes at `offset`; fewer only at the end of the file. Returns how many.
  virtual Result<size_t> read_at(uint64_t offset, char* out, size_t out_size) const = 0;

  /// The whole file as it is now, mapped where the file system can (else empty: use read_at).
  /// Stays valid as long as this object; a mapped file must not be truncated. Start is 64-byte aligned.
  virtual std::string_view mapped() const = 0;
};

/// A file opened for writing at its end. Threads: one at a time, but sync() may run beside append().
class LOKILIB_EXPORT WritableFile {
 public:
  virtual ~WritableFile() = default;

  /// Appends all of `bytes`, or fails; after a failure the file may have grown by a part of them.
  virtual Result<void> append(std::string_view bytes) = 0;

  /// Returns when everything appended before the call is on stable storage.
  virtual Result<void> sync() = 0;

  /// Cuts the file to `size` bytes; appends go on from there.
  virtual Result<void> truncate(uint64_t size) = 0;

  /// Closes the file and reports what closing reports. The destructor closes silently.
  virtual Result<void> close() = 0;
};

/// Held by one process (and one FileLock object) at a time; released by the destructor.
class LOKILIB_EXPORT FileLock {
 public:
  virtual ~FileLock() = default;
};

/// Threads: all members may be called from any thread.
/// Errors: `NotFound`, `AlreadyExists`, `NoSpace`, else `Io`, with the path in `Error::file`.
class LOKILIB_EXPORT FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<ReadableFile>> open_read(const std::string& path) = 0;
  /// Creates an empty file; fails with `AlreadyExists` if there is one.
  virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path) = 0;
  /// Opens an existing file for appending at its end.
  virtual Result<std::unique_ptr<WritableFile>> open_append(const std::string& path) = 0;
  /// Replaces `to` atomically. Durable after sync_directory of the parent.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  /// Creates the directory and its parents; one that exists is no error.
  virtual Result<void> create_directories(const std::string& path) = 0;
  /// Names (not paths) of the directory's entries, sorted.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  /// Makes created, renamed and removed names of the directory durable.
  virtual Result<void> sync_directory(const std::string& path) = 0;
  /// Takes an exclusive lock on a file, creating it. `Busy` names the holder's process if it is known.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

/// The machine's own file system. Static storage; never freed.
LOKILIB_EXPORT FileSystem& posix_file_system();

/// A file system in memory: the one behind a memory-only database, and the base of tests.
LOKILIB_EXPORT std::unique_ptr<FileSystem> create_memory_file_system();

}  // namespace lokilib
