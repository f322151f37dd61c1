// SPDX-License-Identifier: Apache-2.0
// line_filter.cc: `|= "a" or "b"` and its kin, over the lines as the stages before have left them.
#include <memory>
#include <utility>

#include "logql/pipeline/line_filter_order.h"
#include "logql/pipeline/stage.h"
#include "text/compiled_predicate.h"

namespace lokilib::logql {
namespace {

class LineFilterRunner final : public PipelineStage {
 public:
  explicit LineFilterRunner(std::shared_ptr<const text::CompiledPredicate> predicate)
      : predicate_(std::move(predicate)) {}

  Result<void> run(Batch& batch) const override {
    batch.selection.truncate(predicate_->filter_rows(batch.lines(), batch.selection.rows()));
    return {};
  }

 private:
  std::shared_ptr<const text::CompiledPredicate> predicate_;
};

}  // namespace

Result<StagePtr> build_line_filter(const LineFilterStage& stage, const StageContext& context) {
  LinePredicate predicate;
  predicate.filters.push_back(context.loki_quirks ? with_loki_quirks(stage.filter) : stage.filter);
  LOKILIB_TRY_ASSIGN(auto compiled, text::CompiledPredicate::compile(predicate));
  return StagePtr(std::make_unique<LineFilterRunner>(std::move(compiled)));
}

}  // namespace lokilib::logql
