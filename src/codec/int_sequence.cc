// SPDX-License-Identifier: Apache-2.0
// int_sequence.cc: see the header for the layouts. All arithmetic is modulo 2^64, so no input overflows.
#include "codec/int_sequence.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <lz4.h>

#include "base/assertion.h"
#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "codec/bit_pack.h"

namespace lokilib::codec {
namespace {

constexpr size_t kGroup = 128;
constexpr size_t kPlanesTrialBytes = 64;  // below this the packed form is small enough
constexpr size_t kPlanesSample = 4096;    // values

uint64_t zigzag(uint64_t value) {
  return (value << 1) ^ (~(value >> 63) + 1);
}
uint64_t unzigzag(uint64_t value) {
  return (value >> 1) ^ (~(value & 1) + 1);
}
uint64_t magnitude(uint64_t difference) {
  return std::min(difference, ~difference + 1);
}

size_t varint_bytes(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

struct Group {
  uint64_t minimum;
  unsigned width;
};

template <typename Order>  // uint64_t or int64_t: how the minimum is meant
Group measure(std::span<const uint64_t> values) {
  Order low = static_cast<Order>(values[0]);
  Order high = low;
  for (const uint64_t value : values) {
    low = std::min(low, static_cast<Order>(value));
    high = std::max(high, static_cast<Order>(value));
  }
  const auto minimum = static_cast<uint64_t>(low);
  return {minimum, pack_width(static_cast<uint64_t>(high) - minimum)};
}

template <typename Order>
uint64_t stored_minimum(uint64_t minimum) {
  return std::is_signed_v<Order> ? zigzag(minimum) : minimum;
}

template <typename Order>
size_t packed_size(std::span<const uint64_t> values) {
  size_t size = 0;
  for (size_t i = 0; i < values.size(); i += kGroup) {
    const auto part = values.subspan(i, std::min(kGroup, values.size() - i));
    const Group group = measure<Order>(part);
    size += varint_bytes(stored_minimum<Order>(group.minimum)) + 1 + packed_bytes(part.size(), group.width);
  }
  return size;
}

template <typename Order>
std::string pack(std::span<const uint64_t> values) {
  ByteWriter out;
  std::array<char, kGroup * 8> bits;
  for (size_t i = 0; i < values.size(); i += kGroup) {
    const auto part = values.subspan(i, std::min(kGroup, values.size() - i));
    const Group group = measure<Order>(part);
    out.varint(stored_minimum<Order>(group.minimum));
    out.u8(static_cast<uint8_t>(group.width));
    pack_bits(part.data(), part.size(), group.minimum, group.width, bits.data());
    out.bytes({bits.data(), packed_bytes(part.size(), group.width)});
  }
  return out.take();
}

std::string split_planes(std::span<const uint64_t> values, unsigned width) {
  std::string planes(values.size() * width, '\0');
  char* out = planes.data();
  for (unsigned plane = 0; plane < width; ++plane) {
    for (const uint64_t value : values) *out++ = static_cast<char>(value >> (8 * plane));
  }
  return planes;
}

double plane_entropy_bytes(std::string_view plane) {
  std::array<uint32_t, 256> counts{};
  for (const char c : plane) ++counts[static_cast<uint8_t>(c)];
  double bits = 0;
  const auto total = static_cast<double>(plane.size());
  for (const uint32_t count : counts) {
    if (count != 0) bits -= count * std::log2(count / total);
  }
  return bits / 8;
}

// How small the planes become; `limit` is the size from which on nobody wants to know.
size_t compressed_size(std::string_view planes, size_t value_count, PlanesTrial trial, size_t limit) {
  if (planes.empty()) return 0;
  if (trial == PlanesTrial::Entropy) {
    double size = 0;
    for (size_t i = 0; i < planes.size(); i += value_count) {
      size += plane_entropy_bytes(planes.substr(i, value_count));
    }
    return static_cast<size_t>(size);
  }
  if (planes.size() > LZ4_MAX_INPUT_SIZE) return limit;
  const std::unique_ptr<char[]> scratch(new char[limit]);
  const int size = LZ4_compress_default(planes.data(), scratch.get(), static_cast<int>(planes.size()),
                                        static_cast<int>(limit));
  return size > 0 ? static_cast<size_t>(size) : limit;
}

unsigned bytes_for(std::span<const uint64_t> values) {
  uint64_t bits = 0;
  for (const uint64_t value : values) bits |= value;
  return (static_cast<unsigned>(std::bit_width(bits)) + 7) / 8;
}

// Replaces the best form so far by planes of `values` if these are small enough.
void try_planes(std::span<const uint64_t> values, IntLayout layout, uint64_t base, PlanesTrial trial,
                size_t& best_size, EncodedInts& best) {
  const unsigned width = bytes_for(values);
  const size_t limit = best_size - best_size / 16;
  std::string planes = split_planes(values, width);
  const size_t size = compressed_size(planes, values.size(), trial, limit);
  if (size >= limit) return;
  best_size = size;
  best.header.layout = layout;
  best.header.width = static_cast<uint8_t>(width);
  best.header.base = base;
  best.bytes = std::move(planes);
}

std::vector<uint64_t> differences_of(std::span<const uint64_t> values) {
  std::vector<uint64_t> differences(values.size() - 1);
  for (size_t i = 1; i < values.size(); ++i) differences[i - 1] = values[i] - values[i - 1];
  return differences;
}

// Packs `u` in the better of the two packed layouts. `first` is the value of u[0], `origin` that of u = 0.
void encode_packed(std::span<const uint64_t> u, std::span<const uint64_t> differences, uint64_t first,
                   uint64_t origin, EncodedInts& out) {
  if (packed_size<int64_t>(differences) < packed_size<uint64_t>(u)) {
    out.header.layout = IntLayout::DeltaPacked;
    out.header.base = first;
    out.bytes = pack<int64_t>(differences);
  } else {
    out.header.layout = IntLayout::Packed;
    out.header.base = origin;
    out.bytes = pack<uint64_t>(u);
  }
}

// Tries both kinds of planes against the packed form in `best`. True if one of them is taken.
bool try_both_planes(std::span<const uint64_t> u, std::vector<uint64_t> differences, uint64_t first,
                     uint64_t origin, PlanesTrial trial, EncodedInts& best) {
  size_t best_size = best.bytes.size();
  if (best_size < kPlanesTrialBytes) return false;
  const uint64_t lowest = *std::min_element(u.begin(), u.end());
  std::vector<uint64_t> above(u.size());
  for (size_t i = 0; i < u.size(); ++i) above[i] = u[i] - lowest;
  try_planes(above, IntLayout::Planes, origin + best.header.scale * lowest, trial, best_size, best);
  for (uint64_t& difference : differences) difference = zigzag(difference);
  try_planes(differences, IntLayout::DeltaPlanes, first, trial, best_size, best);
  return best.compressible();
}

// Whether planes win on a part from the middle: compressing all of a long sequence only to throw it away
// costs more than everything else here.
bool planes_win_on_a_sample(std::span<const uint64_t> u, uint64_t scale, PlanesTrial trial) {
  const std::span<const uint64_t> sample = u.subspan((u.size() - kPlanesSample) / 2, kPlanesSample);
  std::vector<uint64_t> differences = differences_of(sample);
  EncodedInts encoded;
  encoded.header.scale = scale;
  encode_packed(sample, differences, 0, 0, encoded);
  return try_both_planes(sample, std::move(differences), 0, 0, trial, encoded);
}

// value[i] = origin + scale * u[i]
EncodedInts encode(std::span<const uint64_t> u, uint64_t origin, uint64_t scale, PlanesTrial trial) {
  EncodedInts best;
  best.header.count = static_cast<uint32_t>(u.size());
  best.header.base = origin;
  if (u.empty()) return best;
  const uint64_t first = origin + scale * u[0];
  std::vector<uint64_t> differences = differences_of(u);
  if (std::all_of(differences.begin(), differences.end(), [](uint64_t d) { return d == 0; })) {
    best.header.base = first;
    return best;
  }
  best.header.scale = scale;
  encode_packed(u, differences, first, origin, best);
  if (trial == PlanesTrial::Never) return best;
  if (u.size() >= 2 * kPlanesSample && !planes_win_on_a_sample(u, scale, trial)) return best;
  try_both_planes(u, std::move(differences), first, origin, trial, best);
  return best;
}

Result<void> check_header(const IntHeader& header, std::string_view bytes, size_t out_size) {
  const ByteReader at_start(bytes);
  if (out_size != header.count) return at_start.corrupt("{} integers, {} expected", header.count, out_size);
  size_t planes_count = header.count;
  switch (header.layout) {
    case IntLayout::Constant:
      return at_start.expect_end();
    case IntLayout::Packed:
    case IntLayout::DeltaPacked:
      return {};
    case IntLayout::Planes:
      break;
    case IntLayout::DeltaPlanes:
      planes_count -= planes_count == 0 ? 0 : 1;
      break;
    default:
      return make_error(ErrorCode::Unsupported, "integer layout {}: written by a newer version",
                        static_cast<unsigned>(header.layout));
  }
  if (header.width > 8) return at_start.corrupt("integers of {} bytes", header.width);
  if (bytes.size() != planes_count * header.width) {
    return at_start.corrupt("{} integers of {} bytes in {} bytes", planes_count, header.width, bytes.size());
  }
  return {};
}

void restore_values(const IntHeader& header, std::span<uint64_t> out) {
  if (header.scale == 1) {
    if (header.base == 0) return;
    for (uint64_t& value : out) value += header.base;
    return;
  }
  for (uint64_t& value : out) value = header.base + header.scale * value;
}

// `out` holds differences of u, the first of them to the value `before`; returns the last value.
uint64_t add_up(uint64_t before, uint64_t scale, std::span<uint64_t> out) {
  if (scale != 1) {
    for (uint64_t& place : out) place *= scale;
  }
  for (uint64_t& place : out) place = before += place;
  return before;
}

// Hands each group to `restore` while it is in the cache.
template <typename Order, typename Restore>
Result<void> unpack(std::string_view bytes, std::span<uint64_t> out, Restore restore) {
  ByteReader in(bytes);
  std::array<char, kGroup * kPackWidthMax / 8 + 8> copy;
  for (size_t i = 0; i < out.size(); i += kGroup) {
    const size_t count = std::min(kGroup, out.size() - i);
    LOKILIB_TRY_ASSIGN(uint64_t minimum, in.varint("group minimum"));
    if (std::is_signed_v<Order>) minimum = unzigzag(minimum);
    LOKILIB_TRY_ASSIGN(const uint8_t width, in.u8("group width"));
    if (!is_pack_width(width)) return in.corrupt("group of width {}", width);
    const size_t size = packed_bytes(count, width);
    LOKILIB_TRY_ASSIGN(const std::string_view bits, in.bytes(size, "packed group"));
    const char* start = bits.data();
    if (in.remaining() < 8 && width <= kPackWidthMax) {  // unpacking looks up to 8 bytes ahead
      std::memset(copy.data() + size, 0, 8);
      if (size != 0) std::memcpy(copy.data(), start, size);
      start = copy.data();
    }
    unpack_bits(start, count, minimum, width, out.data() + i);
    restore(out.subspan(i, count));
  }
  return in.expect_end();
}

void join_planes(std::string_view planes, unsigned width, std::span<uint64_t> out) {
  std::fill(out.begin(), out.end(), 0);
  const auto* bytes = reinterpret_cast<const uint8_t*>(planes.data());
  for (unsigned plane = 0; plane < width; ++plane, bytes += out.size()) {
    for (size_t i = 0; i < out.size(); ++i) out[i] |= uint64_t{bytes[i]} << (8 * plane);
  }
}

std::span<const uint64_t> as_unsigned(std::span<const int64_t> values) {
  return {reinterpret_cast<const uint64_t*>(values.data()), values.size()};
}

}  // namespace

EncodedInts encode_ints(std::span<const uint64_t> values, PlanesTrial trial) {
  return encode(values, 0, 1, trial);
}

EncodedInts encode_signed_ints(std::span<const int64_t> values, PlanesTrial trial) {
  if (values.empty()) return {};
  const auto lowest = static_cast<uint64_t>(*std::min_element(values.begin(), values.end()));
  std::vector<uint64_t> u(values.size());
  for (size_t i = 0; i < values.size(); ++i) u[i] = static_cast<uint64_t>(values[i]) - lowest;
  return encode(u, lowest, 1, trial);
}

EncodedInts encode_times(std::span<const int64_t> times_ns, PlanesTrial trial) {
  const std::span<const uint64_t> values = as_unsigned(times_ns);
  uint64_t divisor = 0;
  for (size_t i = 1; i < values.size() && divisor != 1; ++i) {
    divisor = std::gcd(divisor, magnitude(values[i] - values[i - 1]));
  }
  if (divisor <= 1) return encode_signed_ints(times_ns, trial);
  // Steps are signed multiples of the divisor; their sums may wrap, which multiplying undoes.
  std::vector<uint64_t> u(values.size());
  int64_t lowest = 0;
  for (size_t i = 1; i < values.size(); ++i) {
    const uint64_t step = values[i] - values[i - 1];
    const uint64_t steps = magnitude(step) / divisor;
    u[i] = u[i - 1] + (magnitude(step) == step ? steps : ~steps + 1);
    lowest = std::min(lowest, static_cast<int64_t>(u[i]));
  }
  for (uint64_t& value : u) value -= static_cast<uint64_t>(lowest);
  return encode(u, values[0] + divisor * static_cast<uint64_t>(lowest), divisor, trial);
}

Result<void> decode_ints(const IntHeader& header, std::string_view bytes, std::span<uint64_t> out) {
  LOKILIB_TRY(check_header(header, bytes, out.size()));
  if (out.empty()) return ByteReader(bytes).expect_end();
  switch (header.layout) {
    case IntLayout::Constant:
      std::fill(out.begin(), out.end(), header.base);
      return {};
    case IntLayout::Packed:
      return unpack<uint64_t>(bytes, out, [&](std::span<uint64_t> group) { restore_values(header, group); });
    case IntLayout::DeltaPacked: {
      uint64_t last = out[0] = header.base;
      return unpack<int64_t>(bytes, out.subspan(1),
                             [&](std::span<uint64_t> group) { last = add_up(last, header.scale, group); });
    }
    case IntLayout::Planes:
      join_planes(bytes, header.width, out);
      restore_values(header, out);
      return {};
    case IntLayout::DeltaPlanes:
      out[0] = header.base;
      out = out.subspan(1);
      join_planes(bytes, header.width, out);
      for (uint64_t& difference : out) difference = unzigzag(difference);
      add_up(header.base, header.scale, out);
      return {};
  }
  return {};  // check_header refuses every other layout
}

Result<void> decode_signed_ints(const IntHeader& header, std::string_view bytes, std::span<int64_t> out) {
  return decode_ints(header, bytes, {reinterpret_cast<uint64_t*>(out.data()), out.size()});
}

}  // namespace lokilib::codec
