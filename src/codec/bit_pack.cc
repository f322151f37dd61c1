// SPDX-License-Identifier: Apache-2.0
// bit_pack.cc: one function per width: eight values take exactly `width` bytes, so within a round of eight
// every offset and shift is a constant.
#include "codec/bit_pack.h"

#include <array>
#include <cstring>
#include <utility>

namespace lokilib::codec {
namespace {

uint64_t load(const char* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <unsigned kWidth, size_t... kValue>
inline void unpack_round(const char* bytes, uint64_t base, uint64_t* out, std::index_sequence<kValue...>) {
  constexpr uint64_t kMask = (uint64_t{1} << kWidth) - 1;
  ((out[kValue] = base + ((load(bytes + kValue * kWidth / 8) >> (kValue * kWidth % 8)) & kMask)), ...);
}

template <unsigned kWidth>
void unpack_width(const char* bytes, size_t count, uint64_t base, uint64_t* out) {
  constexpr uint64_t kMask = (uint64_t{1} << kWidth) - 1;
  size_t i = 0;
  for (; i + 8 <= count; i += 8, bytes += kWidth) {
    unpack_round<kWidth>(bytes, base, out + i, std::make_index_sequence<8>());
  }
  for (size_t bit = 0; i < count; ++i, bit += kWidth) {
    out[i] = base + ((load(bytes + bit / 8) >> (bit % 8)) & kMask);
  }
}

using Unpack = void (*)(const char*, size_t, uint64_t, uint64_t*);

template <unsigned... kWidth>
constexpr std::array<Unpack, sizeof...(kWidth)> unpack_table(std::integer_sequence<unsigned, kWidth...>) {
  return {unpack_width<kWidth>...};
}

constexpr auto kUnpack = unpack_table(std::make_integer_sequence<unsigned, kPackWidthMax + 1>());

}  // namespace

void pack_bits(const uint64_t* values, size_t count, uint64_t base, unsigned width, char* out) {
  if (width == 0) return;
  uint64_t pending = 0;  // bits not written yet, lowest first
  unsigned pending_bits = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t value = values[i] - base;
    if (width == 64) {
      std::memcpy(out, &value, sizeof value);
      out += sizeof value;
      continue;
    }
    pending |= value << pending_bits;  // 7 + 56 bits at most
    pending_bits += width;
    for (; pending_bits >= 8; pending_bits -= 8, pending >>= 8) *out++ = static_cast<char>(pending);
  }
  if (pending_bits > 0) *out = static_cast<char>(pending);
}

void unpack_bits(const char* bytes, size_t count, uint64_t base, unsigned width, uint64_t* out) {
  if (width <= kPackWidthMax) {
    kUnpack[width](bytes, count, base, out);
    return;
  }
  for (size_t i = 0; i < count; ++i) out[i] = base + load(bytes + 8 * i);
}

}  // namespace lokilib::codec
