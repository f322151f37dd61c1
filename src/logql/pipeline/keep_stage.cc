// SPDX-License-Identifier: Apache-2.0
// keep_stage.cc: `| keep a, b="v"`: deletes all labels but these. Errors are always kept, and so is the
// memory of what has been extracted.
#include <utility>
#include <vector>

#include "logql/pipeline/stage.h"

namespace lokilib::logql {
namespace {

class KeepRunner final : public PipelineStage {
 public:
  explicit KeepRunner(std::vector<NamedLabel> labels) : labels_(std::move(labels)) {}

  Result<void> run(Batch& batch) const override {
    if (labels_.empty()) return {};
    std::vector<const Matcher*> matchers;
    for (LabelColumn& column : batch.columns()) {
      if (column.name == kErrorLabel || column.name == kErrorDetailsLabel) continue;
      matchers.clear();
      if (is_kept_by_name(column.name, matchers)) continue;
      for (const uint16_t row : batch.selection.rows()) {
        const std::string_view value = column.get(row);
        if (value.data() != nullptr && !any_matches(matchers, value)) column.erase(batch.arena(), row);
      }
    }
    return {};
  }

 private:
  // Collects the conditions on that name, where none of them is without condition.
  bool is_kept_by_name(std::string_view name, std::vector<const Matcher*>& matchers) const {
    for (const NamedLabel& label : labels_) {
      if (!label.matcher && label.name == name) return true;
      if (label.matcher && label.matcher->name() == name) matchers.push_back(&*label.matcher);
    }
    return false;
  }

  static bool any_matches(const std::vector<const Matcher*>& matchers, std::string_view value) {
    for (const Matcher* matcher : matchers) {
      if (matcher->matches(value)) return true;
    }
    return false;
  }

  std::vector<NamedLabel> labels_;
};

}  // namespace

Result<StagePtr> build_keep_stage(const KeepStage& stage, const StageContext&) {
  return StagePtr(std::make_unique<KeepRunner>(stage.labels));
}

}  // namespace lokilib::logql
