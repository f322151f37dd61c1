// SPDX-License-Identifier: Apache-2.0
// label_view.cc: looks labels up in the batch's columns, behind those that have changed since the snapshot.
#include "logql/pipeline/label_view.h"

#include <algorithm>

#include "logql/pipeline/stage.h"

namespace lokilib::logql {

LabelView::LabelView(const Batch& batch, std::span<const std::string> names, const Clock& clock)
    : batch_(batch), clock_(clock) {
  known_.reserve(names.size());
  for (const std::string& name : names) known_.push_back({name, batch.find_column(name)});
}

void LabelView::before_change(std::string_view name) {
  if (!has_snapshot_) return;
  if (name == kErrorLabel) {
    if (replaced(kErrorLabel) != nullptr) return;
    replaced_.push_back({kErrorLabel, current(kErrorLabel)});
    replaced_.push_back({kErrorDetailsLabel, current(kErrorDetailsLabel)});
  } else if (replaced(name) == nullptr) {
    replaced_.push_back({name, current(name)});
  }
}

std::string_view LabelView::label(std::string_view name) const {
  if (const std::string_view* const value = replaced(name)) return *value;
  return current(name);
}

void LabelView::for_each_label(const std::function<void(std::string_view, std::string_view)>& visit) const {
  std::vector<std::string_view> names;
  for (const LabelColumn& column : batch_.columns()) names.push_back(column.name);
  for (const Replaced& replaced : replaced_) names.push_back(replaced.name);
  names.push_back(kErrorLabel);
  names.push_back(kErrorDetailsLabel);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string_view name : names) {
    if (const std::string_view value = label(name); value.data() != nullptr) visit(name, value);
  }
}

std::string_view LabelView::line() const {
  return batch_.lines()[row_];
}

int64_t LabelView::timestamp_ns() const {
  return batch_.timestamps_ns()[row_];
}

std::string_view LabelView::current(std::string_view name) const {
  const LabelColumn* column = nullptr;
  const Known* known = nullptr;
  for (const Known& candidate : known_) {
    if (candidate.name == name) known = &candidate;
  }
  if (known != nullptr) column = known->column;
  if (column == nullptr) column = batch_.find_column(name);
  if (known != nullptr) known->column = column;
  if (name == kErrorLabel || name == kErrorDetailsLabel) {
    const ValueColumn& state = name == kErrorLabel ? batch_.errors : batch_.error_details;
    if (const std::string_view value = state.get(row_); !value.empty()) return value;
  }
  return column == nullptr ? std::string_view() : column->get(row_);
}

const std::string_view* LabelView::replaced(std::string_view name) const {
  for (const Replaced& replaced : replaced_) {
    if (replaced.name == name) return &replaced.value;
  }
  return nullptr;
}

}  // namespace lokilib::logql
