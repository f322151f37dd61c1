// SPDX-License-Identifier: Apache-2.0
// stage.h: what the files of the stages share: how each is built, how rows are dropped, how a row's error
// state is set. A stage finds its columns once per batch and never allocates per row but in the arena.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <lokilib/batch.h>
#include <lokilib/clock.h>
#include <lokilib/logql.h>
#include <lokilib/result.h>

#include "logql/pipeline/parser_rules.h"
#include "logql/pipeline/pipeline.h"

namespace lokilib::logql {

inline constexpr std::string_view kErrorLabel = "__error__";
inline constexpr std::string_view kErrorDetailsLabel = "__error_details__";

/// Values of `__error__`. Static storage, so batches may point to them.
inline constexpr std::string_view kJsonParserError = "JSONParserErr";
inline constexpr std::string_view kLogfmtParserError = "LogfmtParserErr";
inline constexpr std::string_view kLabelFilterError = "LabelFilterErr";
inline constexpr std::string_view kTemplateFormatError = "TemplateFormatErr";
inline constexpr std::string_view kSampleExtractionError = "SampleExtractionErr";

using StagePtr = std::unique_ptr<const PipelineStage>;

/// What a stage may know of the pipeline it is built into.
struct StageContext {
  std::shared_ptr<const ParserRules> rules;
  const Clock* clock = nullptr;
  bool loki_quirks = false;
};

// One per stage, each in the file of its name. Errors: `InvalidQuery` with the cause alone; the pipeline puts
// the stage in front.
Result<StagePtr> build_line_filter(const LineFilterStage& stage, const StageContext& context);
Result<StagePtr> build_json_stage(const JsonStage& stage, const StageContext& context);
Result<StagePtr> build_logfmt_stage(const LogfmtStage& stage, const StageContext& context);
Result<StagePtr> build_regexp_stage(const RegexpStage& stage, const StageContext& context);
Result<StagePtr> build_pattern_stage(const PatternStage& stage, const StageContext& context);
Result<StagePtr> build_unpack_stage(const UnpackStage& stage, const StageContext& context);
Result<StagePtr> build_label_filter(const LabelFilter& filter, const StageContext& context);
Result<StagePtr> build_line_format(const LineFormatStage& stage, const StageContext& context);
Result<StagePtr> build_label_format(const LabelFormatStage& stage, const StageContext& context);
Result<StagePtr> build_drop_stage(const DropStage& stage, const StageContext& context);
Result<StagePtr> build_keep_stage(const KeepStage& stage, const StageContext& context);
Result<StagePtr> build_decolorize_stage(const DecolorizeStage& stage, const StageContext& context);

/// Keeps the selected rows for which `keep(row)` is true; asks once for each, in order.
template <typename Keep>
void keep_rows(Batch& batch, Keep keep) {
  const std::span<uint16_t> rows = batch.selection.rows();
  size_t kept = 0;
  for (const uint16_t row : rows) {
    rows[kept] = row;
    kept += keep(size_t{row}) ? 1 : 0;
  }
  batch.selection.truncate(kept);
}

/// Sets the row's error; details of an earlier error stay where none are given (null data()). Both texts
/// outlive the batch or lie in its arena.
inline void set_row_error(Batch& batch, size_t row, std::string_view error, std::string_view details) {
  batch.errors.set(batch.arena(), row, error);
  if (details.data() != nullptr) batch.error_details.set(batch.arena(), row, details);
}

/// Whether the row has an error. An empty text is no error: metadata may have set it.
inline bool row_has_error(const Batch& batch, size_t row) {
  return !batch.errors.get(row).empty();
}

}  // namespace lokilib::logql
