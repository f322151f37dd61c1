// SPDX-License-Identifier: Apache-2.0
// manifest.h: the one file that says what a tenant consists of: which segments count, and which WAL files are
// still needed. What it does not name does not exist.
//
//   file   := header | FlatBuffer Manifest (src/schema/manifest.fbs)
//   header := "LOKILMAN" | u16 format | u16 flags = 0 | u32 body size | u32 body crc32c | u32 crc32c of the
//   above
//
// It is replaced as a whole: written under another name, synced, renamed. About 80 bytes a segment, so a
// thousand segments cost 80 kB a flush; in exchange a reader, also one in another process, sees one state or
// the next and replays nothing. A manifest that is lost can be rebuilt, since segments describe themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

namespace lokilib::storage {

inline constexpr std::string_view kManifestName = "MANIFEST";

struct SegmentRecord {
  uint64_t number = 0;
  uint64_t size = 0;  ///< bytes of the file
  int64_t time_min_ns = 0;
  int64_t time_max_ns = 0;  ///< of the newest entry: a closed range
  uint64_t entries = 0;
  uint64_t line_bytes = 0;
  uint64_t metadata_bytes = 0;
  uint32_t streams = 0;
  uint64_t wal_last = 0;  ///< the newest WAL file whose entries it holds

  friend bool operator==(const SegmentRecord&, const SegmentRecord&) = default;
};

struct Manifest {
  uint64_t edit = 0;                    ///< counts up with each manifest written
  uint64_t next_number = 1;             ///< for files that are still to come, WAL and segments alike
  uint64_t wal_first = 0;               ///< the oldest WAL file that is not in segments
  std::vector<SegmentRecord> segments;  ///< in order of arrival

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

std::string encode_manifest(const Manifest& manifest);
/// Errors: `Corrupt` with the offset, `Unsupported` (a newer format).
Result<Manifest> decode_manifest(std::string_view bytes);

/// Errors: those of decode_manifest() with the file's path, `NotFound`, `Io`.
Result<Manifest> read_manifest(FileSystem& file_system, const std::string& directory);

/// Returns when the manifest is in place and durable. After an error either manifest may be in place.
/// Errors: `Io`, `NoSpace`.
Result<void> write_manifest(FileSystem& file_system, const std::string& directory, const Manifest& manifest);

}  // namespace lokilib::storage
