// SPDX-License-Identifier: Apache-2.0
// batch.h: what flows from a LogSource through a pipeline: up to 1,024 entries of one stream, in columns,
// with a selection of those that are still in play.
//
// The labels of an entry have three origins. A parsed label hides structured metadata of its name, and
// that hides the stream's label (Loki's rule, recorded, 3.7.6). A LabelColumn holds all three of one name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/export.h>
#include <lokilib/labels.h>

namespace lokilib {

inline constexpr size_t kBatchRowsMax = 1024;

/// Bytes of lines after which a source ends a batch early, so that a batch's memory is bounded.
inline constexpr size_t kBatchLineBytesMax = 1024 * 1024;

/// The rows of a batch that no stage has dropped yet, ascending.
class LOKILIB_EXPORT Selection {
 public:
  std::span<uint16_t> rows() { return {rows_.data(), size_}; }
  std::span<const uint16_t> rows() const { return {rows_.data(), size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Selects rows 0 to count-1. Pre: count <= kBatchRowsMax.
  void select_all(size_t count) {
    for (size_t row = 0; row < count; ++row) rows_[row] = static_cast<uint16_t>(row);
    size_ = count;
  }
  /// Keeps the first `size` of rows().
  void truncate(size_t size) { size_ = size; }

 private:
  std::array<uint16_t, kBatchRowsMax> rows_;  // only the first size_ are set
  size_t size_ = 0;
};

/// One text per row, or none. Memory is taken for 64 rows at a time when one of them is first set, since
/// hostile lines can name a new label each. Texts live in the batch's arena or outlive it.
class LOKILIB_EXPORT ValueColumn {
 public:
  bool has(size_t row) const { return get(row).data() != nullptr; }
  /// The row's text; data() is null where there is none.
  std::string_view get(size_t row) const {
    if (pages_ == nullptr || pages_[row / kRowsPerPage] == nullptr) return {};
    return pages_[row / kRowsPerPage][row % kRowsPerPage];
  }
  void set(Arena& arena, size_t row, std::string_view text) {
    if (pages_ == nullptr) pages_ = arena.allocate_array<std::string_view*>(kBatchRowsMax / kRowsPerPage);
    std::string_view*& page = pages_[row / kRowsPerPage];
    if (page == nullptr) page = arena.allocate_array<std::string_view>(kRowsPerPage);
    page[row % kRowsPerPage] = text.data() == nullptr ? std::string_view("") : text;
  }
  void clear(size_t row) {
    if (has(row)) pages_[row / kRowsPerPage][row % kRowsPerPage] = {};
  }
  /// Whether no row was ever set.
  bool unused() const { return pages_ == nullptr; }

 private:
  static constexpr size_t kRowsPerPage = 64;
  std::string_view** pages_ = nullptr;
};

/// One bit per row, without memory until the first is set.
class LOKILIB_EXPORT RowBits {
 public:
  bool test(size_t row) const { return words_ != nullptr && ((words_[row / 64] >> (row % 64)) & 1) != 0; }
  void set(Arena& arena, size_t row) {
    if (words_ == nullptr) words_ = arena.allocate_array<uint64_t>(kBatchRowsMax / 64);
    words_[row / 64] |= uint64_t{1} << (row % 64);
  }
  bool unused() const { return words_ == nullptr; }

 private:
  uint64_t* words_ = nullptr;
};

/// Everything a batch knows under one label name.
struct LOKILIB_EXPORT LabelColumn {
  std::string_view name;
  std::string_view stream_value;  ///< the same for all rows; data() is null if the stream has no such label
  ValueColumn metadata;
  ValueColumn parsed;
  RowBits stream_deleted;  ///< rows where the stream's label was dropped, renamed or replaced
  RowBits extracted;  ///< rows where a parser or label_format has set it once: parsers do not set it again

  /// The label's value as stages see it: parsed, else metadata, else the stream's; data() is null if absent.
  std::string_view get(size_t row) const {
    if (const std::string_view text = parsed.get(row); text.data() != nullptr) return text;
    if (const std::string_view text = metadata.get(row); text.data() != nullptr) return text;
    return stream_deleted.test(row) ? std::string_view() : stream_value;
  }
  /// Sets the parsed label; it takes the place of the others (Loki's rule, recorded, 3.7.6).
  void set_parsed(Arena& arena, size_t row, std::string_view text) {
    parsed.set(arena, row, text);
    extracted.set(arena, row);
    hide_others(arena, row);
  }
  /// Deletes the label in all categories; `extracted` is remembered.
  void erase(Arena& arena, size_t row) {
    parsed.clear(row);
    hide_others(arena, row);
  }

 private:
  void hide_others(Arena& arena, size_t row) {
    metadata.clear(row);
    if (stream_value.data() != nullptr) stream_deleted.set(arena, row);
  }
};

/// Entries of one stream. Reused from batch to batch: a source fills it, stages change it, the engine reads
/// it.
///
/// Threads: one at a time.
class LOKILIB_EXPORT Batch {
 public:
  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Starts over for `row_count` entries of a stream: all selected, timestamps and lines ready to be filled.
  /// `labels` must outlive the batch's use of them.
  void reset(const LabelSet& labels, size_t row_count);

  const LabelSet& stream_labels() const { return *stream_labels_; }
  size_t row_count() const { return row_count_; }
  Arena& arena() { return arena_; }

  /// Nanoseconds since the epoch, in the order the source was asked for.
  std::span<int64_t> timestamps_ns() { return {timestamps_ns_.data(), row_count_}; }
  std::span<const int64_t> timestamps_ns() const { return {timestamps_ns_.data(), row_count_}; }

  /// The lines as they are now; empty texts where the source was not asked for lines.
  std::span<std::string_view> lines() { return {lines_.data(), row_count_}; }
  std::span<const std::string_view> lines() const { return {lines_.data(), row_count_}; }

  /// Bytes of the lines as stored, filled by the source also where only sizes were asked for.
  std::span<uint32_t> line_sizes() { return {line_sizes_.data(), row_count_}; }
  std::span<const uint32_t> line_sizes() const { return {line_sizes_.data(), row_count_}; }

  /// The column of that name, or null. Pointers stay valid until reset().
  LabelColumn* find_column(std::string_view name);
  const LabelColumn* find_column(std::string_view name) const;
  /// The column of that name, made if need be; `name` is copied.
  LabelColumn& column(std::string_view name);
  /// All columns; those of the stream's labels come first, in their order.
  std::deque<LabelColumn>& columns() { return columns_; }
  const std::deque<LabelColumn>& columns() const { return columns_; }

  /// Sets structured metadata, by Loki's rules (recorded, 3.7.6): a name that the stream has as a label gets
  /// the suffix "_extracted", and `__error__` and `__error_details__` set the error state.
  void set_metadata(std::string_view name, size_t row, std::string_view value);
  /// The column that metadata of that name goes to, for sources that fill a column at a time.
  ValueColumn& metadata_values(std::string_view name);

  /// The error state: the values of `__error__` and `__error_details__`; no text means no error.
  ValueColumn errors;
  ValueColumn error_details;

  Selection selection;

 private:
  void index_column(uint32_t number);

  const LabelSet* stream_labels_ = nullptr;
  size_t row_count_ = 0;
  Arena arena_;
  std::array<int64_t, kBatchRowsMax> timestamps_ns_;
  std::array<std::string_view, kBatchRowsMax> lines_;
  std::array<uint32_t, kBatchRowsMax> line_sizes_;
  std::deque<LabelColumn> columns_;
  std::vector<uint32_t> slots_;  // open addressing over names: column number + 1, 0 is free
};

}  // namespace lokilib
