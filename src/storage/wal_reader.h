// SPDX-License-Identifier: Apache-2.0
// wal_reader.h: the records of one WAL file, in order. Damage is noted and stepped over: the next record is
// found by its mark and checksum. What a crash leaves at the end of the file is a torn tail, which is normal.
//
// It may follow a file that is still written: next() gives nothing at the end, and more after it has grown.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

#include "storage/damage.h"

namespace lokilib::storage {

struct WalRecordView {
  std::string_view payload;  ///< lives until next() is called on a file that has grown
  uint64_t offset = 0;       ///< of the payload in the file
};

/// Threads: one at a time.
class WalReader {
 public:
  /// `number` is the file's, from its name. A damaged header is noted, not an error.
  /// Errors: `Unsupported` (a newer format), `NotFound`, `Io`.
  static Result<WalReader> open(FileSystem& file_system, const std::string& path, uint64_t number);

  /// The next whole record, or nothing where there is none (yet). Errors: `Io`.
  Result<std::optional<WalRecordView>> next();

  /// Bytes of the file up to the end of the last whole record.
  uint64_t valid_size() const { return position_; }
  /// Bytes of the file as far as it was looked at.
  uint64_t file_size() const { return bytes_.size(); }
  /// Places between whole records that are none; the header's included.
  const std::vector<Damage>& damage() const { return damage_; }
  /// What is wrong with the bytes behind the last whole record, if there are any: the torn tail.
  const std::optional<Damage>& torn_tail() const { return torn_tail_; }

 private:
  WalReader(std::unique_ptr<ReadableFile> file, std::string path, uint64_t number);

  Result<void> read_header();
  Result<void> load(uint64_t size);
  /// The payload of a whole record at `offset`; else why there is none.
  Result<std::string_view> record_at(uint64_t offset) const;

  std::unique_ptr<ReadableFile> file_;
  std::string path_;
  uint64_t number_;
  std::string owned_;       // the file's bytes where it cannot be mapped
  std::string_view bytes_;  // the file as far as it was looked at
  bool header_read_ = false;
  uint64_t position_ = 0;
  std::vector<Damage> damage_;
  std::optional<Damage> torn_tail_;
};

}  // namespace lokilib::storage
