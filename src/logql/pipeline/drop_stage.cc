// SPDX-License-Identifier: Apache-2.0
// drop_stage.cc: `| drop a, b="v"`: deletes labels in all categories. The two error labels are a state, not
// columns; dropping `__error__` leaves `__error_details__` (recorded, 3.7.6).
#include <utility>
#include <vector>

#include "logql/pipeline/stage.h"

namespace lokilib::logql {
namespace {

class DropRunner final : public PipelineStage {
 public:
  explicit DropRunner(std::vector<NamedLabel> labels) : labels_(std::move(labels)) {}

  Result<void> run(Batch& batch) const override {
    for (const NamedLabel& label : labels_) {
      const std::string_view name = label.matcher ? std::string_view(label.matcher->name()) : label.name;
      if (name == kErrorLabel) {
        drop_state(batch, batch.errors, label);
      } else if (name == kErrorDetailsLabel) {
        drop_state(batch, batch.error_details, label);
      } else if (LabelColumn* const column = batch.find_column(name)) {
        drop_column(batch, *column, label);
      }
    }
    return {};
  }

 private:
  static void drop_state(Batch& batch, ValueColumn& state, const NamedLabel& label) {
    if (state.unused()) return;
    for (const uint16_t row : batch.selection.rows()) {
      if (!label.matcher || label.matcher->matches(state.get(row))) state.clear(row);
    }
  }

  static void drop_column(Batch& batch, LabelColumn& column, const NamedLabel& label) {
    for (const uint16_t row : batch.selection.rows()) {
      const std::string_view value = column.get(row);
      if (value.data() == nullptr) continue;
      if (!label.matcher || label.matcher->matches(value)) column.erase(batch.arena(), row);
    }
  }

  std::vector<NamedLabel> labels_;
};

}  // namespace

Result<StagePtr> build_drop_stage(const DropStage& stage, const StageContext&) {
  return StagePtr(std::make_unique<DropRunner>(stage.labels));
}

}  // namespace lokilib::logql
