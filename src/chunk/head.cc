// SPDX-License-Identifier: Apache-2.0
// head.cc: the list of a head's parts. The lock guards the list only, and is taken by the writer once per
// part: appending to the open part needs none.
#include "chunk/head.h"

#include <algorithm>

#include "base/make_error.h"
#include "chunk/block_builder.h"
#include "chunk/head_part.h"
#include "chunk/plain_block.h"

namespace lokilib::chunk {
namespace {

bool sorted_without_repeats(std::span<const MetadataView> metadata) {
  if (!metadata.empty() && metadata[0].name.empty()) return false;
  for (size_t i = 1; i < metadata.size(); ++i) {
    if (!(metadata[i - 1].name < metadata[i].name)) return false;
  }
  return true;
}

// Sorts by name; of a repeated name the last value counts. A pair without a name is nothing.
void sort_metadata(std::span<const MetadataView> metadata, std::vector<MetadataView>& out) {
  out.assign(metadata.begin(), metadata.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const MetadataView& a, const MetadataView& b) { return a.name < b.name; });
  size_t kept = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i].name.empty() || (i + 1 < out.size() && out[i + 1].name == out[i].name)) continue;
    out[kept++] = out[i];
  }
  out.resize(kept);
}

Result<void> check_size(const EntryView& entry) {
  if (entry.line.size() > kLineBytesMax) {
    return make_error(ErrorCode::LineTooLong, "line of {} bytes: a block holds lines up to {}",
                      entry.line.size(), kLineBytesMax);
  }
  size_t metadata_bytes = 0;
  for (const MetadataView& pair : entry.metadata) metadata_bytes += pair.name.size() + pair.value.size();
  if (metadata_bytes > kMetadataBytesMax || entry.metadata.size() > kMetadataNamesMax) {
    return make_error(ErrorCode::MetadataTooLarge,
                      "structured metadata of {} bytes in {} pairs: a block holds "
                      "{} bytes in {} pairs",
                      metadata_bytes, entry.metadata.size(), kMetadataBytesMax, kMetadataNamesMax);
  }
  return {};
}

// The part's rows as a plain block in memory.
Result<std::shared_ptr<const Block>> freeze(const HeadPart& part) {
  const uint32_t count = part.row_count();
  std::vector<uint16_t> order(count);
  for (uint32_t row = 0; row < count; ++row) order[row] = static_cast<uint16_t>(row);
  if (!part.in_order(count)) {
    std::stable_sort(order.begin(), order.end(), [&part](uint16_t a, uint16_t b) {
      return part.row(a).timestamp_ns < part.row(b).timestamp_ns;
    });
  }
  BlockBuilder builder;
  std::vector<MetadataView> metadata;
  for (const uint16_t number : order) {
    const HeadRow& row = part.row(number);
    metadata.clear();
    HeadPart::visit_metadata(row, [&](uint32_t name, std::string_view value) {
      metadata.push_back({part.name(name), value});
    });
    builder.add({row.timestamp_ns, row.line(), metadata});
  }
  LOKILIB_TRY_ASSIGN(EncodedBlock block, encode_plain_block(builder, {}));
  return create_plain_block(std::move(block));
}

}  // namespace

void add_stats(BlockStats& sum, const BlockStats& other) {
  sum.time_min_ns = sum.rows == 0 ? other.time_min_ns : std::min(sum.time_min_ns, other.time_min_ns);
  sum.time_max_ns = sum.rows == 0 ? other.time_max_ns : std::max(sum.time_max_ns, other.time_max_ns);
  sum.rows += other.rows;
  sum.line_bytes += other.line_bytes;
  sum.metadata_bytes += other.metadata_bytes;
}

Head::Head() : open_(std::make_shared<HeadPart>()), writing_(open_.get()) {}

Head::~Head() = default;

Result<bool> Head::append(const EntryView& entry) {
  LOKILIB_TRY(check_size(entry));
  EntryView sorted = entry;
  if (!sorted_without_repeats(entry.metadata)) {
    sort_metadata(entry.metadata, metadata_);
    sorted.metadata = metadata_;
  }
  if (writing_->row_count() == 0 && has_last_ && is_last_stored(sorted)) return false;
  if (!writing_->has_room(sorted)) {
    LOKILIB_TRY(freeze_open_part());
    if (is_last_stored(sorted)) return false;
  }
  return writing_->append(sorted);
}

bool Head::is_last_stored(const EntryView& entry) const {
  return last_.timestamp_ns == entry.timestamp_ns && last_.line == entry.line &&
         std::equal(
             last_.metadata.begin(), last_.metadata.end(), entry.metadata.begin(), entry.metadata.end(),
             [](const Label& a, const MetadataView& b) { return a.name == b.name && a.value == b.value; });
}

Result<void> Head::freeze_open_part() {
  LOKILIB_TRY_ASSIGN(std::shared_ptr<const Block> block, freeze(*writing_));
  const uint32_t count = writing_->row_count();
  const HeadRow& row = writing_->row(count - 1);
  last_ = Entry{row.timestamp_ns, std::string(row.line()), {}};
  HeadPart::visit_metadata(row, [&](uint32_t name, std::string_view value) {
    last_.metadata.push_back({writing_->name(name), std::string(value)});
  });
  has_last_ = true;

  auto part = std::make_shared<HeadPart>();
  HeadPart* const next = part.get();
  {
    const MutexLock lock(mutex_);
    add_stats(frozen_stats_, block->stats());
    frozen_bytes_ += block->memory_bytes();
    frozen_.push_back(std::move(block));
    open_.swap(part);
  }
  writing_ = next;  // the old part goes with the last snapshot of it
  return {};
}

std::vector<std::shared_ptr<const Block>> Head::snapshot() const {
  std::vector<std::shared_ptr<const Block>> blocks;
  std::shared_ptr<const HeadPart> open;
  uint32_t row_count = 0;
  {
    const MutexLock lock(mutex_);
    blocks.reserve(frozen_.size() + 1);
    blocks = frozen_;
    open = open_;
    row_count = open->row_count();
  }
  if (row_count > 0) blocks.push_back(create_head_block(std::move(open), row_count));
  return blocks;
}

Result<size_t> Head::cut() {
  if (writing_->row_count() > 0) LOKILIB_TRY(freeze_open_part());
  const MutexLock lock(mutex_);
  return frozen_.size();
}

void Head::drop_oldest(size_t count) {
  std::vector<std::shared_ptr<const Block>> dropped;  // freed without the lock
  const MutexLock lock(mutex_);
  const auto end = frozen_.begin() + static_cast<ptrdiff_t>(std::min(count, frozen_.size()));
  dropped.assign(frozen_.begin(), end);
  frozen_.erase(frozen_.begin(), end);
  frozen_stats_ = {};
  frozen_bytes_ = 0;
  for (const auto& block : frozen_) {
    add_stats(frozen_stats_, block->stats());
    frozen_bytes_ += block->memory_bytes();
  }
}

BlockStats Head::stats() const {
  const MutexLock lock(mutex_);
  BlockStats stats = frozen_stats_;
  const uint32_t row_count = open_->row_count();
  if (row_count > 0) add_stats(stats, open_->stats(row_count));
  return stats;
}

uint64_t Head::memory_bytes() const {
  const MutexLock lock(mutex_);
  return frozen_bytes_ + open_->memory_bytes() + uint64_t{open_->row_count()} * sizeof(HeadRow);
}

}  // namespace lokilib::chunk
