// SPDX-License-Identifier: Apache-2.0
// batch_builder.h: batches from plain rows, and plain rows from batches, for tests of the pipeline.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/entry.h>
#include <lokilib/labels.h>

namespace lokilib::test {

using LabelMap = std::map<std::string, std::string>;

/// A row of a batch as the engine would return it: labels of all categories in one, the error state too.
struct PlainRow {
  size_t row = 0;
  std::string line;
  LabelMap labels;

  friend bool operator==(const PlainRow&, const PlainRow&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const PlainRow& row) {
  out << row.row << ": {";
  for (const auto& [name, value] : row.labels) out << name << "=" << quote(value) << " ";
  return out << "} " << quote(row.line);
}

/// Entries of one stream. Owns the texts: it outlives the batches it fills.
class BatchBuilder {
 public:
  explicit BatchBuilder(std::vector<Label> stream) : labels_(LabelSet::create(std::move(stream)).value()) {}

  BatchBuilder& add(std::string line, std::vector<Label> metadata = {}) {
    const auto number = static_cast<int64_t>(entries_.size());
    entries_.push_back({number, std::move(line), std::move(metadata)});
    return *this;
  }

  const LabelSet& labels() const { return labels_; }
  const std::vector<Entry>& entries() const { return entries_; }

  /// Pre: at most kBatchRowsMax entries from `first` on are wanted.
  void fill(Batch& batch, size_t first, size_t count) const {
    batch.reset(labels_, count);
    for (size_t row = 0; row < count; ++row) {
      const Entry& entry = entries_[first + row];
      batch.timestamps_ns()[row] = entry.timestamp_ns;
      batch.lines()[row] = entry.line;
      batch.line_sizes()[row] = static_cast<uint32_t>(entry.line.size());
      for (const Label& label : entry.metadata) batch.set_metadata(label.name, row, label.value);
    }
  }
  void fill(Batch& batch) const { fill(batch, 0, entries_.size()); }

 private:
  LabelSet labels_;
  std::vector<Entry> entries_;
};

/// The selected rows.
inline std::vector<PlainRow> plain_rows(const Batch& batch) {
  std::vector<PlainRow> result;
  for (const uint16_t row : batch.selection.rows()) {
    PlainRow plain{row, std::string(batch.lines()[row]), {}};
    for (const LabelColumn& column : batch.columns()) {
      const std::string_view value = column.get(row);
      if (value.data() != nullptr) plain.labels.emplace(column.name, value);
    }
    if (!batch.errors.get(row).empty()) plain.labels["__error__"] = batch.errors.get(row);
    if (!batch.error_details.get(row).empty())
      plain.labels["__error_details__"] = batch.error_details.get(row);
    result.push_back(std::move(plain));
  }
  return result;
}

}  // namespace lokilib::test
