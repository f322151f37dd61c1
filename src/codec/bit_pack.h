// SPDX-License-Identifier: Apache-2.0
// bit_pack.h: values of equal bit width, one after the other, lowest bits first. Widths are 0 to 56 or 64: a
// value then lies within the 8 bytes that one unaligned load at its first byte gives.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace lokilib::codec {

inline constexpr unsigned kPackWidthMax = 56;  ///< beyond it values are stored as they are, 64 bits each

/// The width that holds `value_max`.
constexpr unsigned pack_width(uint64_t value_max) {
  const auto width = static_cast<unsigned>(std::bit_width(value_max));
  return width > kPackWidthMax ? 64 : width;
}

constexpr bool is_pack_width(unsigned width) {
  return width <= kPackWidthMax || width == 64;
}

/// Bytes of `count` values. Pre: count is small enough for the product to fit, e.g. 32 bits.
constexpr size_t packed_bytes(size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

/// Writes packed_bytes(count, width) bytes to `out`. Pre: every value - base (modulo 2^64) fits the width.
void pack_bits(const uint64_t* values, size_t count, uint64_t base, unsigned width, char* out);

/// Reads `count` values and adds `base` (modulo 2^64).
/// Reads up to 8 bytes behind packed_bytes(count, width): they must be readable.
void unpack_bits(const char* bytes, size_t count, uint64_t base, unsigned width, uint64_t* out);

}  // namespace lokilib::codec
