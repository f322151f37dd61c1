// SPDX-License-Identifier: Apache-2.0
// stream.h: one stream's entries in memory: appended under an ordering window, readable at once. For those
// who keep streams without a database; a database holds many and writes them to disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <lokilib/entry.h>
#include <lokilib/export.h>
#include <lokilib/labels.h>
#include <lokilib/log_source.h>
#include <lokilib/result.h>

namespace lokilib {

struct LOKILIB_EXPORT StreamOptions {
  /// How far behind the newest entry one may arrive; -1: any order.
  int64_t ordering_window_ns = 3'600'000'000'000;
  /// Longer lines are refused; 0: only those that no block can hold (over 8 MiB).
  uint32_t line_bytes_max = 262'144;
};

enum class AppendResult : uint8_t {
  Stored,
  Duplicate,  ///< the entry is here already: nothing was stored, and that is no error
};

/// A stream's entries at one moment. A value type; copies share the entries, which live as long as one of
/// them.
///
/// Threads: const members from any.
class LOKILIB_EXPORT StreamSnapshot {
 public:
  StreamSnapshot();
  StreamSnapshot(const StreamSnapshot&);
  StreamSnapshot& operator=(const StreamSnapshot&);
  ~StreamSnapshot();

  uint64_t entry_count() const;
  uint64_t line_bytes() const;
  /// Of the oldest and newest entry; nothing where there are none.
  std::optional<int64_t> time_min_ns() const;
  std::optional<int64_t> time_max_ns() const;

  /// The entries of the request's range that pass its predicate, in time order, equal times in order of
  /// arrival, or the exact reverse. Matchers are not looked at.
  /// Errors: `InvalidQuery` for a predicate that does not compile.
  Result<std::unique_ptr<StreamCursor>> cursor(const SelectRequest& request) const;

 private:
  friend class Stream;
  struct Impl;
  explicit StreamSnapshot(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// Accepts the entries of one stream and serves them.
///
/// Threads: one writer at a time; any number of readers beside it (see `snapshot`).
class LOKILIB_EXPORT Stream {
 public:
  Stream(LabelSet labels, const StreamOptions& options);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const LabelSet& labels() const;

  /// Appends one entry; visible to snapshots taken after the return.
  ///
  /// Line and metadata are copied, the views may go at once. An entry that equals the last one stored, or one
  /// of the same time that was stored lately, is a duplicate (Loki's rule, recorded, 3.7.6).
  ///
  /// Errors: `TooFarBehind`, `LineTooLong`, `MetadataTooLarge`; the stream is then unchanged.
  /// Loki: an entry exactly on the window's edge is accepted, one nanosecond older is not (recorded, 3.7.6).
  Result<AppendResult> append(const EntryView& entry);

  /// The entries so far, in time order, equal times in order of arrival. Stays valid and unchanged while
  /// later entries arrive; keeps their memory alive.
  StreamSnapshot snapshot() const;

  /// Bytes of memory held, roughly. Any thread.
  uint64_t memory_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib
