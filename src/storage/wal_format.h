// SPDX-License-Identifier: Apache-2.0
// wal_format.h: the bytes of a write-ahead log file, and the names of such files.
//
//   file    := header | record*
//   header  := "LOKILWAL" | u16 format | u16 flags = 0 | u32 zero | u64 number | u32 zero | u32 crc32c
//   record  := u32 mark | u32 payload size | u32 payload crc32c | u32 header crc32c | payload
//
// All integers are little-endian. A file's crc32c covers the header's bytes before it. A record's header
// checksum covers the three fields before it, the file's number and the record's offset: so after damage the
// next record can be found by its mark, and bytes that merely look like a record (a log of logs) do not pass.
// The payload is described in wal_record.h.
//
// `format` changes when an old reader would misread. A file is never appended to by a second process life:
// each start begins a new one, so that a torn tail stays where it is.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/crc32c.h"

namespace lokilib::storage {

inline constexpr std::string_view kWalMagic = "LOKILWAL";
inline constexpr uint16_t kWalFormat = 1;
inline constexpr size_t kWalHeaderSize = 32;
inline constexpr size_t kWalRecordHeaderSize = 16;
inline constexpr uint32_t kWalRecordMark = 0x4352'4c9dU;  // not valid UTF-8 at any alignment

/// "000042.wal": zero-padded so that names sort as numbers do, up to a million; readers take any length.
inline std::string numbered_name(uint64_t number, std::string_view suffix) {
  return fmt::format("{:06}{}", number, suffix);
}

/// The number of a name that numbered_name() gave, else nothing.
inline std::optional<uint64_t> parse_numbered_name(std::string_view name, std::string_view suffix) {
  if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) return std::nullopt;
  uint64_t number = 0;
  const char* const end = name.data() + (name.size() - suffix.size());
  const auto [rest, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc() || rest != end || numbered_name(number, suffix) != name) return std::nullopt;
  return number;
}

inline uint32_t wal_header_crc(uint32_t mark, uint32_t size, uint32_t payload_crc, uint64_t file_number,
                               uint64_t offset) {
  char bytes[28];
  std::memcpy(bytes, &mark, 4);
  std::memcpy(bytes + 4, &size, 4);
  std::memcpy(bytes + 8, &payload_crc, 4);
  std::memcpy(bytes + 12, &file_number, 8);
  std::memcpy(bytes + 20, &offset, 8);
  return crc32c({bytes, sizeof bytes});
}

}  // namespace lokilib::storage
