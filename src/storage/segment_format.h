// SPDX-License-Identifier: Apache-2.0
// segment_format.h: the bytes of a segment, an immutable file of many streams' chunks.
//
//   segment   := header | chunk* | directory | trailer
//   header    := "LOKILSEG" | u16 format | u16 flags = 0 | u32 zero
//   chunk     := the blocks of one stream, at a multiple of 8; streams in order of their label sets
//   directory := FlatBuffer SegmentDirectory (src/schema/segment.fbs), at a multiple of 64
//   trailer   := u64 directory offset | u32 directory size | u32 directory crc32c | u32 trailer crc32c
//                | u16 format | u16 flags = 0 | "LOKILEND"
//
// All integers are little-endian. The trailer's checksum covers the trailer but itself. Pages of chunks have
// checksums of their own. A series' number is its place in the order of label sets, so chunks stand in the
// order of series too. The same bytes can be one object of an object store: the end of it tells the rest.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/crc32c.h"

namespace lokilib::storage {

inline constexpr std::string_view kSegmentMagic = "LOKILSEG";
inline constexpr std::string_view kSegmentEndMagic = "LOKILEND";
inline constexpr uint16_t kSegmentFormat = 1;
inline constexpr size_t kSegmentHeaderSize = 16;
inline constexpr size_t kSegmentTrailerSize = 32;
inline constexpr size_t kSegmentTrailerCrcAt = 16;
inline constexpr uint64_t kChunkAlignment = 8;
inline constexpr uint64_t kDirectoryAlignment = 64;
inline constexpr uint64_t kLabelIndexAlignment = 32;  // what SealedLabelIndex asks for
inline constexpr uint64_t kDirectoryBytesMax = 0x7fff'ffff;

inline uint32_t segment_trailer_crc(std::string_view trailer) {
  return crc32c_extend(crc32c(trailer.substr(0, kSegmentTrailerCrcAt)),
                       trailer.substr(kSegmentTrailerCrcAt + 4));
}

}  // namespace lokilib::storage
