// SPDX-License-Identifier: Apache-2.0
// label_keys.h: numbers for label sets of rows. Most rows of a stream have label sets seen before, so a row
// is first looked up by what makes it differ from its stream; label sets are built only for what is new.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/batch.h>
#include <lokilib/logql.h>
#include <lokilib/query.h>

namespace lokilib::logql {

/// Which labels count.
struct LabelChoice {
  enum class Kind : uint8_t { Only, AllBut };
  Kind kind = Kind::AllBut;
  std::vector<std::string> names;  ///< sorted, without repeats

  static LabelChoice all() { return {}; }
  /// `by` and `without` of a vector or of entries; `unwrapped` (may be empty) is a label that is left out
  /// unless it is named behind `by`. Loki: `without` also removes `__name__`.
  static LabelChoice of(const std::optional<Grouping>& grouping, std::string_view unwrapped);

  bool includes(std::string_view name) const;
  /// The labels of `labels` that are included.
  LabelSet apply(const LabelSet& labels) const;
};

/// Gives rows with the same included labels, by category, the same number. The other way round it may fail:
/// two numbers may mean one label set, so callers intern what labels() returns.
///
/// Use: begin_stream, begin_batch, then find_or_add per row. Threads: one at a time.
class LabelKeys {
 public:
  explicit LabelKeys(LabelChoice choice) : choice_(std::move(choice)) {}

  void begin_stream(const LabelSet& labels);
  /// The batch stays unchanged until the next call, as far as labels go.
  void begin_batch(const Batch& batch);

  /// Whether all rows of the batch have the same labels (those of the stream).
  bool is_constant() const { return columns_.empty(); }

  /// The row's number; numbers are dense. `is_new` says that it was given just now.
  uint32_t find_or_add(size_t row, bool& is_new);

  /// How many labels the stream has that are included.
  size_t stream_label_count() const { return base_.size(); }

  /// The row's included labels. Not fast.
  EntryLabels labels(size_t row) const;

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  size_t memory_bytes() const {
    return bytes_.capacity() + entries_.size() * sizeof(Entry) + slots_.size() * 4;
  }

 private:
  enum class Origin : uint8_t { Deleted, Metadata, Parsed };
  // A column whose rows may differ from the stream's label. Errors are columns, too.
  struct Column {
    std::string_view name;
    uint32_t name_number = 0;
    const LabelColumn* labels = nullptr;
    const ValueColumn* errors = nullptr;
  };
  struct Entry {
    uint64_t hash;
    std::string_view key;  // in bytes_
  };

  void add_column(const LabelColumn& column);
  void add_errors(std::string_view name, const ValueColumn& values);
  uint32_t number_of(std::string_view text, std::unordered_map<std::string, uint32_t>& numbers);
  void write_key(size_t row);
  void grow();

  LabelChoice choice_;
  LabelSet base_;             // the stream's labels that are included
  uint32_t base_number_ = 0;  // of base_, so that streams which do not differ in it share keys
  std::vector<Column> columns_;
  std::unordered_map<std::string, uint32_t> base_numbers_;
  std::unordered_map<std::string, uint32_t> name_numbers_;
  std::string key_;
  Arena bytes_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> slots_;  // open addressing: entry number + 1, 0 is free
};

/// Numbers for label sets, each once.
class LabelSetTable {
 public:
  uint32_t intern(LabelSet labels);
  const LabelSet& labels(uint32_t number) const { return sets_[number]; }
  uint32_t size() const { return static_cast<uint32_t>(sets_.size()); }
  size_t memory_bytes() const { return memory_bytes_; }

 private:
  std::vector<LabelSet> sets_;
  std::unordered_multimap<uint64_t, uint32_t> numbers_;  // by fingerprint
  size_t memory_bytes_ = 0;
};

/// All categories in one set; parsed labels win over structured metadata, that over the stream's.
LabelSet join_categories(const EntryLabels& labels);

/// All labels of a row, also its error.
EntryLabels labels_of_row(const Batch& batch, size_t row);

/// The memory that a label set takes, by estimate.
size_t memory_bytes(const LabelSet& labels);

}  // namespace lokilib::logql
