// SPDX-License-Identifier: Apache-2.0
// batch.cc: finding and making the columns of a batch.
#include <algorithm>

#include <lokilib/batch.h>

#include "base/assertion.h"
#include "base/hash.h"

namespace lokilib {

namespace {

// Up to here a look over all names is cheaper than hashing one.
constexpr size_t kLinearColumnsMax = 12;

}  // namespace

void Batch::reset(const LabelSet& labels, size_t row_count) {
  LOKILIB_ASSERT(row_count <= kBatchRowsMax);
  stream_labels_ = &labels;
  row_count_ = row_count;
  columns_.clear();
  slots_.clear();
  errors = {};
  error_details = {};
  arena_.reset();
  std::fill_n(lines_.begin(), row_count, std::string_view());
  std::fill_n(line_sizes_.begin(), row_count, 0u);
  selection.select_all(row_count);
  for (const Label& label : labels.labels()) {
    LabelColumn& added = columns_.emplace_back();
    added.name = label.name;
    added.stream_value = label.value;
  }
  if (columns_.size() > kLinearColumnsMax) {
    for (uint32_t number = 0; number < columns_.size(); ++number) index_column(number);
  }
}

const LabelColumn* Batch::find_column(std::string_view name) const {
  if (slots_.empty()) {
    for (const LabelColumn& column : columns_) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash64(name) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const LabelColumn& column = columns_[slots_[slot] - 1];
    if (column.name == name) return &column;
  }
  return nullptr;
}

LabelColumn* Batch::find_column(std::string_view name) {
  return const_cast<LabelColumn*>(static_cast<const Batch*>(this)->find_column(name));
}

LabelColumn& Batch::column(std::string_view name) {
  if (LabelColumn* const found = find_column(name); found != nullptr) return *found;
  LabelColumn& added = columns_.emplace_back();
  added.name = arena_.copy(name);
  if (!slots_.empty()) {
    index_column(static_cast<uint32_t>(columns_.size() - 1));
  } else if (columns_.size() > kLinearColumnsMax) {
    for (uint32_t number = 0; number < columns_.size(); ++number) index_column(number);
  }
  return added;
}

void Batch::index_column(uint32_t number) {
  if ((size_t{number} + 1) * 2 > slots_.size()) {  // at most half full, so that misses end soon
    slots_.assign(std::max<size_t>(64, slots_.size() * 4), 0);
    for (uint32_t earlier = 0; earlier < number; ++earlier) index_column(earlier);
  }
  const size_t mask = slots_.size() - 1;
  size_t slot = hash64(columns_[number].name) & mask;
  while (slots_[slot] != 0) slot = (slot + 1) & mask;
  slots_[slot] = number + 1;
}

ValueColumn& Batch::metadata_values(std::string_view name) {
  if (name == "__error__") return errors;
  if (name == "__error_details__") return error_details;
  if (stream_labels_->find(name).has_value()) {
    std::string extracted(name);
    extracted += "_extracted";
    return column(extracted).metadata;
  }
  return column(name).metadata;
}

void Batch::set_metadata(std::string_view name, size_t row, std::string_view value) {
  metadata_values(name).set(arena_, row, value);
}

}  // namespace lokilib
