// SPDX-License-Identifier: Apache-2.0
// wal_record.cc: encoding and decoding of runs. What is decoded may be any bytes: every count is checked
// against the bytes that are left before memory is taken for it.
#include "storage/wal_record.h"

#include <cstring>
#include <limits>

#include "base/byte_reader.h"

namespace lokilib::storage {
namespace {

constexpr uint8_t kRunHasLabels = 1;
constexpr uint8_t kRunHasMetadata = 2;
constexpr size_t kVarintSizeMax = 10;

char* put_varint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

char* put_bytes(char* out, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

char* put_pair(char* out, std::string_view name, std::string_view value) {
  out = put_bytes(put_varint(out, name.size()), name);
  return put_bytes(put_varint(out, value.size()), value);
}

// Differences wrap around, so that any two timestamps have one.
uint64_t zigzag_delta(int64_t from, int64_t to) {
  const auto delta = static_cast<int64_t>(static_cast<uint64_t>(to) - static_cast<uint64_t>(from));
  return (static_cast<uint64_t>(delta) << 1) ^ static_cast<uint64_t>(delta >> 63);
}

Result<std::vector<Label>> read_labels(ByteReader& in) {
  LOKILIB_TRY_ASSIGN(const uint64_t count, in.varint("label count"));
  if (count > in.remaining() / 2) return in.corrupt("{} labels in {} bytes", count, in.remaining());
  std::vector<Label> labels;
  labels.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    LOKILIB_TRY_ASSIGN(const auto name, in.sized_bytes("label name"));
    LOKILIB_TRY_ASSIGN(const auto value, in.sized_bytes("label value"));
    if (!labels.empty() && labels.back().name >= name) return in.corrupt("labels are not in order");
    labels.push_back({std::string(name), std::string(value)});
  }
  return labels;
}

Result<void> read_metadata(ByteReader& in, WalRun& run) {
  std::vector<uint32_t> counts;
  counts.reserve(run.entries.size());
  for (size_t i = 0; i < run.entries.size(); ++i) {
    LOKILIB_TRY_ASSIGN(const uint64_t pairs, in.varint("metadata count"));
    if (pairs > in.remaining() / 2) return in.corrupt("{} metadata pairs in {} bytes", pairs, in.remaining());
    counts.push_back(static_cast<uint32_t>(pairs));
    for (uint64_t pair = 0; pair < pairs; ++pair) {
      LOKILIB_TRY_ASSIGN(const auto name, in.sized_bytes("metadata name"));
      LOKILIB_TRY_ASSIGN(const auto value, in.sized_bytes("metadata value"));
      run.metadata.push_back({name, value});
    }
  }
  size_t first = 0;  // spans only now, when the vector no longer moves
  for (size_t i = 0; i < run.entries.size(); ++i) {
    run.entries[i].metadata = std::span<const MetadataView>(run.metadata).subspan(first, counts[i]);
    first += counts[i];
  }
  return {};
}

Result<void> read_run(ByteReader& in, WalRun& run) {
  LOKILIB_TRY_ASSIGN(const uint64_t series, in.varint("series"));
  if (series > std::numeric_limits<uint32_t>::max()) return in.corrupt("series number {}", series);
  run.series = static_cast<uint32_t>(series);
  LOKILIB_TRY_ASSIGN(const uint8_t flags, in.u8("run flags"));
  if ((flags & ~(kRunHasLabels | kRunHasMetadata)) != 0) return in.corrupt("unknown run flags {:#x}", flags);
  run.has_labels = (flags & kRunHasLabels) != 0;
  run.labels = LabelSet();
  if (run.has_labels) {
    LOKILIB_TRY_ASSIGN(auto labels, read_labels(in));
    run.labels = LabelSet::from_sorted(std::move(labels));
  }
  LOKILIB_TRY_ASSIGN(run.first_arrival, in.varint("first arrival"));
  LOKILIB_TRY_ASSIGN(const uint64_t count, in.varint("entry count"));
  if (count > in.remaining() / 2) return in.corrupt("{} entries in {} bytes", count, in.remaining());
  run.entries.clear();
  run.metadata.clear();
  run.entries.resize(count);
  uint64_t time = 0;
  for (EntryView& entry : run.entries) {
    LOKILIB_TRY_ASSIGN(const int64_t delta, in.varint_signed("time"));
    time += static_cast<uint64_t>(delta);
    entry.timestamp_ns = static_cast<int64_t>(time);
  }
  std::vector<uint64_t> sizes(count);
  for (uint64_t& size : sizes) {
    LOKILIB_TRY_ASSIGN(size, in.varint("line size"));
  }
  for (size_t i = 0; i < count; ++i) {
    LOKILIB_TRY_ASSIGN(run.entries[i].line, in.bytes(sizes[i], "line"));
  }
  if ((flags & kRunHasMetadata) != 0) LOKILIB_TRY(read_metadata(in, run));
  return {};
}

}  // namespace

void WalRecordBuilder::add_run(uint32_t series, const LabelSet* labels, uint64_t first_arrival,
                               std::span<const EntryView> entries, const std::vector<uint32_t>* kept) {
  const size_t count = kept == nullptr ? entries.size() : kept->size();
  const auto entry_at = [&](size_t i) -> const EntryView& {
    return kept == nullptr ? entries[i] : entries[(*kept)[i]];
  };
  // An upper bound first, so that the loops below write through a bare pointer.
  size_t size_bound = 4 * kVarintSizeMax + 1;
  bool has_metadata = false;
  if (labels != nullptr) {
    for (const Label& label : labels->labels()) {
      size_bound += 2 * kVarintSizeMax + label.name.size() + label.value.size();
    }
    size_bound += kVarintSizeMax;
  }
  for (size_t i = 0; i < count; ++i) {
    const EntryView& entry = entry_at(i);
    size_bound += 3 * kVarintSizeMax + entry.line.size();
    for (const MetadataView& pair : entry.metadata) {
      size_bound += 2 * kVarintSizeMax + pair.name.size() + pair.value.size();
    }
    has_metadata = has_metadata || !entry.metadata.empty();
  }
  const size_t start = bytes_.size();
  bytes_.resize(start + size_bound);
  char* out = put_varint(bytes_.data() + start, series);
  *out++ = static_cast<char>((labels != nullptr ? kRunHasLabels : 0) | (has_metadata ? kRunHasMetadata : 0));
  if (labels != nullptr) {
    out = put_varint(out, labels->size());
    for (const Label& label : labels->labels()) out = put_pair(out, label.name, label.value);
  }
  out = put_varint(out, first_arrival);
  out = put_varint(out, count);
  int64_t time = 0;
  for (size_t i = 0; i < count; ++i) {
    out = put_varint(out, zigzag_delta(time, entry_at(i).timestamp_ns));
    time = entry_at(i).timestamp_ns;
  }
  for (size_t i = 0; i < count; ++i) out = put_varint(out, entry_at(i).line.size());
  for (size_t i = 0; i < count; ++i) out = put_bytes(out, entry_at(i).line);
  if (has_metadata) {
    for (size_t i = 0; i < count; ++i) {
      out = put_varint(out, entry_at(i).metadata.size());
      for (const MetadataView& pair : entry_at(i).metadata) out = put_pair(out, pair.name, pair.value);
    }
  }
  bytes_.resize(static_cast<size_t>(out - bytes_.data()));
}

Result<bool> WalRunReader::next(WalRun& run) {
  if (position_ == payload_.size()) return false;
  ByteReader in(payload_.substr(position_), offset_ + position_);
  const uint64_t before = in.remaining();
  if (auto result = read_run(in, run); !result) {
    position_ = payload_.size();
    return std::move(result).error();
  }
  position_ += static_cast<size_t>(before - in.remaining());
  return true;
}

}  // namespace lokilib::storage
