// SPDX-License-Identifier: Apache-2.0
// head_block.cc: the rows of a head's part as a block. In-order parts need no index; else the reader sorts
// once, by time and arrival.
#include <algorithm>
#include <numeric>
#include <optional>

#include "chunk/block.h"
#include "chunk/head.h"
#include "chunk/head_part.h"
#include "chunk/wanted_names.h"
#include "text/compiled_predicate.h"

namespace lokilib::chunk {
namespace {

class HeadBlock final : public Block {
 public:
  HeadBlock(std::shared_ptr<const HeadPart> part, uint32_t row_count)
      : part_(std::move(part)), stats_(part_->stats(row_count)) {}

  const BlockStats& stats() const override { return stats_; }
  std::unique_ptr<BlockReader> open() const override;
  const HeadPart& part() const { return *part_; }

 private:
  std::shared_ptr<const HeadPart> part_;
  BlockStats stats_;
};

class HeadBlockReader final : public BlockReader {
 public:
  HeadBlockReader(std::shared_ptr<const Block> keeper, const HeadBlock& block)
      : keeper_(std::move(keeper)), part_(block.part()), row_count_(block.stats().rows) {
    if (!part_.in_order(row_count_)) sort_rows();
    copy_tail();
  }

  Result<std::span<const int64_t>> times() override {
    if (times_.empty()) {
      times_.resize(row_count_);
      for (uint32_t row = 0; row < row_count_; ++row) times_[row] = stored(row).timestamp_ns;
    }
    return std::span<const int64_t>(times_);
  }

  Result<std::span<const uint32_t>> line_sizes() override {
    if (sizes_.empty()) {
      sizes_.resize(row_count_);
      for (uint32_t row = 0; row < row_count_; ++row) sizes_[row] = stored(row).line_size;
    }
    return std::span<const uint32_t>(sizes_);
  }

  Result<void> filter(const text::CompiledPredicate& predicate, RowSet& rows, ScanStats&) override {
    constexpr size_t kGroup = 1024;
    std::vector<std::string_view> lines(kGroup);
    std::vector<uint16_t> numbers(kGroup);
    std::vector<uint32_t> group(kGroup);
    for (uint32_t row = rows.next(0); row < rows.rows();) {
      size_t count = 0;
      for (; row < rows.rows() && count < kGroup; row = rows.next(row + 1), ++count) {
        group[count] = row;
        lines[count] = line(row);
        numbers[count] = static_cast<uint16_t>(count);
      }
      const size_t kept = predicate.filter_rows({lines.data(), count}, {numbers.data(), count});
      for (size_t i = 0; i < count; ++i) rows.remove(group[i]);
      for (size_t i = 0; i < kept; ++i) rows.add(group[numbers[i]]);
    }
    return {};
  }

  Result<void> read(std::span<const uint16_t> rows, LineNeeds lines, const MetadataNeeds& metadata,
                    Batch& out, ScanStats& stats) override {
    for (size_t i = 0; i < rows.size(); ++i) out.timestamps_ns()[i] = stored(rows[i]).timestamp_ns;
    if (lines != LineNeeds::None) {
      for (size_t i = 0; i < rows.size(); ++i) out.line_sizes()[i] = stored(rows[i]).line_size;
    }
    if (lines == LineNeeds::Text) {
      for (size_t i = 0; i < rows.size(); ++i) out.lines()[i] = line(rows[i]);
    }
    if (metadata.all || !metadata.names.empty()) read_metadata(rows, metadata, out, stats);
    return {};
  }

 private:
  void sort_rows() {
    order_.resize(row_count_);
    std::iota(order_.begin(), order_.end(), uint16_t{0});
    std::stable_sort(order_.begin(), order_.end(), [this](uint16_t a, uint16_t b) {
      return part_.row(a).timestamp_ns < part_.row(b).timestamp_ns;
    });
  }

  // Code that reads a line in wide steps looks at bytes behind it. Behind the last rows the writer may be
  // writing at this moment, so those rows are copied.
  void copy_tail() {
    tail_begin_ = row_count_;
    if (row_count_ == 0) return;
    const auto end_of = [this](uint32_t row) {
      const HeadRow& stored_row = part_.row(row);
      return stored_row.bytes + stored_row.line_size + stored_row.metadata_size;
    };
    const char* const end = end_of(row_count_ - 1);
    uint32_t row = row_count_;
    const char* next_begin = end;
    while (row > 0 && end_of(row - 1) == next_begin &&
           end - end_of(row - 1) < ptrdiff_t{HeadPart::kPadding}) {
      --row;
      next_begin = part_.row(row).bytes;
    }
    tail_begin_ = row;
    for (; row < row_count_; ++row) tail_lines_.push_back(tail_.copy(part_.row(row).line()));
  }

  uint32_t arrival(uint32_t row) const { return order_.empty() ? row : order_[row]; }
  const HeadRow& stored(uint32_t row) const { return part_.row(arrival(row)); }
  std::string_view line(uint32_t row) const {
    const uint32_t number = arrival(row);
    return number < tail_begin_ ? part_.row(number).line() : tail_lines_[number - tail_begin_];
  }

  void read_metadata(std::span<const uint16_t> rows, const MetadataNeeds& metadata, Batch& out,
                     ScanStats& stats) {
    // A name's column in `out`, looked up when the name is first met; null within means not wanted.
    std::vector<std::optional<ValueColumn*>> columns;
    const WantedNames wanted(metadata);
    for (size_t i = 0; i < rows.size(); ++i) {
      const HeadRow& row = stored(rows[i]);
      if (row.metadata_size == 0) continue;
      HeadPart::visit_metadata(row, [&](uint32_t name, std::string_view value) {
        if (name >= columns.size()) columns.resize(name + 1);
        if (!columns[name]) {
          const std::string& text = part_.name(name);
          columns[name] = wanted.contains(text) ? &out.metadata_values(text) : nullptr;
        }
        if (*columns[name] == nullptr) return;
        (*columns[name])->set(out.arena(), i, value);
        stats.metadata_bytes_scanned += part_.name(name).size() + value.size();
      });
    }
  }

  std::shared_ptr<const Block> keeper_;
  const HeadPart& part_;
  uint32_t row_count_;
  std::vector<uint16_t> order_;  // rows in time order, as numbers of arrival; empty: they arrived in order
  std::vector<int64_t> times_;
  std::vector<uint32_t> sizes_;
  uint32_t tail_begin_ = 0;
  Arena tail_;
  std::vector<std::string_view> tail_lines_;
};

std::unique_ptr<BlockReader> HeadBlock::open() const {
  return std::make_unique<HeadBlockReader>(shared_from_this(), *this);
}

}  // namespace

std::shared_ptr<const Block> create_head_block(std::shared_ptr<const HeadPart> part, uint32_t row_count) {
  return std::make_shared<HeadBlock>(std::move(part), row_count);
}

}  // namespace lokilib::chunk
