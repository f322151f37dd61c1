// SPDX-License-Identifier: Apache-2.0
// int_sequence.h: integers as a few bytes. A sequence is value[i] = base + scale * u[i] modulo 2^64; the
// layout says how the u are written. A reader gets exactly the bytes that the writer made.
//
//   constant       nothing: every u is 0
//   packed         per 128 values: varint minimum, u8 width (0-56 or 64), u - minimum bit-packed
//   delta packed   u[0] = 0; the differences as above, but the minimum is signed (zigzag varint)
//   planes         u in `width` bytes each: all lowest bytes first, then the next; meant to be compressed
//   delta planes   u[0] = 0; zigzag differences in planes
//
// Differences are packed against a signed minimum, not zigzagged: it costs nothing where they go both ways
// and saves a bit per value where they only go up, as times do.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib::codec {

/// Numbers are stored: never change one.
enum class IntLayout : uint8_t { Constant = 0, Packed = 1, DeltaPacked = 2, Planes = 3, DeltaPlanes = 4 };

/// What is known about a sequence beside its bytes; kept in a block's schema.
struct IntHeader {
  IntLayout layout = IntLayout::Constant;
  uint8_t width = 0;  ///< bytes per value; planes only
  uint32_t count = 0;
  uint64_t base = 0;
  uint64_t scale = 1;

  friend bool operator==(const IntHeader&, const IntHeader&) = default;
};

struct EncodedInts {
  IntHeader header;
  std::string bytes;

  /// Planes belong into a compressed page, packed bits into a stored one.
  bool compressible() const {
    return header.layout == IntLayout::Planes || header.layout == IntLayout::DeltaPlanes;
  }
};

/// How the writer judges planes, which are small only after compression. They are taken where they are 6 %
/// smaller than the packed layouts, which need no decompression.
enum class PlanesTrial : uint8_t {
  Never,
  Lz4,      ///< by compressing
  Entropy,  ///< by the entropy of each plane, for zstd pages
};

/// Encodes unsigned values (lengths, codes, numbers). Pre: fewer than 2^32 values.
EncodedInts encode_ints(std::span<const uint64_t> values, PlanesTrial trial = PlanesTrial::Lz4);

/// Encodes signed values.
EncodedInts encode_signed_ints(std::span<const int64_t> values, PlanesTrial trial = PlanesTrial::Lz4);

/// Encodes times in nanoseconds (in any order): their differences are divided by what divides all of them, so
/// that a millisecond source costs what its milliseconds cost.
EncodedInts encode_times(std::span<const int64_t> times_ns, PlanesTrial trial = PlanesTrial::Lz4);

/// Decodes to `out`, which has header.count values: the caller has checked the count against what it expects
/// before it took the memory. All of `bytes` is used. Nothing is read outside `bytes`.
/// Errors: `Corrupt`, with the offset within `bytes`; `out` may then be half written.
Result<void> decode_ints(const IntHeader& header, std::string_view bytes, std::span<uint64_t> out);
Result<void> decode_signed_ints(const IntHeader& header, std::string_view bytes, std::span<int64_t> out);

}  // namespace lokilib::codec
