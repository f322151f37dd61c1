// SPDX-License-Identifier: Apache-2.0
// paths.h: where things are in a tenant's directory.
//
//   LOCK                   held by the one process that writes
//   MANIFEST               what the tenant consists of
//   MANIFEST.damaged       one that could not be read, put aside
//   wal/NNNNNN.wal         entries that are in no segment yet
//   wal/NNNNNN.wal.damaged one with damage inside, put aside when its whole records were flushed
//   segments/NNNNNN.seg    immutable
//   *.tmp                  left over from a crash: removed
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/wal_format.h"

namespace lokilib::storage {

inline constexpr std::string_view kWalSuffix = ".wal";
inline constexpr std::string_view kSegmentSuffix = ".seg";
inline constexpr std::string_view kTemporarySuffix = ".tmp";
inline constexpr std::string_view kDamagedSuffix = ".damaged";

struct StorePaths {
  std::string root;

  std::string lock() const { return root + "/LOCK"; }
  std::string manifest() const { return root + "/MANIFEST"; }
  std::string wal_directory() const { return root + "/wal"; }
  std::string segment_directory() const { return root + "/segments"; }
  std::string wal(uint64_t number) const { return wal_directory() + "/" + numbered_name(number, kWalSuffix); }
  std::string segment(uint64_t number) const {
    return segment_directory() + "/" + numbered_name(number, kSegmentSuffix);
  }
};

}  // namespace lokilib::storage
