// SPDX-License-Identifier: Apache-2.0
// pattern_stage.cc: `| pattern "<ip> - <_> [<time>]"`: captures become labels.
#include <string>
#include <utility>

#include "logql/pipeline/field_columns.h"
#include "logql/pipeline/stage.h"
#include "text/pattern.h"

namespace lokilib::logql {
namespace {

class PatternRunner final : public PipelineStage {
 public:
  PatternRunner(text::Pattern pattern, std::shared_ptr<const ParserRules> rules)
      : pattern_(std::move(pattern)), rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    const size_t count = pattern_.names().size();
    const std::span<std::string_view> values(batch.arena().allocate_array<std::string_view>(count), count);
    keep_rows(batch, [&](size_t row) {
      pattern_.capture(batch.lines()[row], values);
      columns.start_row(row);
      for (size_t i = 0; i < count; ++i) {
        if (values[i].data() == nullptr) continue;
        if (columns.store(pattern_.names()[i], values[i]) != FieldColumns::Outcome::Continue) break;
      }
      return !columns.rejected();
    });
    return {};
  }

 private:
  text::Pattern pattern_;
  std::shared_ptr<const ParserRules> rules_;
};

}  // namespace

Result<StagePtr> build_pattern_stage(const PatternStage& stage, const StageContext& context) {
  LOKILIB_TRY_ASSIGN(auto pattern, text::Pattern::parse_for_captures(stage.pattern));
  return StagePtr(std::make_unique<PatternRunner>(std::move(pattern), context.rules));
}

}  // namespace lokilib::logql
