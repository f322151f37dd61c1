// SPDX-License-Identifier: Apache-2.0
// wal_record.h: the payload of a WAL record: runs of entries of one stream each.
//
//   payload := run+
//   run     := varint series | u8 flags | [labels] | varint first arrival | varint entry count
//              | zigzag time deltas (the first from 0) | varint line sizes | line bytes
//              | [per entry: varint pair count, (varint size, name, varint size, value)*]
//   labels  := varint count | (varint size, name, varint size, value)*      flag kRunHasLabels
//
// A series number is local to its file, and its labels stand in the first run that uses it *in order of
// arrival*; runs of two threads may pass each other on their way to the file. "First arrival" is the number
// of entries of the series that this file's runs hold before it, so a reader can put them back in order.
// Lines are in one piece: encoding is a memcpy for each line and two short integers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/entry.h>
#include <lokilib/labels.h>
#include <lokilib/result.h>

#include "storage/wal_format.h"

namespace lokilib::storage {

/// One record under construction; the space for its header is at the front. Reused: clear() keeps memory.
///
/// Threads: one at a time.
class WalRecordBuilder {
 public:
  WalRecordBuilder() { clear(); }

  void clear() { bytes_.resize(kWalRecordHeaderSize); }
  bool empty() const { return bytes_.size() == kWalRecordHeaderSize; }
  size_t size() const { return bytes_.size(); }

  /// Adds the entries of a run. `labels` is not null in the series' first run of the file.
  /// `kept` are the indexes of the entries to write, ascending; all of them where it is null.
  void add_run(uint32_t series, const LabelSet* labels, uint64_t first_arrival,
               std::span<const EntryView> entries, const std::vector<uint32_t>* kept);

  /// Header (still to be filled by the writer) and payload.
  std::string& bytes() { return bytes_; }
  std::string_view payload() const { return std::string_view(bytes_).substr(kWalRecordHeaderSize); }

 private:
  std::string bytes_;
};

/// A run as read; views into the payload.
struct WalRun {
  uint32_t series = 0;
  bool has_labels = false;
  LabelSet labels;
  uint64_t first_arrival = 0;
  std::vector<EntryView> entries;
  std::vector<MetadataView> metadata;  ///< what the entries' spans point into
};

/// Reads the runs of a payload one after another.
class WalRunReader {
 public:
  /// `offset` is where the payload begins in its file: errors count from there.
  WalRunReader(std::string_view payload, uint64_t offset) : payload_(payload), offset_(offset) {}

  /// Fills `run`, or returns false at the end. Errors: `Corrupt`, with the offset; then it is at its end.
  Result<bool> next(WalRun& run);

  /// Where in the payload the next run begins.
  size_t position() const { return position_; }

 private:
  std::string_view payload_;
  uint64_t offset_;
  size_t position_ = 0;
};

}  // namespace lokilib::storage
