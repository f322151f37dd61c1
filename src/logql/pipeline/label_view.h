// SPDX-License-Identifier: Apache-2.0
// label_view.h: one row's labels as templates see them: all categories, and the error state beside them.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/clock.h>

#include "logql/pipeline/template.h"

namespace lokilib::logql {

/// Lives for one run of a stage over one batch; start_row() points it at a row.
class LabelView final : public TemplateScope {
 public:
  /// `names` are looked up once for all rows; other names still work.
  LabelView(const Batch& batch, std::span<const std::string> names, const Clock& clock);

  void start_row(size_t row) {
    row_ = row;
    has_snapshot_ = false;
    replaced_.clear();
  }

  /// From here on the row's labels look as they are now, if every later change is announced.
  void take_snapshot() { has_snapshot_ = true; }
  bool has_snapshot() const { return has_snapshot_; }
  /// Announces that the label `name` or, for `__error__`, the error state is about to change.
  void before_change(std::string_view name);

  std::string_view label(std::string_view name) const override;
  void for_each_label(const std::function<void(std::string_view, std::string_view)>& visit) const override;
  std::string_view line() const override;
  int64_t timestamp_ns() const override;
  int64_t now_ns() const override { return clock_.now_ns(); }

 private:
  struct Known {
    std::string_view name;
    mutable const LabelColumn* column = nullptr;
  };
  struct Replaced {
    std::string_view name;
    std::string_view value;  // null data(): there was none
  };
  std::string_view current(std::string_view name) const;
  const std::string_view* replaced(std::string_view name) const;

  const Batch& batch_;
  const Clock& clock_;
  size_t row_ = 0;
  std::vector<Known> known_;
  bool has_snapshot_ = false;
  std::vector<Replaced> replaced_;
};

}  // namespace lokilib::logql
