// SPDX-License-Identifier: Apache-2.0
// logfmt_stage.cc: `| logfmt` for all pairs of a line and `| logfmt a="b"` for the listed ones (sections 8.3
// and 8.4 of Loki's rules).
#include <string>
#include <utility>
#include <vector>

#include "logql/pipeline/extraction_key.h"
#include "logql/pipeline/field_columns.h"
#include "logql/pipeline/stage.h"
#include "text/logfmt_fields.h"

namespace lokilib::logql {
namespace {

class StorePairs final : public text::LogfmtFieldSink {
 public:
  explicit StorePairs(FieldColumns& columns) : columns_(columns) {}

  bool field(std::string_view name, std::string_view value) override {
    return columns_.store(name, value) == FieldColumns::Outcome::Continue;
  }

 private:
  FieldColumns& columns_;
};

class LogfmtAllPairs final : public PipelineStage {
 public:
  LogfmtAllPairs(text::LogfmtOptions options, std::shared_ptr<const ParserRules> rules)
      : options_(options), rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    StorePairs sink(columns);
    keep_rows(batch, [&](size_t row) {
      columns.start_row(row);
      const std::string_view problem =
          text::parse_logfmt_fields(batch.lines()[row], options_, batch.arena(), sink);
      if (!problem.empty()) set_row_error(batch, row, kLogfmtParserError, problem);
      return !columns.rejected();
    });
    return {};
  }

 private:
  text::LogfmtOptions options_;
  std::shared_ptr<const ParserRules> rules_;
};

struct LogfmtExtraction {
  std::string name;
  std::string key;  // as it stands in lines, sanitised
};

class StoreListedPairs final : public text::LogfmtFieldSink {
 public:
  StoreListedPairs(FieldColumns& columns, const std::vector<LogfmtExtraction>& extractions, bool loki_quirks)
      : columns_(columns), extractions_(extractions), loki_quirks_(loki_quirks) {}

  bool field(std::string_view name, std::string_view value) override {
    bool checked = !loki_quirks_;
    for (const LogfmtExtraction& extraction : extractions_) {
      if (extraction.key != name) continue;
      if (!checked && was_extracted_before(name)) return true;
      checked = true;
      columns_.overwrite(extraction.name, value);
    }
    return true;
  }

 private:
  // Loki does not look again at a key that an earlier parser has made a label, unless this list makes it
  // once more (recorded, 3.7.6).
  bool was_extracted_before(std::string_view key) {
    for (const LogfmtExtraction& extraction : extractions_) {
      if (extraction.name == key) return false;
    }
    return columns_.is_extracted(key);
  }

  FieldColumns& columns_;
  const std::vector<LogfmtExtraction>& extractions_;
  bool loki_quirks_;
};

class LogfmtListedPairs final : public PipelineStage {
 public:
  static Result<StagePtr> build(const LogfmtStage& stage, const StageContext& context) {
    auto pairs = std::make_unique<LogfmtListedPairs>();
    for (const Extraction& extraction : stage.extractions) {
      LOKILIB_TRY_ASSIGN(auto key, parse_extraction_key(extraction.expression));
      pairs->extractions_.push_back({extraction.name, std::move(key)});
    }
    pairs->options_ = {.strict = stage.strict, .keep_empty = true};
    pairs->rules_ = context.rules;
    pairs->loki_quirks_ = context.loki_quirks;
    return StagePtr(std::move(pairs));
  }

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    StoreListedPairs sink(columns, extractions_, loki_quirks_);
    for (const uint16_t row : batch.selection.rows()) {
      columns.start_row(row);
      for (const LogfmtExtraction& extraction : extractions_) columns.set_empty(extraction.name);
      const std::string_view problem =
          text::parse_logfmt_fields(batch.lines()[row], options_, batch.arena(), sink);
      if (!problem.empty()) set_row_error(batch, row, kLogfmtParserError, problem);
    }
    return {};
  }

 private:
  std::vector<LogfmtExtraction> extractions_;
  text::LogfmtOptions options_;
  std::shared_ptr<const ParserRules> rules_;
  bool loki_quirks_ = false;
};

}  // namespace

Result<StagePtr> build_logfmt_stage(const LogfmtStage& stage, const StageContext& context) {
  if (!stage.extractions.empty()) return LogfmtListedPairs::build(stage, context);
  const text::LogfmtOptions options{.strict = stage.strict, .keep_empty = stage.keep_empty};
  return StagePtr(std::make_unique<LogfmtAllPairs>(options, context.rules));
}

}  // namespace lokilib::logql
