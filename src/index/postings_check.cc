// SPDX-License-Identifier: Apache-2.0
// postings_check.cc: the walk through a stored bitmap before the roaring library may see it.
//
// Roaring's portable format, little endian:
//
//   cookie 12346, container count        (32 bits each), or
//   cookie 12347 | (count - 1) << 16, then a bit per container: it is made of runs
//   count x (key, cardinality - 1)       (16 bits each; key: the upper half of its ids)
//   count x offset of the container      (32 bits; left out where there are runs and fewer than 4 containers)
//   the containers: runs: their count, then (first, length - 1) each (16 bits); else with more than 4,096
//   ids: 65,536 bits; else the lower halves of the ids (16 bits each)
#include <bit>

#include "base/byte_reader.h"
#include "index/postings.h"

namespace lokilib {

namespace {

constexpr uint32_t kCookieWithoutRuns = 12346;
constexpr uint32_t kCookieWithRuns = 12347;
constexpr uint32_t kOffsetsFromCount = 4;
constexpr uint32_t kArrayIdsMax = 4096;
constexpr uint32_t kContainersMax = 65'536;
constexpr uint32_t kBitsetBytes = 8192;

uint16_t u16_at(std::string_view bytes, size_t index) {
  uint16_t value;
  std::memcpy(&value, bytes.data() + 2 * index, sizeof(value));
  return value;
}

struct Container {
  uint32_t key = 0;
  uint32_t count = 0;
  bool has_runs = false;
};

/// Reads a container's ids; returns the last one's lower half.
Result<uint32_t> check_array(ByteReader& in, const Container& container) {
  LOKILIB_TRY_ASSIGN(const auto ids, in.bytes(uint64_t{container.count} * 2, "postings array"));
  for (size_t i = 1; i < container.count; ++i) {
    if (u16_at(ids, i) <= u16_at(ids, i - 1)) return in.corrupt("postings array is not ascending");
  }
  return uint32_t{u16_at(ids, container.count - 1)};
}

Result<uint32_t> check_bitset(ByteReader& in, const Container& container) {
  LOKILIB_TRY_ASSIGN(const auto bits, in.bytes(kBitsetBytes, "postings bitset"));
  uint32_t count = 0;
  uint32_t last = 0;
  for (uint32_t word = 0; word < kBitsetBytes / 8; ++word) {
    uint64_t value;
    std::memcpy(&value, bits.data() + 8 * word, sizeof(value));
    count += static_cast<uint32_t>(std::popcount(value));
    if (value != 0) last = word * 64 + 63 - static_cast<uint32_t>(std::countl_zero(value));
  }
  if (count != container.count)
    return in.corrupt("postings bitset has {} ids, not {}", count, container.count);
  return last;
}

Result<uint32_t> check_runs(ByteReader& in, const Container& container) {
  LOKILIB_TRY_ASSIGN(const uint32_t run_count, in.u16("postings run count"));
  if (run_count == 0) return in.corrupt("postings container without runs");
  LOKILIB_TRY_ASSIGN(const auto runs, in.bytes(uint64_t{run_count} * 4, "postings runs"));
  uint32_t count = 0;
  uint32_t last = 0;
  for (size_t i = 0; i < run_count; ++i) {
    const uint32_t first = u16_at(runs, 2 * i);
    const uint32_t length = u16_at(runs, 2 * i + 1);
    if (i > 0 && first <= last + 1) return in.corrupt("postings runs are not ascending and apart");
    last = first + length;
    if (last > 0xFFFF) return in.corrupt("postings run leaves its container");
    count += length + 1;
  }
  if (count != container.count)
    return in.corrupt("postings runs have {} ids, not {}", count, container.count);
  return last;
}

Result<std::vector<Container>> read_headers(ByteReader& in, bool& has_offsets) {
  LOKILIB_TRY_ASSIGN(const uint32_t cookie, in.u32("postings cookie"));
  uint32_t count = 0;
  std::string_view run_bits;
  if (cookie == kCookieWithoutRuns) {
    LOKILIB_TRY_ASSIGN(count, in.u32("postings container count"));
    has_offsets = true;
  } else if ((cookie & 0xFFFF) == kCookieWithRuns) {
    count = (cookie >> 16) + 1;
    LOKILIB_TRY_ASSIGN(run_bits, in.bytes((count + 7) / 8, "postings run bits"));
    has_offsets = count >= kOffsetsFromCount;
  } else {
    return in.corrupt("postings cookie {}", cookie);
  }
  if (count > kContainersMax) return in.corrupt("{} postings containers", count);
  LOKILIB_TRY_ASSIGN(const auto headers, in.bytes(uint64_t{count} * 4, "postings headers"));
  std::vector<Container> containers(count);
  for (uint32_t i = 0; i < count; ++i) {
    containers[i].key = u16_at(headers, 2 * i);
    containers[i].count = uint32_t{u16_at(headers, 2 * i + 1)} + 1;
    containers[i].has_runs =
        !run_bits.empty() && ((static_cast<uint8_t>(run_bits[i / 8]) >> (i % 8)) & 1) != 0;
    if (i > 0 && containers[i].key <= containers[i - 1].key)
      return in.corrupt("postings keys are not ascending");
  }
  return containers;
}

}  // namespace

Result<CheckedPostings> check_postings(std::string_view bytes, uint32_t id_end) {
  ByteReader in(bytes);
  bool has_offsets = false;
  LOKILIB_TRY_ASSIGN(const auto containers, read_headers(in, has_offsets));
  std::string_view offsets;
  if (has_offsets) {
    LOKILIB_TRY_ASSIGN(offsets, in.bytes(containers.size() * 4, "postings offsets"));
  }
  uint64_t count = 0;
  for (size_t i = 0; i < containers.size(); ++i) {
    const Container& container = containers[i];
    if (has_offsets) {
      uint32_t offset;
      std::memcpy(&offset, offsets.data() + 4 * i, sizeof(offset));
      if (offset != in.offset()) return in.corrupt("postings container is not at its offset {}", offset);
    }
    auto last = container.has_runs               ? check_runs(in, container)
                : container.count > kArrayIdsMax ? check_bitset(in, container)
                                                 : check_array(in, container);
    LOKILIB_TRY(last);
    if ((uint64_t{container.key} << 16) + *last >= id_end) {
      return in.corrupt("postings name a series beyond the last of {}", id_end);
    }
    count += container.count;
  }
  return CheckedPostings{count, in.offset()};
}

}  // namespace lokilib
