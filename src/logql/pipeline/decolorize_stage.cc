// SPDX-License-Identifier: Apache-2.0
// decolorize_stage.cc: `| decolorize` takes terminal colours and the like out of lines.
#include "logql/pipeline/stage.h"
#include "text/decolorize.h"

namespace lokilib::logql {
namespace {

class DecolorizeRunner final : public PipelineStage {
 public:
  Result<void> run(Batch& batch) const override {
    for (const uint16_t row : batch.selection.rows()) {
      batch.lines()[row] = text::decolorize(batch.lines()[row], batch.arena());
    }
    return {};
  }
};

}  // namespace

Result<StagePtr> build_decolorize_stage(const DecolorizeStage&, const StageContext&) {
  return StagePtr(std::make_unique<DecolorizeRunner>());
}

}  // namespace lokilib::logql
