// SPDX-License-Identifier: Apache-2.0
// database.h: all of it behind one door: open a directory, append, query, look up labels, flush, close.
//
//   auto db = lokilib::Database::open({.directory = "./logs"});
//   db->append(labels, {.timestamp_ns = now, .line = "hello"});
//   auto result = db->query({.query = R"({app="api"} |= "hello")", .start_ns = from, .end_ns = to});
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/entry.h>
#include <lokilib/export.h>
#include <lokilib/labels.h>
#include <lokilib/matcher.h>
#include <lokilib/options.h>
#include <lokilib/query.h>
#include <lokilib/result.h>
#include <lokilib/time_range.h>

namespace lokilib {

/// The tenant of those who have only one; Loki's name for it.
inline constexpr std::string_view kDefaultTenant = "fake";

/// Entries for one stream, as they arrive. Views are copied by append().
struct StreamEntries {
  LabelSet labels;
  std::span<const EntryView> entries;
};

/// Entries that were refused for one reason.
struct Rejection {
  ErrorCode code = ErrorCode::InvalidArgument;
  std::string reason;   ///< one word for metrics, e.g. "line_too_long" (Loki's)
  std::string message;  ///< Loki's text
  uint64_t occurrences =
      1;  ///< how often it happened: once per entry, or per stream where its labels are refused
  uint64_t entries = 0;
  uint64_t bytes = 0;
};

/// What became of an append. Whatever is not in `rejections` is stored (or was there already).
struct AppendReport {
  uint64_t entries_accepted = 0;
  uint64_t bytes_accepted = 0;  ///< of lines and metadata, detected_level included
  uint64_t duplicates = 0;      ///< accepted, but stored already
  std::vector<Rejection> rejections;
};

/// How much there is of one stream in a time range, by block metadata: exact where a block lies inside the
/// range, prorated where it overlaps.
struct StreamVolume {
  LabelSet labels;
  uint64_t chunks = 0;
  uint64_t entries = 0;
  uint64_t bytes = 0;  ///< of lines and metadata
};

struct DatabaseStats {
  uint64_t tenants = 0;
  uint64_t streams_in_memory = 0;
  uint64_t bytes_in_memory = 0;  ///< raw bytes that are not in a segment yet
  uint64_t segments = 0;
  uint64_t segment_bytes = 0;
  uint64_t wal_bytes = 0;
  uint64_t entries_appended = 0;    ///< since open
  uint64_t bytes_appended = 0;      ///< since open
  uint64_t flushes = 0;             ///< since open
  std::vector<std::string> damage;  ///< what could not be read on opening: file, offset, what
};

/// A log database in one directory, or in memory.
///
/// Threads: all members may be called from any thread at once, but close() and the destructor.
/// Tenants: created by their first append; names follow Loki's rule (letters, digits and !-_.*'(), at most
/// 150 bytes).
class LOKILIB_EXPORT Database {
 public:
  /// Opens or creates. What is damaged is reported in stats().damage and through the logger, and left out.
  /// Errors: `Busy` (another process has it open; the text names it), `Io`, `NoSpace`, `Corrupt` (no manifest
  /// can be read).
  static Result<Database> open(DatabaseOptions options);

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  /// Closes; entries in memory are kept in the write-ahead log.
  ~Database();

  /// Appends entries of any number of streams; each is visible to queries when the call returns, and durable
  /// as DatabaseOptions::sync says. Valid entries are stored even if others are refused (Loki's rule).
  /// Errors: only where nothing could be stored: `Io`, `NoSpace`, `RateLimited`, `InvalidArgument` (tenant),
  /// `Closed`.
  Result<AppendReport> append(std::span<const StreamEntries> streams,
                              std::string_view tenant = kDefaultTenant);

  /// One entry. Errors: also those of its rejection.
  Result<void> append(const LabelSet& labels, const EntryView& entry,
                      std::string_view tenant = kDefaultTenant);

  /// Errors: see evaluate(). A tenant without data has empty answers.
  Result<QueryResult> query(const QueryRequest& request, std::string_view tenant = kDefaultTenant) const;

  /// Names of the labels of streams that have entries in the range and satisfy the matchers; sorted.
  Result<std::vector<std::string>> label_names(const TimeRange& range,
                                               const std::vector<Matcher>& matchers = {},
                                               std::string_view tenant = kDefaultTenant) const;
  /// Values of one label, likewise.
  Result<std::vector<std::string>> label_values(std::string_view name, const TimeRange& range,
                                                const std::vector<Matcher>& matchers = {},
                                                std::string_view tenant = kDefaultTenant) const;
  /// Label sets of the streams, likewise; sorted.
  Result<std::vector<LabelSet>> series(const TimeRange& range, const std::vector<Matcher>& matchers,
                                       std::string_view tenant = kDefaultTenant) const;
  /// Volumes of the streams, likewise.
  Result<std::vector<StreamVolume>> volumes(const TimeRange& range, const std::vector<Matcher>& matchers,
                                            std::string_view tenant = kDefaultTenant) const;

  /// The tenant's streams as a LogSource, e.g. for evaluate() with limits of one's own. Keeps the tenant
  /// open.
  Result<std::shared_ptr<const LogSource>> source(std::string_view tenant = kDefaultTenant) const;

  /// Writes what is in memory to segments, for all tenants. Errors: the first; nothing is lost by it.
  Result<void> flush();

  DatabaseStats stats() const;
  const DatabaseOptions& options() const;

  /// Stops the background thread and releases the directory. Later calls answer `Closed`.
  Result<void> close();

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib
