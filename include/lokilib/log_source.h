// SPDX-License-Identifier: Apache-2.0
// log_source.h: the hinge between LogQL and storage. The engine knows only this; storage, a vector in memory
// or a text file implement it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/cancellation.h>
#include <lokilib/entry.h>
#include <lokilib/export.h>
#include <lokilib/line_predicate.h>
#include <lokilib/matcher.h>
#include <lokilib/result.h>
#include <lokilib/time_range.h>

namespace lokilib {

/// What a scan did. Added up over cursors by the engine and shown with every result.
struct LOKILIB_EXPORT ScanStats {
  uint64_t streams = 0;                 ///< streams selected by the matchers
  uint64_t chunks = 0;                  ///< chunks and heads considered
  uint64_t blocks = 0;                  ///< blocks considered
  uint64_t blocks_skipped_time = 0;     ///< not read: outside the time range
  uint64_t blocks_skipped_filter = 0;   ///< lines not read: no row could pass the predicate
  uint64_t blocks_damaged = 0;          ///< not read: checksum or invariant broken; the answer is incomplete
  uint64_t compressed_bytes = 0;        ///< stored bytes that were decompressed
  uint64_t decompressed_bytes = 0;      ///< bytes that came out
  uint64_t lines_scanned = 0;           ///< entries in the time range that the predicate was asked about
  uint64_t line_bytes_scanned = 0;      ///< raw bytes of their lines
  uint64_t metadata_bytes_scanned = 0;  ///< raw bytes of their structured metadata that was read
  uint64_t duplicates = 0;              ///< equal entries that were left out
  std::vector<std::string> damage;      ///< one line per damaged place: file, offset, what

  void add(const ScanStats& other);
};

/// What the engine will do with lines; a source may do less work for less need.
enum class LineNeeds : uint8_t {
  None,   ///< neither text nor size
  Sizes,  ///< Batch::line_sizes only
  Text,   ///< Batch::lines and Batch::line_sizes
};

/// Which structured metadata the engine will look at (names as stored).
struct MetadataNeeds {
  bool all = true;
  std::vector<std::string> names;  ///< where `all` is false
};

struct SelectRequest {
  std::vector<Matcher> matchers;  ///< all must hold
  TimeRange range;
  Direction direction = Direction::Forward;
  LinePredicate predicate;  ///< on the line as stored; empty unless the source applies_predicate()
  LineNeeds lines = LineNeeds::Text;
  MetadataNeeds metadata;
  uint32_t batch_rows_max = kBatchRowsMax;     ///< 1 to kBatchRowsMax; small where few rows are wanted
  const Cancellation* cancellation = nullptr;  ///< may be null; outlives the cursors
};

/// The entries of one stream, batch by batch.
///
/// Threads: one at a time; different cursors may be used by different threads at once.
class LOKILIB_EXPORT StreamCursor {
 public:
  virtual ~StreamCursor() = default;

  /// The stream's labels; live as long as the cursor.
  virtual const LabelSet& labels() const = 0;

  /// A bound on what next() has still to give: no entry is earlier (forward) or later (backward).
  /// Known without reading data, so that an engine which wants few entries opens few blocks.
  virtual int64_t bound_ns() const = 0;

  /// Fills `batch` with the next entries that pass range and predicate, all selected; false at the end.
  /// Order: by timestamp, equal ones by arrival; backward is the exact reverse. Texts live until the next
  /// call. A batch may be cut anywhere, and may hold few rows. Adds to `stats`.
  virtual Result<bool> next(Batch& batch, ScanStats& stats) = 0;
};

/// Threads: select() may be called from any thread, and sees a snapshot: entries appended later may be
/// missed, those before are there.
class LOKILIB_EXPORT LogSource {
 public:
  virtual ~LogSource() = default;

  /// Whether cursors narrow their rows by SelectRequest::predicate, exactly. Where not, the engine does it.
  virtual bool applies_predicate() const { return false; }

  /// A cursor for each stream that the matchers select and that may have entries in the range, sorted by
  /// label set.
  virtual Result<std::vector<std::unique_ptr<StreamCursor>>> select(const SelectRequest& request,
                                                                    ScanStats& stats) const = 0;
};

/// One stream of a VectorLogSource.
struct VectorStream {
  LabelSet labels;
  std::vector<Entry> entries;  ///< in order of arrival
};

/// LogQL over entries in memory: for tests, examples, and results at hand.
class LOKILIB_EXPORT VectorLogSource final : public LogSource {
 public:
  /// Streams with equal label sets are joined, entries are put in order.
  explicit VectorLogSource(std::vector<VectorStream> streams);
  ~VectorLogSource() override;

  Result<std::vector<std::unique_ptr<StreamCursor>>> select(const SelectRequest& request,
                                                            ScanStats& stats) const override;

 private:
  std::vector<VectorStream> streams_;
};

}  // namespace lokilib
